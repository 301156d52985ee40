"""The floor: each query written by hand as SQL that returns JSON, behind a bare endpoint.

No sign-in, no rights, no metadata: what remains is HTTP, one prepared statement on an
asynchronous connection, and handing its text on. Run as `uvicorn bench.floor:app`.
"""

import asyncio
import os
from collections.abc import Sequence
from typing import Any

import orjson
import psycopg2
import psycopg2.extensions
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bench.queries import NESTED_PAGE, PAGE
from engine.db.quoting import quote

CONNECTIONS = 8
_SCHEMA = quote(os.environ.get("BENCH_SCHEMA", "t_1"))
_FILTER = f"""
    from {_SCHEMA}.customer c
    where c.level = $1 and c.created_at >= $2 and c.deleted_at is null
    order by c.created_at desc, c.id desc limit {PAGE}
"""
_STATEMENTS = {
    "one": (
        "bigint",
        f"""
        select json_build_object('data', json_build_object('customer', row_to_json(r)))::text from (
            select 'Customer:' || id as id, name, mobile, telephone, email, website, level,
                   industry, source, deal_status as "dealStatus", created_at as "createdAt",
                   updated_at as "updatedAt"
            from {_SCHEMA}.customer where id = $1 and deleted_at is null) r
        """,
    ),
    "list": (
        "text, timestamptz",
        f"""
        select '{{"data":{{"customers":{{"nodes":'
               || coalesce(json_agg(r), '[]'::json)::text || '}}}}}}'
        from (select 'Customer:' || c.id as id, c.name, c.level, c.created_at as "createdAt"
              {_FILTER}) r
        """,
    ),
    "nested": (
        "text, timestamptz",
        f"""
        select '{{"data":{{"customers":{{"nodes":'
               || coalesce(json_agg(r), '[]'::json)::text || '}}}}}}'
        from (
            select 'Customer:' || c.id as id, c.name, c.level, c.created_at as "createdAt",
              (select row_to_json(o) from (
                select 'User:' || u.id as id, u.name from {_SCHEMA}."user" u where u.id = c.owner_id
              ) o) as owner,
              json_build_object('nodes', (select coalesce(json_agg(p), '[]'::json) from (
                select 'Contact:' || x.id as id, x.name from {_SCHEMA}.contact x
                where x.customer_id = c.id and x.deleted_at is null
                order by x.created_at desc, x.id desc limit {NESTED_PAGE}) p)) as contacts,
              json_build_object('nodes', (select coalesce(json_agg(q), '[]'::json) from (
                select 'Opportunity:' || y.id as id, y.name from {_SCHEMA}.opportunity y
                where y.customer_id = c.id and y.deleted_at is null
                order by y.created_at desc, y.id desc limit {NESTED_PAGE}) q)) as opportunities
            {_FILTER}) r
        """,
    ),
    "groups": (
        "",
        f"""
        select '{{"data":{{"customerGroups":'
               || coalesce(json_agg(r), '[]'::json)::text || '}}}}' from (
            select json_build_object('level', level) as key, count(*) as count
            from {_SCHEMA}.customer where deleted_at is null group by level) r
        """,
    ),
}


class _Connection:
    """One asynchronous connection with all statements prepared; one user at a time."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection
        self._cursor: Any = None

    async def prepare(self) -> None:
        await self._ready()
        self._cursor = self._connection.cursor()
        for name, (types, sql) in _STATEMENTS.items():
            head = f"prepare {name} ({types})" if types else f"prepare {name}"
            self._cursor.execute(f"{head} as {sql}")
            await self._ready()

    async def fetch(self, name: str, arguments: Sequence[Any]) -> str:
        places = f"({', '.join(['%s'] * len(arguments))})" if arguments else ""
        self._cursor.execute(f"execute {name}{places}", arguments)
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


_idle: asyncio.LifoQueue[_Connection] = asyncio.LifoQueue()


async def _open() -> None:
    for _ in range(CONNECTIONS):
        url = os.environ["DATABASE_URL"]
        options = "-c TimeZone=UTC -c jit=off"
        made = _Connection(psycopg2.connect(url, async_=1, options=options))
        await made.prepare()
        _idle.put_nowait(made)


async def _answer(request: Request) -> Response:
    name: str = request.path_params["name"]
    variables = orjson.loads(await request.body())
    if name == "one":
        variables = {"id": int(variables["id"].removeprefix("Customer:"))}
    connection = await _idle.get()
    try:
        text = await connection.fetch(name, tuple(variables.values()))
    finally:
        _idle.put_nowait(connection)
    return Response(text, media_type="application/json")


class _Lifespan:
    """Opens the connections when the server starts; the process's end closes them."""

    def __init__(self, _app: Starlette) -> None: ...

    async def __aenter__(self) -> None:
        await _open()

    async def __aexit__(self, *_: object) -> None: ...


app = Starlette(routes=[Route("/{name}", _answer, methods=["POST"])], lifespan=_Lifespan)
