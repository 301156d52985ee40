"""What the HTTP side counts, for Prometheus: operations by kind and outcome, and their time."""

from collections.abc import Sequence
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest

BUCKETS = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)


class Observed:
    """The metrics of one process."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        operations = Counter(
            "qiansi_operations", "Operations answered", ["kind", "code"], registry=self.registry
        )
        seconds = Histogram(
            "qiansi_operation_seconds",
            "Time to answer",
            ["kind"],
            buckets=BUCKETS,
            registry=self.registry,
        )
        self._operations, self._seconds = operations, seconds
        self._known: dict[tuple[str, str], Any] = {}
        self._times = {kind: seconds.labels(kind) for kind in ("query", "mutation")}

    def operation(self, kind: str, errors: Sequence[Any], seconds: float) -> None:
        """One operation answered; `errors` are response errors."""
        code = errors[0]["extensions"]["code"] if errors else "OK"
        counter = self._known.get((kind, code))
        if counter is None:
            counter = self._known[kind, code] = self._operations.labels(kind, code)
        counter.inc()
        times = self._times.get(kind)
        if times is not None:
            times.observe(seconds)

    def text(self) -> bytes:
        """The exposition text of `/metrics`."""
        return generate_latest(self.registry)
