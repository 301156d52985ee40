"""`python -m bench`: the same questions to every contender, one after the other, one table.

Uses DATABASE_URL and REDIS_URL, or embedded servers in `--data`; the company is loaded once.
Every contender has a server of its own, but only one is asked at a time.
"""

import argparse
import os
import platform
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import psycopg2.extensions

from bench.answers import answer, check_same
from bench.contenders import Contender, by_hand, floor, ours
from bench.database import Measured, prepare
from bench.measure import Figures, mean, measure
from bench.processes import Running, free_port, running
from bench.queries import QUERIES
from bench.report import Outcome, table, write_json
from engine.base.clock import now

CHECKED = 5  # variants of each query whose answers are compared before anything is timed
RESULTS = Path(__file__).parent / "results" / "latest.json"


def main() -> None:
    """Prepares, compares the answers, measures, reports."""
    given = _arguments()
    folder = Path(given.data)
    folder.mkdir(parents=True, exist_ok=True)
    with _services(folder) as services:
        measured = prepare(services["DATABASE_URL"], given.size, _tell)
        contenders = [each for each in _contenders(measured) if each.key in given.only]
        with ExitStack() as stack:
            bench = _Bench(services, measured, folder)
            servers = [Asked(each, stack.enter_context(bench.start(each))) for each in contenders]
            _compare([each for each in servers if each.contender.key != "salesperson"])
            figures = bench.rounds(servers, given.rounds, given.seconds)
            outcomes = [
                Outcome(each.contender, figures[each.contender.key], each.server.memory_bytes())
                for each in servers
            ]
    print(table(outcomes))
    circumstances = {
        "at": now().isoformat(timespec="seconds"),
        "size": given.size,
        "seconds": given.seconds,
        "rounds": given.rounds,
        "python": platform.python_version(),
        "cpus": os.cpu_count(),
    }
    write_json(RESULTS, outcomes, circumstances)
    print(f"\nwritten to {RESULTS}")


class Asked(NamedTuple):
    """A contender and its server."""

    contender: Contender
    server: Running


class _Bench:
    """A run: the services, the company, and how a contender's server is started."""

    def __init__(self, services: dict[str, str], measured: Measured, folder: Path) -> None:
        self._folder = folder
        self._environment = {
            **services,
            "BENCH_SCHEMA": measured.company.schema,
            "QIANSI_LOG_FORMAT": "json",
        }
        self._database: str = psycopg2.extensions.parse_dsn(services["DATABASE_URL"]).get(
            "dbname", ""
        )

    def rounds(
        self, servers: Sequence[Asked], rounds: int, seconds: float
    ) -> Mapping[str, Mapping[str, Figures]]:
        """Mean figures by contender and query. All take turns, so that noise hits all alike."""
        found: dict[str, dict[str, Figures]] = {each.contender.key: {} for each in servers}
        for query in QUERIES:
            _tell(f"measuring {query.title}")
            taken: dict[str, list[Figures]] = {key: [] for key in found}
            for _ in range(rounds):
                for contender, server in servers:
                    figures = measure(contender, server, query, self._database, seconds)
                    taken[contender.key].append(figures)
            for key, each in taken.items():
                found[key][query.name] = mean(each)
        return found

    @contextmanager
    def start(self, contender: Contender) -> Iterator[Running]:
        port = free_port()
        log = self._folder / f"{contender.key}.log"
        with running(contender.command(port), port, self._environment, log) as server:
            yield server


def _compare(servers: Sequence[Asked]) -> None:
    """RuntimeError unless all give the same answers to every query."""
    for query in QUERIES:
        for variables in servers[0].contender.sample.variables(query)[:CHECKED]:
            found: dict[str, Any] = {
                contender.key: answer(contender, server.port, query, variables)
                for contender, server in servers
            }
            check_same(query, found)
    _tell(f"same answers from: {', '.join(each.contender.title for each in servers)}")


def _contenders(measured: Measured) -> list[Contender]:
    company = {"X-Company": measured.company.domain or ""}
    admin, seller = measured.admin, measured.salesperson
    return [
        floor(admin.sample),
        by_hand(admin.sample),
        ours("admin", "ours, super admin", admin, company),
        ours("salesperson", "ours, salesperson", seller, company),
    ]


@contextmanager
def _services(folder: Path) -> Iterator[dict[str, str]]:
    """Addresses of PostgreSQL and Redis: given ones, else embedded ones for this run."""
    given = {name: os.environ.get(name, "") for name in ("DATABASE_URL", "REDIS_URL")}
    if all(given.values()):
        yield given
        return
    from engine.db.embedded import start_embedded

    embedded = start_embedded(folder)
    try:
        yield {
            "DATABASE_URL": given["DATABASE_URL"] or embedded.database_url,
            "REDIS_URL": given["REDIS_URL"] or embedded.redis_url,
        }
    finally:
        embedded.stop()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    keys = ("floor", "byHand", "admin", "salesperson")
    parser.add_argument("--data", default=".qiansi/bench", help="folder of data and logs")
    parser.add_argument("--size", default="100k", choices=("small", "100k", "1m"))
    parser.add_argument("--seconds", type=float, default=4.0, help="per contender and query")
    parser.add_argument("--rounds", type=int, default=2, help="turns that every contender has")
    parser.add_argument("--only", nargs="+", default=keys, choices=keys, metavar="CONTENDER")
    return parser.parse_args()


def _tell(text: str) -> None:
    print(text, flush=True)


if __name__ == "__main__":
    main()
