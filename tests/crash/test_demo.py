"""`qiansi demo` as a user meets it: ready in one line, gone without a trace, back on its data."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import psutil
import psycopg2
import pytest

from tests.crash.test_embedded import alive
from tests.harness.servers import free_port, wait_until

READY_SECONDS = 90.0


class Demo:
    """One run of the command on `folder`."""

    def __init__(self, folder: Path, port: int) -> None:
        environment = {
            name: value
            for name, value in os.environ.items()
            if name not in ("DATABASE_URL", "REDIS_URL")
        }
        self.url = f"http://127.0.0.1:{port}"
        self.process = subprocess.Popen(
            [sys.executable, "-m", "qiansi", "demo", "--port", str(port)],
            env={**environment, "QIANSI_DATA_DIR": str(folder)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def wait_until_ready(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline()

    def family(self) -> list[int]:
        return [child.pid for child in psutil.Process(self.process.pid).children(recursive=True)]

    def end(self, number: int) -> tuple[int, str]:
        """Sends the signal; returns exit code and standard error once all processes are gone."""
        family = self.family()
        self.process.send_signal(number)
        _, told = self.process.communicate(timeout=30)
        wait_until(lambda: not any(alive(pid) for pid in family), "all processes gone", 30)
        return self.process.returncode, told

    def refusal(self) -> tuple[int, str]:
        """Exit code and standard error of a run that cannot start."""
        _, told = self.process.communicate(timeout=60)
        return self.process.returncode, told


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    yield tmp_path_factory.mktemp("demo") / "data"


def test_killed_while_loading_it_loads_again(folder: Path) -> None:
    half = Demo(folder, free_port())
    url = f"postgresql://postgres@/postgres?host={folder}/run"

    def loading() -> bool:
        try:
            connection = psycopg2.connect(url)
        except psycopg2.OperationalError:
            return False
        with connection.cursor() as cursor:
            cursor.execute("select to_regclass('t_1.customer') is not null")
            row = cursor.fetchone()
        connection.close()
        return row == (True,)

    wait_until(loading, "the demo company's tables", READY_SECONDS)
    half.end(signal.SIGKILL)
    whole = Demo(folder, free_port())
    assert whole.wait_until_ready().startswith(f"Qiansi is ready at {whole.url}/graphql")
    assert httpx.get(f"{whole.url}/readyz", timeout=10).status_code == 200
    assert whole.end(signal.SIGTERM) == (0, "")


def test_killed_it_leaves_nothing_and_starts_again_on_its_data(folder: Path) -> None:
    first = Demo(folder, free_port())
    first.wait_until_ready()
    assert len(first.family()) > 4
    code, _ = first.end(signal.SIGKILL)
    assert code == -signal.SIGKILL
    second = Demo(folder, free_port())
    assert second.wait_until_ready() != ""
    assert second.end(signal.SIGINT) == (0, "")


def test_dead_children_are_started_again(folder: Path) -> None:
    demo = Demo(folder, free_port())
    demo.wait_until_ready()
    victims = [
        p
        for p in psutil.Process(demo.process.pid).children()
        if "serve" in p.cmdline() or "worker" in p.cmdline()
    ]
    assert len(victims) == 2
    for victim in victims:
        victim.kill()

    def answers() -> bool:
        try:
            return httpx.get(f"{demo.url}/readyz", timeout=2).status_code == 200
        except httpx.TransportError:
            return False

    wait_until(
        lambda: not any(alive(victim.pid) for victim in victims) and answers(),
        "the web process again",
        60,
    )
    assert demo.end(signal.SIGTERM) == (0, "")


def test_what_hinders_it_is_told_in_one_line(folder: Path) -> None:
    port = free_port()
    demo = Demo(folder, port)
    demo.wait_until_ready()
    code, told = Demo(folder, port).refusal()
    assert (code, told.count("\n")) == (2, 1)
    assert "choose another port with --port or QIANSI_PORT" in told
    code, told = Demo(folder, free_port()).refusal()
    assert (code, told.count("\n")) == (2, 1)
    assert f"in use by process {demo.process.pid}: stop it first" in told
    demo.end(signal.SIGTERM)
    version = folder / "postgres" / "PG_VERSION"
    version.write_text("16\n")
    code, told = Demo(folder, free_port()).refusal()
    version.write_text("18\n")
    assert (code, told.count("\n")) == (2, 1)
    assert "made by PostgreSQL 16" in told
