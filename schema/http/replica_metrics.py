"""Reads by the place that answered them, and the replica's state, for `/metrics`."""

from collections.abc import Iterator

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from engine.db.replica import Replica


class ReplicaMetrics(Collector):
    """What one replica has counted, made into metrics when asked."""

    def __init__(self, replica: Replica) -> None:
        self._replica = replica

    def collect(self) -> Iterator[Metric]:
        reads = CounterMetricFamily(
            "qiansi_reads", "Reads by the place that answered", labels=["place", "reason"]
        )
        for labels, count in sorted(self._replica.reads.items()):
            reads.add_metric(labels, count)
        yield reads
        usable, lag = self._replica.usable, self._replica.lag_seconds
        yield GaugeMetricFamily("qiansi_replica_usable", "Whether reads go there", int(usable))
        if lag is not None:
            yield GaugeMetricFamily("qiansi_replica_lag_seconds", "How old its data may be", lag)
