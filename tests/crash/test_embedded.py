"""The embedded servers: they end with their program however it ends, and start again on its data."""

import contextlib
import os
import pwd
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg2
import pytest

from engine.base.errors import SetupError
from engine.db.embedded import start_embedded
from tests.harness.servers import wait_until

PROGRAM = """
import sys, time
from engine.db.embedded import start_embedded
embedded = start_embedded(sys.argv[1])
print(embedded.postgres.pid, embedded.redis.pid, flush=True)
while True:
    time.sleep(0.1)
    for name in embedded.revive():
        print("revived", name, embedded.postgres.pid, flush=True)
"""


class Program:
    """A process of its own that runs the embedded servers on `folder`."""

    def __init__(self, folder: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, str(folder)], stdout=subprocess.PIPE, text=True
        )
        assert self.process.stdout is not None
        self.output = self.process.stdout
        self.postgres, self.redis = map(int, self.output.readline().split())

    def end(self) -> None:
        self.process.kill()
        self.process.wait()
        self.output.close()
        wait_until(lambda: not alive(self.postgres) and not alive(self.redis), "servers gone")


def alive(pid: int) -> bool:
    with contextlib.suppress(psutil.NoSuchProcess):
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    return False


def execute(url: str, statement: str) -> list[tuple[object, ...]]:
    connection = psycopg2.connect(url)
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall() if cursor.description else []
    finally:
        connection.close()


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    for parent in tmp_path.parents[:2]:
        parent.chmod(0o755)
    yield tmp_path / "data"


def test_data_is_there_after_a_stop_and_a_start(folder: Path) -> None:
    first = start_embedded(folder)
    execute(first.database_url, "create table kept (a int)")
    first.stop()
    second = start_embedded(folder)
    assert execute(second.database_url, "select count(*) from kept") == [(0,)]
    second.stop()


def test_servers_end_with_a_killed_program_and_committed_data_stays(folder: Path) -> None:
    program = Program(folder)
    url = f"postgresql://postgres@/postgres?host={folder}/run"
    execute(url, "create table kept (a int)")
    execute(url, "insert into kept values (1)")
    open_one = psycopg2.connect(url)
    open_one.cursor().execute("insert into kept values (2)")
    program.end()
    open_one.close()
    again = start_embedded(folder)
    assert execute(again.database_url, "select a from kept") == [(1,)]
    again.stop()


def test_a_killed_postmaster_is_started_again(folder: Path) -> None:
    program = Program(folder)
    url = f"postgresql://postgres@/postgres?host={folder}/run"
    execute(url, "create table kept (a int)")
    os.kill(program.postgres, signal.SIGKILL)
    line = program.output.readline().split()
    assert line[:2] == ["revived", "EmbeddedPostgres"]
    program.postgres = int(line[2])
    assert execute(url, "select count(*) from kept") == [(0,)]
    program.end()


def test_program_and_postmaster_killed_together(folder: Path) -> None:
    program = Program(folder)
    program.process.send_signal(signal.SIGSTOP)
    os.kill(program.postgres, signal.SIGKILL)
    program.end()
    start_embedded(folder).stop()


def test_a_folder_in_use_is_told_in_one_line(folder: Path) -> None:
    program = Program(folder)
    with pytest.raises(
        SetupError, match=f"in use by process {program.process.pid}: stop it"
    ) as told:
        start_embedded(folder)
    assert "\n" not in str(told.value)
    assert alive(program.postgres)
    program.end()


def test_a_folder_of_another_postgresql_is_told_in_one_line(folder: Path) -> None:
    start_embedded(folder).stop()
    (folder / "postgres" / "PG_VERSION").write_text("16\n")
    with pytest.raises(
        SetupError, match="was made by PostgreSQL 16, this needs PostgreSQL 18"
    ) as told:
        start_embedded(folder)
    assert "\n" not in str(told.value)


def test_half_a_folder_of_an_interrupted_start_does_no_harm(folder: Path) -> None:
    (folder / "postgres.new").mkdir(parents=True)
    (folder / "postgres.new" / "PG_VERSION").write_text("18\n")
    start_embedded(folder).stop()


def test_a_path_too_long_for_a_socket_works(folder: Path) -> None:
    embedded = start_embedded(folder / ("x" * 120))
    assert execute(embedded.database_url, "select 1") == [(1,)]
    embedded.stop()


def test_a_file_in_place_of_the_folder_is_told(folder: Path) -> None:
    folder.write_text("")
    with pytest.raises(SetupError, match="choose another one with QIANSI_DATA_DIR"):
        start_embedded(folder)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root meets folders that are closed to others")
def test_root_uses_a_closed_folder_and_leaves_it_closed(folder: Path) -> None:
    closed = folder / "closed"
    closed.mkdir(parents=True)
    closed.chmod(0o700)
    embedded = start_embedded(closed / "data")
    owner = psutil.Process(embedded.postgres.pid).username()
    embedded.stop()
    assert owner == pwd.getpwnam("nobody").pw_name
    assert closed.stat().st_mode & 0o777 == 0o700
