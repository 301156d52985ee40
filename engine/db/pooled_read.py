"""Read connections behind a pooler, with the guarantees that a direct one has from its start.

Session pooling: the settings are made when the connection opens. Transaction pooling: they
come with each statement, in one message and so in one transaction and one round trip; nothing
is prepared, since the next statement may meet another server process.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import lru_cache, partial
from typing import Any

import psycopg2

from engine.base.settings import Settings
from engine.db.address import CONNECT_SECONDS, Address, address_of
from engine.db.read_connection import ReadConnection, open_connection

TEMPLATES_KEPT = 1_000
_PARTS = re.compile(r"""'(?:[^']|'')*'|"(?:[^"]|"")*"|\$(\d+)|%""")


def reader_opening(
    settings: Settings, options: Mapping[str, str]
) -> Callable[[], Awaitable[ReadConnection]]:
    """What opens a connection for reading with these session settings."""
    address = address_of(settings, options)
    if address.opening:
        return partial(_open_session, address)
    if address.each_time:
        make = partial(UnpreparedConnection, address.each_time)
        return partial(open_connection, address.arguments, make)
    return partial(open_connection, address.arguments, ReadConnection)


class SessionConnection(ReadConnection):
    """A connection that says its session settings once."""

    async def open_session(self, statements: str) -> None:
        """Raises psycopg2.Error, also when the pooler has no server process to give."""
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                await self._run(statements)
        except TimeoutError:
            raise psycopg2.OperationalError("the pooler has no connection to give") from None


async def _open_session(address: Address) -> ReadConnection:
    connection = await open_connection(address.arguments, SessionConnection)
    assert isinstance(connection, SessionConnection)
    try:
        await connection.open_session(address.opening)
    except BaseException:
        connection.close()
        raise
    return connection


class UnpreparedConnection(ReadConnection):
    """A connection of transaction pooling."""

    def __init__(self, each_time: str, raw: Any, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(raw, loop)
        self._each_time = each_time

    def knows(self, sql: str) -> bool:
        return True

    async def fetch_text(self, sql: str, arguments: Sequence[Any]) -> str | None:
        self._expired = False
        text, order = _template(sql) if arguments else (sql, ())
        bound = [arguments[at] for at in order]
        await self._run(self._each_time + text, bound or None)
        row = self._cursor.fetchone()
        return None if row is None else row[0]


@lru_cache(TEMPLATES_KEPT)
def _template(sql: str) -> tuple[str, tuple[int, ...]]:
    """The statement as psycopg2 binds it, and which argument goes to which place.

    What looks like a parameter within quotes is none. In brackets, so that a cast after a
    negative number takes the number as a whole.
    """
    order: list[int] = []

    def replaced(part: re.Match[str]) -> str:
        if part[1] is None:
            return part[0].replace("%", "%%")
        order.append(int(part[1]) - 1)
        return "(%s)"

    return _PARTS.sub(replaced, sql), tuple(order)
