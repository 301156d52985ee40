"""Bounded pools of asynchronous connections (principle 6).

Waiting is first come, first served. What is run on a connection is its kind of pool's business.
"""

import asyncio
import math
from collections import deque
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Generic, TypeVar

import psycopg2

from engine.base.deadlines import Deadlines
from engine.base.errors import Unavailable
from engine.db.read_connection import ReadConnection
from engine.db.sqlstate import translate

C = TypeVar("C", bound=ReadConnection)
T = TypeVar("T")


class Lost(Exception):
    """The server hung up during a statement."""


class Pool(Generic[C]):
    """Lives on one event loop: `await start()` there, `await stop()` at the end."""

    def __init__(self, size: int, open: Callable[[], Awaitable[C]]) -> None:
        self._size = size
        self._open = open
        self._idle: list[C] = []
        self._waiting: deque[asyncio.Future[C | None]] = deque()  # None: the right to open one
        self._free = size  # connections that may still be opened
        self._cleaning: set[asyncio.Task[None]] = set()
        self._stopped = False

    def begin(self) -> None:
        """Before the first use, on the loop of all uses; opens nothing."""
        self._stopped = False
        self._loop = asyncio.get_running_loop()
        self._deadlines = Deadlines()

    async def stop(self) -> None:
        """Closes what is idle and refuses new work."""
        self._stopped = True
        for waiting in self._waiting:
            waiting.cancel()
        if self._cleaning:
            await asyncio.wait(self._cleaning, timeout=1)
        while self._idle:
            self._idle.pop().close()

    async def use(
        self,
        work: Callable[[C], Awaitable[T]],
        deadline: float,
        *,
        sql: str = "",
        turn_by: float = math.inf,
    ) -> T:
        """What `work` makes of a connection, of one that has `sql` prepared if any has.

        `deadline`, and `turn_by` for the wait before, are in the loop's time. Raises Lost,
        TimeoutError, what an error of psycopg2 means, whatever else `work` raises. When the task
        is cancelled, or its time is over, the statement is cancelled in the server too.
        """
        connection = self._at_hand(sql) or await self._waited_for(min(deadline, turn_by))
        self._deadlines.watch(connection, deadline, connection.expire)
        try:
            found = await work(connection)
        except psycopg2.Error as error:
            lost = connection.lost
            self._release(connection)
            if lost:
                raise Lost from error
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

    def _at_hand(self, sql: str) -> C | None:
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

    def _pick(self, sql: str) -> C:
        for at in range(len(self._idle) - 1, -1, -1):
            if self._idle[at].knows(sql):
                return self._idle.pop(at)
        return self._idle.pop()

    async def _waited_for(self, deadline: float) -> C:
        """A new connection where one may be opened, or what is given back in one's turn."""
        if self._free:
            self._free -= 1
            return await self._opened(deadline)
        return await self._turn(deadline) or await self._opened(deadline)

    async def _turn(self, deadline: float) -> C | None:
        place: asyncio.Future[C | None] = self._loop.create_future()
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

    async def _opened(self, deadline: float) -> C:
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

    def _release(self, connection: C) -> None:
        if connection.lost or self._stopped:
            self._drop(connection)
        else:
            self._give_back(connection)

    def _drop(self, connection: C) -> None:
        connection.close()
        self._give_back(None)

    def _give_back(self, place: C | None) -> None:
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

    def _clean_later(self, connection: C) -> None:
        task = self._loop.create_task(self._clean(connection))
        self._cleaning.add(task)
        task.add_done_callback(self._cleaning.discard)

    async def _clean(self, connection: C) -> None:
        if await connection.cancel():
            self._release(connection)
        else:
            self._drop(connection)


def _expire(place: "asyncio.Future[C | None]") -> None:
    if not place.done():
        place.set_exception(TimeoutError())
