"""What the floors share: asynchronous connections with all their statements prepared."""

import asyncio
import os
from collections.abc import Mapping, Sequence
from typing import Any

import psycopg2
import psycopg2.extensions
from starlette.applications import Starlette

CONNECTIONS = 8
Statements = Mapping[str, tuple[str, str]]


class Connection:
    """One connection; `statements` are (types, SQL) by name. One user at a time."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection
        self._cursor: Any = None

    async def prepare(self, statements: Statements) -> None:
        await self._ready()
        self._cursor = self._connection.cursor()
        for name, (types, sql) in statements.items():
            head = f"prepare s_{name} ({types})" if types else f"prepare s_{name}"
            self._cursor.execute(f"{head} as {sql}")
            await self._ready()

    async def fetch(self, name: str, arguments: Sequence[Any]) -> str:
        places = f"({', '.join(['%s'] * len(arguments))})" if arguments else ""
        self._cursor.execute(f"execute s_{name}{places}", arguments)
        await self._ready()
        return str(self._cursor.fetchone()[0])

    async def _ready(self) -> None:
        """Polls until the connection has nothing more to do."""
        while (state := self._connection.poll()) != psycopg2.extensions.POLL_OK:
            await self._socket(writing=state == psycopg2.extensions.POLL_WRITE)

    async def _socket(self, *, writing: bool) -> None:
        loop = asyncio.get_running_loop()
        done: asyncio.Future[None] = loop.create_future()
        number = self._connection.fileno()
        add, remove = (
            (loop.add_writer, loop.remove_writer)
            if writing
            else (loop.add_reader, loop.remove_reader)
        )
        add(number, _wake, done)
        try:
            await done
        finally:
            remove(number)


def _wake(done: asyncio.Future[None]) -> None:
    if not done.done():
        done.set_result(None)


class Pool:
    """The connections of a floor. As a lifespan it opens them; the process's end closes them."""

    def __init__(self, statements: Statements) -> None:
        self._statements = statements
        self._idle: asyncio.LifoQueue[Connection] = asyncio.LifoQueue()

    async def fetch(self, name: str, arguments: Sequence[Any]) -> str:
        connection = await self._idle.get()
        try:
            return await connection.fetch(name, arguments)
        finally:
            self._idle.put_nowait(connection)

    def __call__(self, _app: Starlette) -> "Pool":
        return self

    async def __aenter__(self) -> None:
        for _ in range(CONNECTIONS):
            url = os.environ["DATABASE_URL"]
            options = "-c TimeZone=UTC -c jit=off"
            made = Connection(psycopg2.connect(url, async_=1, options=options))
            await made.prepare(self._statements)
            self._idle.put_nowait(made)

    async def __aexit__(self, *_: object) -> None: ...
