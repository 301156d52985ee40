"""The load generator: keep-alive clients in a process of their own, raw HTTP/1.1 on streams.

`python -m bench.load` reads a Job as JSON from standard input and prints a Result as JSON.
Does not know what it asks for, only that a good answer has status 200 and no `"errors"`.
Where a body holds SERIAL, each request gets a number that no other one ever had.
"""

import asyncio
import json
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from itertools import count, cycle

import uvloop

SERIAL = "@@@@serial@@@@@@"  # as long as the number that takes its place
_SERIAL = SERIAL.encode()


@dataclass(frozen=True, slots=True)
class Job:
    """Send `bodies` in turn to `path` from `clients` connections for `seconds`; each pauses after
    every answer."""

    host: str
    port: int
    path: str
    headers: dict[str, str]
    bodies: list[str]
    clients: int
    seconds: float
    pause_seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Result:
    """Times in milliseconds; `failed` holds the first bad answer, empty when all were good."""

    requests: int
    seconds: float
    p50_ms: float
    p99_ms: float
    failed: str


@dataclass
class _Run:
    """What the clients share while they run."""

    deadline: float
    times: list[float] = field(default_factory=list)
    failed: str = ""
    serials: Iterator[int] = field(default_factory=lambda: count(time.time_ns() // 1_000))

    def numbered(self, request: bytes) -> bytes:
        return request.replace(_SERIAL, b"%016d" % next(self.serials))


def main() -> None:
    """One job from standard input to standard output."""
    job = Job(**json.load(sys.stdin))
    print(json.dumps(asdict(uvloop.run(drive(job)))))


async def drive(job: Job) -> Result:
    """Runs all clients of a job until its time is over."""
    started = time.perf_counter()
    run = _Run(deadline=started + job.seconds)
    requests = [_request(job, body.encode()) for body in job.bodies]
    step = max(len(requests) // job.clients, 1)
    starts = [at * step % len(requests) for at in range(job.clients)]
    async with asyncio.TaskGroup() as group:
        for start in starts:
            group.create_task(_client(job, [*requests[start:], *requests[:start]], run))
    seconds = time.perf_counter() - started
    times = sorted(run.times) or [0.0]
    return Result(
        requests=len(run.times),
        seconds=seconds,
        p50_ms=times[len(times) // 2] * 1_000,
        p99_ms=times[min(len(times) * 99 // 100, len(times) - 1)] * 1_000,
        failed=run.failed,
    )


async def _client(job: Job, requests: Sequence[bytes], run: _Run) -> None:
    reader, writer = await asyncio.open_connection(job.host, job.port, limit=1 << 22)
    for request in cycle(requests):
        started = time.perf_counter()
        if started >= run.deadline or run.failed:
            break
        writer.write(run.numbered(request) if _SERIAL in request else request)
        status, body = await _answer(reader)
        run.times.append(time.perf_counter() - started)
        if status != 200 or b'"errors"' in body:
            run.failed = f"{status} {body[:500]!r}"
        if job.pause_seconds:
            await asyncio.sleep(job.pause_seconds)
    writer.close()


def _request(job: Job, body: bytes) -> bytes:
    headers = {
        "Host": f"{job.host}:{job.port}",
        "Content-Type": "application/json",
        "Content-Length": str(len(body)),
        **job.headers,
    }
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"POST {job.path} HTTP/1.1\r\n{lines}\r\n".encode() + body


async def _answer(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    """Status and body of the next response. Only responses with a Content-Length."""
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    at = head.index(b"content-length:") + len(b"content-length:")
    length = int(head[at : head.index(b"\r\n", at)])
    return int(head[9:12]), await reader.readexactly(length)


if __name__ == "__main__":
    main()
