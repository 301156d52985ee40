"""Server processes under measurement: started on free ports, watched for CPU time and memory."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

START_SECONDS = 40.0
HOST = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Running:
    """A server that answers at `port`; its process tree is what is measured."""

    port: int
    process: psutil.Process

    def cpu_seconds(self) -> float:
        """User and system time of the process and its children so far."""
        return sum(map(_cpu_seconds, self._family()))

    def memory_bytes(self) -> int:
        return sum(int(each.memory_info().rss) for each in self._family())

    def _family(self) -> list[psutil.Process]:
        return [self.process, *self.process.children(recursive=True)]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def running(
    command: Sequence[str], port: int, environment: Mapping[str, str], log: Path
) -> Iterator[Running]:
    """A server process for the length of a block; RuntimeError when it does not come up."""
    with spawned(command, environment, log) as process:
        _wait_for(port, process, log)
        yield Running(port, psutil.Process(process.pid))


@contextmanager
def spawned(
    command: Sequence[str], environment: Mapping[str, str], log: Path
) -> Iterator["subprocess.Popen[bytes]"]:
    """A process for the length of a block, with all it says in `log`."""
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, env={**os.environ, **environment}, stdout=output, stderr=subprocess.STDOUT
        )
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def uvicorn_command(app: str, port: int) -> list[str]:
    """One worker, uvloop and httptools, no access log: the same for every contender."""
    return [
        *(sys.executable, "-m", "uvicorn", app, "--host", HOST, "--port", str(port)),
        *("--loop", "uvloop", "--http", "httptools", "--no-access-log", "--log-level", "warning"),
    ]


def postgres_cpu_seconds(database: str) -> Mapping[int, float]:
    """CPU time so far of each backend of a database, by process number.

    Empty where PostgreSQL runs elsewhere. Its background workers are not counted.
    """
    return {
        each.pid: _cpu_seconds(each)
        for each in psutil.process_iter(["name", "cmdline"])
        if _serves(" ".join(each.info["cmdline"] or ()), database)
    }


def seconds_between(before: Mapping[int, float], after: Mapping[int, float]) -> float:
    """What the backends that are still there have used; new ones began at nothing."""
    return sum(seconds - before.get(pid, 0.0) for pid, seconds in after.items())


def _serves(title: str, database: str) -> bool:
    if not title.startswith("postgres: ") or title.startswith("postgres: autovacuum"):
        return False
    return f" {database} " in f"{title} " or title.startswith("postgres: parallel worker")


def _cpu_seconds(process: psutil.Process) -> float:
    try:
        times = process.cpu_times()
    except psutil.Error:
        return 0.0
    return float(times.user + times.system)


def _wait_for(port: int, process: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        with socket.socket() as probe:
            probe.settimeout(0.2)
            if probe.connect_ex((HOST, port)) == 0:
                return
        time.sleep(0.05)
    raise RuntimeError(f"the server did not start:\n{log.read_text()[-3000:]}")
