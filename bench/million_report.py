"""The million's outcome as one table and as JSON. The ratio to the hand-written one counts."""

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from engine.base.clock import now

COUNTS_FROM_MS = 10.0
HIGHEST_RATIO = 1.3


@dataclass(frozen=True, slots=True)
class Timed:
    """The milliseconds of one question asked by one viewer, ours and by hand in turn."""

    key: str
    title: str
    viewer: str
    limit_ms: float | None
    ours: tuple[float, ...]
    by_hand: tuple[float, ...]

    @property
    def ratio(self) -> float:
        """Of the medians: a single disturbed request says nothing of the statement."""
        return median(self.ours) / median(self.by_hand)

    @property
    def verdict(self) -> str:
        """What is not as it should be; empty when all is well."""
        found = []
        if self.limit_ms is not None and p95(self.ours) > self.limit_ms:
            found.append("over the limit")
        if median(self.ours) > COUNTS_FROM_MS and self.ratio > HIGHEST_RATIO:
            found.append("slower than by hand")
        return ", ".join(found)


def p95(times: Sequence[float]) -> float:
    return sorted(times)[min(len(times) * 95 // 100, len(times) - 1)]


def table(timed: Sequence[Timed]) -> str:
    left = f"{'':32}{'viewer':12}{'limit':>6}{'p50':>8}{'p95':>8}"
    head = f"{left}{'hand p50':>10}{'p95':>8}{'ratio':>7}"
    return "\n".join([head, *(_line(each) for each in timed)])


def write(path: Path, timed: Sequence[Timed]) -> None:
    found = {
        "at": now().isoformat(timespec="seconds"),
        "cpus": os.cpu_count(),
        "questions": [_json(each) for each in timed],
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n")


def _line(each: Timed) -> str:
    limit = "" if each.limit_ms is None else f"{each.limit_ms:.0f}"
    return (
        f"{each.title:32}{each.viewer:12}{limit:>6}{median(each.ours):8.1f}{p95(each.ours):8.1f}"
        f"{median(each.by_hand):10.1f}{p95(each.by_hand):8.1f}{each.ratio:7.2f}  {each.verdict}"
    )


def _json(each: Timed) -> dict[str, Any]:
    return {
        "key": each.key,
        "title": each.title,
        "viewer": each.viewer,
        "limitMs": each.limit_ms,
        "requests": len(each.ours),
        "p50Ms": median(each.ours),
        "p95Ms": p95(each.ours),
        "byHandP50Ms": median(each.by_hand),
        "byHandP95Ms": p95(each.by_hand),
        "ratio": each.ratio,
        "verdict": each.verdict,
    }
