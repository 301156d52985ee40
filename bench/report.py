"""The outcome of a run as one table and as JSON. Only ratios of one run mean anything."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from bench.contenders import Contender
from bench.measure import Figures
from bench.queries import QUERIES, Query

_HEAD = (
    *("", "req/s", "p50 ms", "p99 ms", "CPU ms server+PG"),
    *("of floor", "by CPU", "× by hand", "by CPU"),
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """Figures by query name, and the memory of the server after them (bytes)."""

    contender: Contender
    figures: Mapping[str, Figures]
    memory_bytes: int


def table(outcomes: list[Outcome], queries: Sequence[Query] = QUERIES) -> str:
    """Query by query, one line per contender, with its ratios to the two hand-written ones."""
    lines = []
    for query in queries:
        rows = [_row(outcome, query, outcomes) for outcome in outcomes]
        lines += [f"\n{query.title}", *aligned([_HEAD, *rows])]
    memory = [(o.contender.title, f"{o.memory_bytes / 1e6:.0f} MB") for o in outcomes]
    return "\n".join([*lines, "\nmemory after the run", *aligned(memory)])


def write_json(path: Path, outcomes: list[Outcome], circumstances: Mapping[str, Any]) -> None:
    """Everything that was measured, for comparing runs."""
    found = {
        **circumstances,
        "contenders": {
            outcome.contender.key: {
                "title": outcome.contender.title,
                "memoryBytes": outcome.memory_bytes,
                "queries": {
                    name: {**asdict(figures), **_ratios(outcome, name, outcomes)}
                    for name, figures in outcome.figures.items()
                },
            }
            for outcome in outcomes
        },
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n")


def _row(outcome: Outcome, query: Query, outcomes: list[Outcome]) -> tuple[str, ...]:
    figures = outcome.figures[query.name]
    ratios = _ratios(outcome, query.name, outcomes)
    return (
        outcome.contender.title,
        f"{figures.requests_per_second:,.0f}",
        f"{figures.p50_ms:.1f}",
        f"{figures.p99_ms:.1f}",
        f"{figures.server_cpu_ms:.2f}+{figures.postgres_cpu_ms:.2f}",
        f"{ratios['ofFloor']:.0%}" if "ofFloor" in ratios else "",
        f"{ratios['ofFloorByCpu']:.0%}" if "ofFloorByCpu" in ratios else "",
        f"{ratios['timesByHand']:.1f}" if "timesByHand" in ratios else "",
        f"{ratios['timesByHandByCpu']:.1f}" if "timesByHandByCpu" in ratios else "",
    )


def _ratios(outcome: Outcome, query: str, outcomes: list[Outcome]) -> dict[str, float]:
    """Throughput against the two hand-written ones; by CPU: how much less a request costs.

    The second kind does not change when something else runs on the machine.
    """
    own = outcome.figures[query]
    others = {other.contender.key: other.figures[query] for other in outcomes}
    found: dict[str, float] = {}
    for name, key in (("ofFloor", "floor"), ("timesByHand", "byHand")):
        if key in others:
            found[name] = own.requests_per_second / others[key].requests_per_second
            found[f"{name}ByCpu"] = others[key].cpu_ms / own.cpu_ms if own.cpu_ms else 0.0
    return found


def aligned(rows: Sequence[tuple[str, ...]]) -> list[str]:
    """The rows as lines, the first column to the left, the others to the right."""
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
    return [
        "  ".join(
            cell.ljust(width) if at == 0 else cell.rjust(width)
            for at, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in rows
    ]
