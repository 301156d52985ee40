"""One asynchronous psycopg2 connection on the event loop, with its prepared statements.

Runs one statement at a time. Who may use it, and for how long, is the pool's business.
"""

import asyncio
import select
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any, NamedTuple, TypeVar

import psycopg2
import psycopg2.extensions

from engine.db.cancellation import request_cancellation
from engine.db.sqlstate import STALE_STATEMENT

PREPARED_LIMIT = 200
DRAIN_SECONDS = 2.0
SENT_AT_ONCE_BYTES = 8_000  # what an idle socket surely takes in one write
C = TypeVar("C", bound="ReadConnection")
HUNG_UP = ("57P", "08")  # shut down, crashed, not yet up; a pooler that lost its server


class _Prepared(NamedTuple):
    """A statement's name, and the text that executes it with psycopg2's placeholders."""

    name: str
    execution: str


class ReadConnection:
    """Use `open_connection`. `lost` is true once the server has hung up."""

    def __init__(self, raw: Any, loop: asyncio.AbstractEventLoop) -> None:
        self._raw = raw
        self._loop = loop
        self._cursor = raw.cursor()
        self._fileno: int = raw.fileno()
        self._broken = select.poll()
        self._broken.register(self._fileno, 0)  # told of errors alone
        self._done: asyncio.Future[None] | None = None
        self._writing = False
        self._known: OrderedDict[str, _Prepared] = OrderedDict()
        self._made = 0
        self._watched = True
        self._expired = False
        self.lost = False
        loop.add_reader(self._fileno, self._advance)

    def knows(self, sql: str) -> bool:
        """Whether the statement is prepared here."""
        return sql in self._known

    async def fetch_text(self, sql: str, arguments: Sequence[Any]) -> str | None:
        """The first column of the first row, None without a row. Raises psycopg2.Error."""
        self._expired = False
        try:
            known = self._known.get(sql) or await self._prepare(sql, len(arguments))
            await self._run(known.execution, arguments or None)
        except psycopg2.Error as error:
            if error.pgcode not in STALE_STATEMENT:
                raise
            await self._forget_all()
            known = await self._prepare(sql, len(arguments))
            await self._run(known.execution, arguments or None)
        self._known.move_to_end(sql)
        row = self._cursor.fetchone()
        return None if row is None else row[0]

    def expire(self) -> None:
        """Lets the fetch that is running raise TimeoutError; `cancel` has to follow it."""
        self._expired = True
        if self._done is not None and not self._done.done():
            self._done.set_exception(TimeoutError())

    async def cancel(self) -> bool:
        """Ends the statement that is running. True when the connection may be used again.

        It may only be when the cancellation was seen to arrive: one that comes late would hit
        the next statement.
        """
        self._expired = False
        if self.lost:
            return False
        if not self._raw.isexecuting():
            return True
        done = self._done = self._loop.create_future()
        with suppress(TimeoutError):
            async with asyncio.timeout(DRAIN_SECONDS):
                if await request_cancellation(self._raw):
                    await asyncio.wait([done])
        ended = done.exception() if done.done() else None
        return isinstance(ended, psycopg2.extensions.QueryCanceledError)

    def close(self) -> None:
        """Hangs up; safe to call again."""
        self._mark_lost()
        self._raw.close()

    async def _prepare(self, sql: str, arguments: int) -> _Prepared:
        self._made += 1
        name = f"q{self._made}"
        room = ""
        if len(self._known) >= PREPARED_LIMIT:
            _, oldest = self._known.popitem(last=False)
            room = f"deallocate {oldest.name};"
        await self._run(f"{room}prepare {name} as {sql}")
        values = f"({','.join(['%s'] * arguments)})" if arguments else ""
        made = self._known[sql] = _Prepared(name, f"execute {name}{values}")
        return made

    async def _forget_all(self) -> None:
        """Makes way for new preparations: what is stale once is mostly stale everywhere."""
        self._known.clear()
        await self._run("deallocate all")

    async def _run(self, statement: str | bytes, arguments: Sequence[Any] | None = None) -> None:
        if self._expired:
            raise TimeoutError
        done = self._done = self._loop.create_future()
        try:
            self._cursor.execute(statement, arguments)
        except psycopg2.Error:
            if self._raw.closed:
                self._mark_lost()
            raise
        if len(self._cursor.query) > SENT_AT_ONCE_BYTES:
            self._advance()
        await done

    def _advance(self) -> None:
        """Called when the socket is ready: moves the protocol on until the statement is done."""
        try:
            state = self._raw.poll()
            while self._expects_more(state) and self._broken.poll(0):
                state = self._raw.poll()
        except psycopg2.Error as error:
            self._finish(error)
            return
        if state == psycopg2.extensions.POLL_WRITE:
            self._writing = True
            self._loop.add_writer(self._fileno, self._advance)
            return
        if self._writing:
            self._writing = False
            self._loop.remove_writer(self._fileno)
        if state == psycopg2.extensions.POLL_OK:
            self._finish(None)

    def _expects_more(self, state: int) -> bool:
        """Whether the socket has to wake us again: for the rest of an answer, or while idle.

        A broken one does not: uvloop calls once after an error and forgets the socket, so what
        it still holds, and its end, are read at once.
        """
        idle = self._done is None or self._done.done()
        return idle or state != psycopg2.extensions.POLL_OK

    def _finish(self, error: psycopg2.Error | None) -> None:
        if self._raw.closed or (error is not None and (error.pgcode or "").startswith(HUNG_UP)):
            self._mark_lost()
        done = self._done
        if done is None or done.done():
            return
        if error is None:
            done.set_result(None)
        else:
            done.set_exception(error)
            done.exception()  # read here: nobody may be left to read it

    def _mark_lost(self) -> None:
        """Stops watching the socket at once: its number may soon be another connection's."""
        self.lost = True
        if self._watched:
            self._watched = False
            self._loop.remove_reader(self._fileno)
            self._loop.remove_writer(self._fileno)


async def open_connection(
    arguments: Mapping[str, Any], make: Callable[[Any, asyncio.AbstractEventLoop], C]
) -> C:
    """Connects. Raises psycopg2.OperationalError when the server cannot be reached in time."""
    loop = asyncio.get_running_loop()
    seconds = float(arguments.get("connect_timeout", 5))
    # in a thread, because looking a host name up blocks
    raw = await asyncio.to_thread(lambda: psycopg2.connect(async_=1, **arguments))
    try:
        async with asyncio.timeout(seconds):
            await _established(raw, loop)
    except BaseException as error:
        raw.close()
        if isinstance(error, TimeoutError):
            raise psycopg2.OperationalError("the server does not answer in time") from None
        raise
    return make(raw, loop)


async def _established(raw: Any, loop: asyncio.AbstractEventLoop) -> None:
    """Polls until connected; the socket may change on the way (several addresses)."""
    while (state := raw.poll()) != psycopg2.extensions.POLL_OK:
        ready = loop.create_future()
        fileno = raw.fileno()
        writing = state == psycopg2.extensions.POLL_WRITE
        add, remove = (
            (loop.add_writer, loop.remove_writer)
            if writing
            else (loop.add_reader, loop.remove_reader)
        )
        add(fileno, _set, ready)
        try:
            await ready
        finally:
            remove(fileno)


def _set(ready: asyncio.Future[None]) -> None:
    if not ready.done():
        ready.set_result(None)
