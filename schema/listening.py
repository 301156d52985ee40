"""Hears of new versions of companies' metadata as soon as they are committed.

One connection per process, in a thread of its own. While it was away it may have missed
something, so after every connect all companies that are served are looked at. Nothing depends on
it but speed: the check of every statement finds a new version too.
"""

import asyncio
import contextlib
import select
import threading
from collections.abc import Callable

import orjson
import psycopg2
import psycopg2.extensions
import structlog

from engine.base.settings import Pooler, Settings
from engine.db.address import address_of
from metadata.changes.publish import CHANNEL

PROBE_SECONDS = 15.0
AFTER_FAILURE_SECONDS = 0.5
log = structlog.get_logger()
Heard = Callable[[str, int], None]
Expected = Callable[[str], None]


class Listener:
    """Calls `heard(schema, version)` on the event loop; ("", 0) means: anything may be new.
    `expected(schema)` says that a new version may come in a moment."""

    def __init__(self, settings: Settings, heard: Heard, expected: Expected) -> None:
        self._settings, self._heard, self._expected = settings, heard, expected
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="listen", daemon=True)
        self._loop: asyncio.AbstractEventLoop | None = None

    def start(self) -> None:
        """Begins to listen. Behind transaction pooling nobody can, and the check has to do."""
        if self._settings.database_pooler is not Pooler.TRANSACTION:
            self._loop = asyncio.get_running_loop()
            self._thread.start()

    def stop(self) -> None:
        self._stop.set()

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                with contextlib.closing(self._connect()) as connection:
                    self._tell(self._heard, "", 0)
                    self._listen(connection)
            except psycopg2.Error as error:
                log.warning("listening failed", error=type(error).__name__)
                self._stop.wait(AFTER_FAILURE_SECONDS)

    def _connect(self) -> psycopg2.extensions.connection:
        address = address_of(self._settings, {})
        connection: psycopg2.extensions.connection = psycopg2.connect(**address.arguments)
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(f"listen {CHANNEL}")
        return connection

    def _listen(self, connection: psycopg2.extensions.connection) -> None:
        waiting = select.poll()
        waiting.register(connection.fileno(), select.POLLIN)
        quiet = 0.0
        while not self._stop.is_set():
            if waiting.poll(1_000):
                quiet = 0.0
                connection.poll()
            elif (quiet := quiet + 1.0) >= PROBE_SECONDS:
                quiet = 0.0
                with connection.cursor() as cursor:
                    cursor.execute("select 1")  # a connection that died silently says so now
            while connection.notifies:
                self._told(connection.notifies.pop(0).payload)

    def _told(self, payload: str) -> None:
        try:
            found = orjson.loads(payload)
            if found.get("expected"):
                self._tell(self._expected, str(found["schema"]))
            else:
                self._tell(self._heard, str(found["schema"]), int(found["version"]))
        except (ValueError, KeyError, TypeError, AttributeError):
            self._tell(self._heard, "", 0)  # of another release: look everywhere

    def _tell(self, whom: Callable[..., None], *what: str | int) -> None:
        assert self._loop is not None
        with contextlib.suppress(RuntimeError):  # the loop is closed: the process ends
            self._loop.call_soon_threadsafe(whom, *what)
