"""Real server processes on free ports, over one database; waits for conditions, never for luck."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

START_SECONDS = 30
_PROBE = httpx.Client()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_until(condition: Callable[[], bool], what: str, seconds: float = START_SECONDS) -> None:
    """Returns when `condition` holds; fails naming `what` after `seconds`."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return
        time.sleep(0.02)
    raise AssertionError(f"waited {seconds} s in vain for: {what}")


@dataclass(frozen=True)
class Server:
    """One `qiansi serve` process."""

    process: subprocess.Popen[bytes]
    url: str
    log: Path

    def stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()


def start_server(
    folder: Path, database_url: str, redis_url: str, settings: Mapping[str, str] | None = None
) -> Server:
    """Starts a process and waits until `/healthz` answers."""
    port = free_port()
    log = folder / f"server-{port}.log"
    environment = {
        **os.environ,
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
        **(settings or {}),
    }
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "qiansi", "serve", "--port", str(port)],
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    server = Server(process, f"http://127.0.0.1:{port}", log)
    try:
        wait_until(lambda: _answers(server), f"server at {server.url}, log {log}")
    except BaseException:
        server.kill()
        raise
    return server


def _answers(server: Server) -> bool:
    assert server.process.poll() is None, server.log.read_text()[-4000:]
    try:
        return _PROBE.get(f"{server.url}/readyz", timeout=2).status_code == 200
    except httpx.TransportError:
        return False


@contextmanager
def worker_process(
    log: Path, database_url: str, redis_url: str, settings: Mapping[str, str] | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """A `qiansi worker` process, killed at the end of the block."""
    address = {"DATABASE_URL": database_url, "REDIS_URL": redis_url}
    with log.open("ab") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "qiansi", "worker"],
            env={**os.environ, **address, **(settings or {})},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            yield process
        finally:
            process.kill()
            process.wait()
