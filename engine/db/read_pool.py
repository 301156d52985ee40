"""The bounded pool of asynchronous connections that all reads go through (principle 6).

Waiting is first come, first served. Statements are read only, prepared once per connection.
"""

import asyncio
from collections import deque
from collections.abc import Sequence
from functools import partial
from typing import Any

import psycopg2

from engine.base.deadlines import Deadlines
from engine.base.errors import TimedOut, Unavailable
from engine.base.settings import Settings
from engine.db.address import CONNECT_SECONDS
from engine.db.pooled_read import reader_opening
from engine.db.read_connection import ReadConnection
from engine.db.sqlstate import translate

_Place = ReadConnection | None  # None: the right to open one


class ReadPool:
    """Lives on one event loop: `await start()` there, `await stop()` at the end."""

    def __init__(self, settings: Settings) -> None:
        self._size = settings.read_connections
        self._open = reader_opening(
            settings,
            {
                "default_transaction_read_only": "on",
                "statement_timeout": str(settings.statement_timeout_ms),
                "idle_in_transaction_session_timeout": str(settings.statement_timeout_ms),
            },
        )
        self._idle: list[ReadConnection] = []
        self._waiting: deque[asyncio.Future[_Place]] = deque()
        self._free = self._size  # connections that may still be opened
        self._cleaning: set[asyncio.Task[None]] = set()
        self._stopped = False

    async def start(self) -> None:
        """Opens the first connection, so that a wrong address shows at the start."""
        self._stopped = False
        self._loop = asyncio.get_running_loop()
        self._deadlines = Deadlines()
        self._free -= 1
        self._release(await self._opened(self._loop.time() + CONNECT_SECONDS))

    async def stop(self) -> None:
        """Closes what is idle and refuses new work."""
        self._stopped = True
        for waiting in self._waiting:
            waiting.cancel()
        if self._cleaning:
            await asyncio.wait(self._cleaning, timeout=1)
        while self._idle:
            self._idle.pop().close()

    async def fetch_text(self, sql: str, arguments: Sequence[Any], timeout_ms: int) -> str | None:
        """The text in the first column of the first row; None when there is no row.

        `sql` holds `$1…$n`, each with its cast. Raises TimedOut, SchemaChanged, Unavailable;
        a lost connection is tried again once, since a read may be. When the task is cancelled
        the statement is cancelled in the server too.
        """
        deadline = self._loop.time() + timeout_ms / 1_000
        try:
            try:
                return await self._attempt(sql, arguments, deadline)
            except _Lost:
                return await self._attempt(sql, arguments, deadline)
        except TimeoutError:
            raise TimedOut from None
        except _Lost:
            raise Unavailable from None

    async def _attempt(self, sql: str, arguments: Sequence[Any], deadline: float) -> str | None:
        connection = self._at_hand(sql) or await self._waited_for(deadline)
        self._deadlines.watch(connection, deadline, connection.expire)
        try:
            found = await connection.fetch_text(sql, arguments)
        except psycopg2.Error as error:
            lost = connection.lost
            self._release(connection)
            if lost:
                raise _Lost from error
            raise translate(error) from error
        except (asyncio.CancelledError, TimeoutError):
            self._clean_later(connection)
            raise
        except BaseException:
            self._drop(connection)
            raise
        finally:
            self._deadlines.forget(connection)
        self._release(connection)
        return found

    def _at_hand(self, sql: str) -> ReadConnection | None:
        """An idle connection, one that knows the statement if any does."""
        if self._stopped:
            raise Unavailable
        while self._idle:
            connection = self._pick(sql)
            if not connection.lost:
                return connection
            # after a restart of the server every idle connection is dead, and known to be
            connection.close()
            self._free += 1
        return None

    def _pick(self, sql: str) -> ReadConnection:
        for at in range(len(self._idle) - 1, -1, -1):
            if self._idle[at].knows(sql):
                return self._idle.pop(at)
        return self._idle.pop()

    async def _waited_for(self, deadline: float) -> ReadConnection:
        """A new connection where one may be opened, or what is given back in one's turn."""
        if self._free:
            self._free -= 1
            return await self._opened(deadline)
        return await self._turn(deadline) or await self._opened(deadline)

    async def _turn(self, deadline: float) -> _Place:
        place: asyncio.Future[_Place] = self._loop.create_future()
        self._waiting.append(place)
        self._deadlines.watch(place, deadline, partial(_expire, place))
        try:
            return await place
        except (asyncio.CancelledError, TimeoutError):
            if place in self._waiting:
                self._waiting.remove(place)
            elif not place.cancelled() and place.exception() is None:
                self._give_back(place.result())
            raise
        finally:
            self._deadlines.forget(place)

    async def _opened(self, deadline: float) -> ReadConnection:
        """A server that takes no more connections may still serve those in use: they are
        waited for. Raises Unavailable when there are none."""
        try:
            async with asyncio.timeout_at(deadline):
                return await self._open()
        except psycopg2.OperationalError as error:
            if self._size - self._free - len(self._idle) > 1:
                self._free += 1
                return await self._turn(deadline) or await self._opened(deadline)
            self._give_back(None)
            raise Unavailable from error
        except BaseException:
            self._give_back(None)
            raise

    def _release(self, connection: ReadConnection) -> None:
        if connection.lost or self._stopped:
            self._drop(connection)
        else:
            self._give_back(connection)

    def _drop(self, connection: ReadConnection) -> None:
        connection.close()
        self._give_back(None)

    def _give_back(self, place: _Place) -> None:
        """To the one who waits longest, else to the idle ones."""
        while self._waiting:
            next_one = self._waiting.popleft()
            if not next_one.done():
                next_one.set_result(place)
                return
        if place is None:
            self._free += 1
        else:
            self._idle.append(place)

    def _clean_later(self, connection: ReadConnection) -> None:
        task = self._loop.create_task(self._clean(connection))
        self._cleaning.add(task)
        task.add_done_callback(self._cleaning.discard)

    async def _clean(self, connection: ReadConnection) -> None:
        if await connection.cancel():
            self._release(connection)
        else:
            self._drop(connection)


def _expire(place: "asyncio.Future[_Place]") -> None:
    if not place.done():
        place.set_exception(TimeoutError())


class _Lost(Exception):
    """The server hung up during a statement."""
