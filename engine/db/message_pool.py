"""Transactions that are one message, sent from the event loop without a thread.

For what is known whole before any of it is answered: who has to see an answer first uses
`statements.py` on a connection of the write engine.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, NamedTuple

import psycopg2

from engine.base.errors import TimedOut, Unavailable
from engine.base.settings import Pooler, Settings
from engine.db.pool import Lost, Pool
from engine.db.read_connection import ReadConnection, open_connection
from engine.db.statements import IDLE, Statements
from engine.db.write_engine import writer_address
from engine.db.write_prepared import Prepared

# others that wait for a locked row shall not keep whoever could have a thread's connection
PATIENCE_SECONDS = 0.1
# adds its statements, or says that it has none
Fill = Callable[[Statements], bool]


class Sent(NamedTuple):
    """What came of a message. `done` is false when there was nothing to send; `read` is what was
    read behind the commit, None where that failed."""

    done: bool
    read: str | None = None
    failure: Exception | None = None


class MessageConnection(ReadConnection):
    """A connection of the event loop with what a connection of the write engine keeps."""

    def __init__(self, raw: Any, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(raw, loop)
        self._prepared = Prepared()

    async def transact(self, fill: Fill, deadline: float) -> Sent:
        """One transaction (`deadline` of `time.monotonic`). Raises psycopg2.Error for a lost
        connection alone; every other failure leaves the connection fit for use."""
        self._expired = False
        statements = Statements(self._cursor, self._prepared)
        statements.begin(deadline)
        if not fill(statements):
            return Sent(done=False)
        statements.end()
        try:
            await self._run(statements.message())
        except psycopg2.Error as error:
            if self.lost:
                raise
            failure = statements.meant(error)
            if await self._is_committed(statements):
                return Sent(done=True)
            return Sent(done=False, failure=failure)
        statements.take_read()
        return Sent(done=True, read=statements.read)

    async def _is_committed(self, statements: Statements) -> bool:
        """After an error; else the transaction is undone."""
        if self._raw.info.transaction_status != IDLE:
            await self._run(b"rollback")
            return False
        if not statements.committed:
            return False
        await self._run(statements.committed)
        ((same,),) = self._cursor.fetchall()
        return bool(same)


class MessagePool(Pool[MessageConnection]):
    """Lives on one event loop: `begin()` there, `await stop()` at the end. Not for poolers."""

    def __init__(self, settings: Settings) -> None:
        address = writer_address(settings)
        super().__init__(
            settings.direct_connections,
            partial(open_connection, address.arguments, MessageConnection),
        )

    async def transact(self, fill: Fill, deadline: float) -> Sent:
        """One transaction, which ends by `deadline` (of `time.monotonic`); not done where no
        connection is to be had soon. Raises what an error of it means, or TimedOut and
        Unavailable, after which it may be done or not."""
        begun = False

        def work(connection: MessageConnection) -> Awaitable[Sent]:
            nonlocal begun
            begun = True
            return connection.transact(fill, deadline)

        moment = self._loop.time()
        until = moment + deadline - time.monotonic()
        try:
            sent = await self.use(work, until, turn_by=moment + PATIENCE_SECONDS)
        except Lost:
            raise Unavailable from None
        except TimeoutError:
            if begun:
                raise TimedOut from None
            return Sent(done=False)
        except Unavailable:
            if begun:
                raise
            return Sent(done=False)
        if sent.failure is not None:
            raise sent.failure
        return sent

    async def _clean(self, connection: MessageConnection) -> None:
        """What was cancelled within a transaction is not used again."""
        await connection.cancel()
        self._drop(connection)


def message_pool(settings: Settings) -> MessagePool | None:
    """The pool of a process. None behind a pooler, which counts connections or keeps nothing
    prepared, and where the setting says so."""
    if settings.database_pooler is not Pooler.NONE or not settings.direct_connections:
        return None
    return MessagePool(settings)
