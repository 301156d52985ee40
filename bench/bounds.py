"""Figures beside the bounds they have to keep: as a table and as JSON."""

import json
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from bench.contest import RESULTS, Run, tell
from bench.database import Measured, prepare
from engine.base.clock import now


@dataclass(frozen=True, slots=True)
class Line:
    """One figure; without a bound it is only reported."""

    title: str
    figure: float
    unit: str
    bound: float | None = None

    @property
    def holds(self) -> bool | None:
        return None if self.bound is None else self.figure <= self.bound


_Measure = Callable[[Mapping[str, str], Measured, Path], list[Line]]


def run_bounds(part: str, measure: _Measure, run: Run, size: str = "small") -> None:
    """A part that is figures beside their bounds, on one company and others made for it."""
    measured = prepare(run.services["DATABASE_URL"], size, tell)
    lines = measure(run.services, measured, run.folder)
    print(bounds_table(lines))
    path = RESULTS / f"{part}.json"
    write_bounds(path, lines, {"at": now().isoformat(timespec="seconds"), "cpus": os.cpu_count()})
    print(f"\nwritten to {path}", flush=True)


def bounds_table(lines: Sequence[Line]) -> str:
    """One line per figure: what, how much, at most, and whether that holds."""
    width = max(len(each.title) for each in lines)
    rows = [f"{'':{width}}  {'figure':>12}  {'at most':>10}"]
    for each in lines:
        bound = "" if each.bound is None else f"{each.bound:g} {each.unit}"
        verdict = {None: "", True: "holds", False: "DOES NOT HOLD"}[each.holds]
        figure = f"{each.figure:,.1f} {each.unit}"
        rows.append(f"{each.title:{width}}  {figure:>12}  {bound:>10}  {verdict}".rstrip())
    return "\n".join(rows)


def write_bounds(path: Path, lines: Sequence[Line], circumstances: Mapping[str, Any]) -> None:
    """The same for machines."""
    found = {**circumstances, "lines": [{**asdict(each), "holds": each.holds} for each in lines]}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n")


def median(values: Sequence[float]) -> float:
    return sorted(values)[len(values) // 2]


def nearly_worst(values: Sequence[float]) -> float:
    """Nine of ten are at most this."""
    return sorted(values)[min(len(values) * 9 // 10, len(values) - 1)]
