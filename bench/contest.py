"""Several contenders asked the same, in turns: servers started, figures taken, one table.

Knows neither what is asked nor who takes part (`reads.py`, `commands.py`).
"""

import os
import platform
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import psycopg2.extensions

from bench.contenders import Contender
from bench.database import Measured
from bench.measure import Figures, mean, measure
from bench.processes import Running, free_port, running
from bench.queries import Query
from bench.report import Outcome, table, write_json
from engine.base.clock import now

RESULTS = Path(__file__).parent / "results"


@dataclass(frozen=True, slots=True)
class Run:
    """What was asked of the bench, and where it runs. `only` are keys of contenders."""

    services: Mapping[str, str]
    folder: Path
    size: str
    seconds: float
    rounds: int
    only: Sequence[str]

    def circumstances(self) -> dict[str, Any]:
        """What a table of figures has to be read with."""
        return {
            "at": now().isoformat(timespec="seconds"),
            "size": self.size,
            "seconds": self.seconds,
            "rounds": self.rounds,
            "python": platform.python_version(),
            "cpus": os.cpu_count(),
        }


class Asked(NamedTuple):
    """A contender and its server."""

    contender: Contender
    server: Running


@contextmanager
def started(run: Run, measured: Measured, contenders: Sequence[Contender]) -> Iterator[list[Asked]]:
    """Every contender with a server of its own, for the length of a block."""
    environment = {
        **run.services,
        "BENCH_SCHEMA": measured.company.schema,
        "QIANSI_LOG_FORMAT": "json",
    }
    with ExitStack() as stack:
        found = []
        for each in contenders:
            port, log = free_port(), run.folder / f"{each.key}.log"
            server = stack.enter_context(running(each.command(port), port, environment, log))
            found.append(Asked(each, server))
        yield found


def contest(run: Run, servers: Sequence[Asked], queries: Sequence[Query], results: Path) -> None:
    """Measures, prints the table, writes the JSON."""
    figures = _rounds(run, servers, queries)
    outcomes = [
        Outcome(each.contender, figures[each.contender.key], each.server.memory_bytes())
        for each in servers
    ]
    print(table(outcomes, queries))
    write_json(results, outcomes, run.circumstances())
    print(f"\nwritten to {results}", flush=True)


def tell(text: str) -> None:
    print(text, flush=True)


def _rounds(
    run: Run, servers: Sequence[Asked], queries: Sequence[Query]
) -> Mapping[str, Mapping[str, Figures]]:
    """Mean figures by contender and query. All take turns, so that noise hits all alike."""
    parsed = psycopg2.extensions.parse_dsn(run.services["DATABASE_URL"])
    database: str = parsed.get("dbname", "")
    found: dict[str, dict[str, Figures]] = {each.contender.key: {} for each in servers}
    for query in queries:
        tell(f"measuring {query.title}")
        taken: dict[str, list[Figures]] = {key: [] for key in found}
        for _ in range(run.rounds):
            for contender, server in servers:
                figures = measure(contender, server, query, database, run.seconds)
                taken[contender.key].append(figures)
        for key, each in taken.items():
            found[key][query.name] = mean(each)
    return found
