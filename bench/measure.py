"""One measurement: a contender's server under the load generator, and what it cost."""

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields

from bench.contenders import Contender
from bench.load import Job, Result
from bench.processes import HOST, Running, postgres_cpu_seconds, seconds_between
from bench.queries import Query

CLIENTS = 16
WARM_UP_SECONDS = 0.7


@dataclass(frozen=True, slots=True)
class Figures:
    """What one contender did on one query. CPU in milliseconds per request."""

    requests_per_second: float
    p50_ms: float
    p99_ms: float
    server_cpu_ms: float
    postgres_cpu_ms: float

    @property
    def cpu_ms(self) -> float:
        return self.server_cpu_ms + self.postgres_cpu_ms


def measure(
    contender: Contender, server: Running, query: Query, database: str, seconds: float
) -> Figures:
    """Warms the server up, then measures. RuntimeError on any answer that is not good."""
    drive(contender, server, query, WARM_UP_SECONDS)
    server_before, postgres_before = server.cpu_seconds(), postgres_cpu_seconds(database)
    result = drive(contender, server, query, seconds)
    server_after, postgres_after = server.cpu_seconds(), postgres_cpu_seconds(database)
    return Figures(
        requests_per_second=result.requests / result.seconds,
        p50_ms=result.p50_ms,
        p99_ms=result.p99_ms,
        server_cpu_ms=(server_after - server_before) * 1_000 / result.requests,
        postgres_cpu_ms=(
            seconds_between(postgres_before, postgres_after) * 1_000 / result.requests
        ),
    )


def mean(figures: Sequence[Figures]) -> Figures:
    """The mean of several rounds, figure by figure."""
    names = [each.name for each in fields(Figures)]
    return Figures(
        **{name: sum(getattr(each, name) for each in figures) / len(figures) for name in names}
    )


def drive(
    contender: Contender, server: Running, query: Query, seconds: float, pause_seconds: float = 0.0
) -> Result:
    """Asks with all clients for so long. RuntimeError on any answer that is not good."""
    job = Job(
        HOST,
        server.port,
        contender.path(query),
        contender.headers,
        contender.bodies(query),
        CLIENTS,
        seconds,
        pause_seconds,
    )
    done = subprocess.run(
        [sys.executable, "-m", "bench.load"],
        input=json.dumps(asdict(job)),
        capture_output=True,
        text=True,
        timeout=seconds + 60,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"the load generator failed:\n{done.stderr[-2000:]}")
    result = Result(**json.loads(done.stdout))
    if result.failed:
        raise RuntimeError(f"{contender.key}, {query.name}: {result.failed}")
    return result
