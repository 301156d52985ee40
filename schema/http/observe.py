"""What the HTTP side counts, for Prometheus: operations by kind and outcome, and their time.

Counted in plain numbers on the event loop and made into metrics when asked: the client
library's own counters take locks, which cost a tenth of a short request.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

BUCKETS = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
KINDS = ("query", "mutation")


class Observed(Collector):
    """The metrics of one process; used from its event loop."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.registry.register(self)
        self._operations: Counter[tuple[str, str]] = Counter()
        self._times = {kind: [0] * (len(BUCKETS) + 1) for kind in KINDS}
        self._seconds = dict.fromkeys(KINDS, 0.0)

    def operation(self, kind: str, errors: Sequence[Any], seconds: float) -> None:
        """One operation answered; `errors` are response errors."""
        self._operations[kind, errors[0]["extensions"]["code"] if errors else "OK"] += 1
        times = self._times.get(kind)
        if times is not None:
            times[bisect_left(BUCKETS, seconds)] += 1
            self._seconds[kind] += seconds

    def collect(self) -> Iterator[Metric]:
        """The counts as metrics, for the registry."""
        operations = CounterMetricFamily(
            "qiansi_operations", "Operations answered", labels=["kind", "code"]
        )
        for (kind, code), count in self._operations.items():
            operations.add_metric([kind, code], count)
        yield operations
        times = HistogramMetricFamily("qiansi_operation_seconds", "Time to answer", labels=["kind"])
        for kind, counts in self._times.items():
            times.add_metric([kind], _cumulative(counts), self._seconds[kind])
        yield times

    def text(self) -> bytes:
        """The exposition text of `/metrics`."""
        return generate_latest(self.registry)


def _cumulative(counts: Sequence[int]) -> list[tuple[str, float]]:
    """Bucket bounds with how many were at most that slow."""
    found, total = [], 0
    for bound, count in zip([*map(str, map(float, BUCKETS)), "+Inf"], counts, strict=True):
        total += count
        found.append((bound, float(total)))
    return found
