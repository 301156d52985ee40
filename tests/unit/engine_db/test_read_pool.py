"""The read pool against a real server: prepared statements, cancelling, waiting, reconnecting."""

import asyncio
import select
import socket
import threading
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import psycopg2
import pytest
import uvloop
from sqlalchemy import Engine

from engine.base.errors import SchemaChanged, TimedOut, Unavailable
from engine.base.settings import Settings
from engine.db.read_connection import PREPARED_LIMIT
from engine.db.read_pool import ReadPool
from tests.conftest import Services

Use = Callable[[ReadPool], Awaitable[None]]


def run(url: str, use: Use, **settings: Any) -> None:
    async def main() -> None:
        pool = ReadPool(replace(Settings(database_url=url), **settings))
        await pool.start()
        try:
            await use(pool)
        finally:
            await pool.stop()

    uvloop.run(main())  # the loop of the server


class Relay:
    """Between a client and PostgreSQL. Whichever connection is used next after `hang_up` was set
    ends as with a terminated server process: it says goodbye and reads nothing more."""

    def __init__(self, url: str) -> None:
        self._target = psycopg2.extensions.parse_dsn(url)
        self._listener = socket.create_server(("127.0.0.1", 0))
        host, port = self._listener.getsockname()
        self.url = psycopg2.extensions.make_dsn(url, host=host, port=port)
        self.hang_up = threading.Event()
        self.talking = threading.Event()  # cleared: new connections are accepted and not served
        self.talking.set()
        self.connections = 0
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._listener.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                self.connections += 1
                threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        self.talking.wait()
        with client, self._server() as server:
            self._pass_on(client, server)

    def _server(self) -> socket.socket:
        host, port = self._target["host"], int(self._target.get("port", 5432))
        if not host.startswith("/"):
            return socket.create_connection((host, port))
        made = socket.socket(socket.AF_UNIX)
        made.connect(f"{host}/.s.PGSQL.{port}")
        return made

    def _pass_on(self, client: socket.socket, server: socket.socket) -> None:
        while True:
            for ready in select.select([client, server], [], [])[0]:
                if self.hang_up.is_set():
                    self.hang_up.clear()
                    client.sendall(GOODBYE)
                    return
                data = ready.recv(65_536)
                if not data:
                    return
                (server if ready is client else client).sendall(data)


FIELDS = b"SFATAL\0VFATAL\0C57P01\0Mterminating connection\0\0"
GOODBYE = b"E" + (len(FIELDS) + 4).to_bytes(4) + FIELDS


def execute(url: str, *statements: str) -> None:
    connection = psycopg2.connect(url)
    connection.autocommit = True
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
    connection.close()


def backends(url: str, what: str) -> int:
    connection = psycopg2.connect(url)
    with connection.cursor() as cursor:
        cursor.execute(
            "select count(*) from pg_stat_activity where query like %s and pid <> pg_backend_pid()",
            (what,),
        )
        row = cursor.fetchone()
    connection.close()
    assert row is not None
    return int(row[0])


def test_values_of_every_kind_arrive(services: Services) -> None:
    async def use(pool: ReadPool) -> None:
        sql = "select concat_ws('|', $1::bigint, $2::text, $3::numeric, $4::timestamptz, $5::bigint[], $6::text[], $7::bytea, $8::boolean, $9::date)"
        found = await pool.fetch_text(
            sql,
            [
                7,
                "50%_\\'é千",
                Decimal("1.50"),
                datetime(2026, 1, 2, tzinfo=UTC),
                [1, 2],
                [],
                b"\x00\xff",
                True,
                None,
            ],
            2_000,
        )
        assert found == "7|50%_\\'é千|1.50|2026-01-02 00:00:00+00|{1,2}|{}|\\x00ff|t"

    run(services.database_url, use)


def test_no_row_is_none_and_statements_without_arguments_work(services: Services) -> None:
    async def use(pool: ReadPool) -> None:
        assert await pool.fetch_text("select 'x' where false", [], 2_000) is None
        assert await pool.fetch_text("select '100%'", [], 2_000) == "100%"

    run(services.database_url, use)


def test_a_large_statement_and_a_large_answer_pass(services: Services) -> None:
    async def use(pool: ReadPool) -> None:
        sql = f"select repeat('x', 5000000) || $1::text /* {'y' * 2_000_000} */"
        found = await pool.fetch_text(sql, ["z" * 1_000_000], 5_000)
        assert found is not None
        assert len(found) == 6_000_000

    run(services.database_url, use)


def test_writing_is_refused_by_the_connection(services: Services, engine: Engine) -> None:
    async def use(pool: ReadPool) -> None:
        with pytest.raises(psycopg2.errors.ReadOnlySqlTransaction):
            await pool.fetch_text(
                "insert into qiansi.company (name, schema_name) values ('a', 'b') returning name",
                [],
                2_000,
            )

    run(services.database_url, use)


def test_old_statements_make_room(services: Services) -> None:
    async def use(pool: ReadPool) -> None:
        for number in range(PREPARED_LIMIT + 20):
            assert (
                await pool.fetch_text(f"select '{number}' || $1::text", ["a"], 2_000)
                == f"{number}a"
            )
        assert await pool.fetch_text(
            "select count(*)::text from pg_prepared_statements", [], 2_000
        ) == str(PREPARED_LIMIT)

    run(services.database_url, use, read_connections=1)


def test_a_statement_past_its_time_ends_in_the_server_too(services: Services) -> None:
    async def use(pool: ReadPool) -> None:
        with pytest.raises(TimedOut):
            await pool.fetch_text("select pg_sleep(30)::text /*timed*/", [], 200)
        assert await pool.fetch_text("select 'after'", [], 2_000) == "after"
        assert await asyncio.to_thread(backends, services.database_url, "%execute%timed%") == 0

    run(services.database_url, use, read_connections=1)


def test_a_cancelled_task_cancels_its_statement_and_frees_the_connection(
    services: Services,
) -> None:
    async def use(pool: ReadPool) -> None:
        task = asyncio.create_task(pool.fetch_text("select pg_sleep(30)::text", [], 9_000))
        await asyncio.sleep(0.2)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert await pool.fetch_text("select 'after'", [], 2_000) == "after"

    run(services.database_url, use, read_connections=1)


def test_waiting_is_first_come_first_served(services: Services) -> None:
    async def use(pool: ReadPool) -> None:
        order: list[int] = []

        async def one(number: int) -> None:
            await pool.fetch_text("select pg_sleep(0.01)::text", [], 5_000)
            order.append(number)

        await asyncio.gather(*(one(number) for number in range(20)))
        assert order == list(range(20))

    run(services.database_url, use, read_connections=1)


def test_one_who_gives_up_waiting_takes_nothing_along(services: Services) -> None:
    async def use(pool: ReadPool) -> None:
        first = asyncio.create_task(pool.fetch_text("select pg_sleep(0.3)::text", [], 5_000))
        await asyncio.sleep(0.05)
        with pytest.raises(TimedOut):
            await pool.fetch_text("select 'never'", [], 50)
        await first
        assert await pool.fetch_text("select 'after'", [], 500) == "after"

    run(services.database_url, use, read_connections=1)


def test_lost_backends_are_replaced_without_an_error(services: Services) -> None:
    async def use(pool: ReadPool) -> None:
        await asyncio.gather(
            *(pool.fetch_text("select pg_sleep(0.1)::text", [], 5_000) for _ in range(4))
        )
        await asyncio.to_thread(
            execute,
            services.database_url,
            "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'qiansi' and datname = current_database() and pid <> pg_backend_pid()",
        )
        found = await asyncio.gather(
            *(pool.fetch_text("select 'again'", [], 5_000) for _ in range(8))
        )
        assert found == ["again"] * 8

    run(services.database_url, use, read_connections=4)


def test_a_backend_killed_during_a_statement_is_retried_once(services: Services) -> None:
    async def use(pool: ReadPool) -> None:
        task = asyncio.create_task(
            pool.fetch_text("select pg_sleep(0.5)::text || 'slept'", [], 5_000)
        )
        await asyncio.sleep(0.2)
        await asyncio.to_thread(
            execute,
            services.database_url,
            "select pg_terminate_backend(pid) from pg_stat_activity where query like 'execute%' and application_name = 'qiansi' and datname = current_database()",
        )
        assert await task == "slept"

    run(services.database_url, use, read_connections=1)


def test_a_backend_that_ends_before_it_reads_the_statement_is_replaced_at_once(
    services: Services,
) -> None:
    """The kernel reports that as an error of the socket, once, and the answer is read in parts."""
    relay = Relay(services.database_url)

    async def use(pool: ReadPool) -> None:
        for count in range(1, 6):
            assert await pool.fetch_text("select 'prepared'", [], 2_000) == "prepared"
            assert relay.connections == count
            relay.hang_up.set()
            assert await pool.fetch_text("select 'prepared'", [], 2_000) == "prepared"

    run(relay.url, use, read_connections=1)
    relay.close()


def test_a_server_that_takes_no_cancellation_stops_nothing_else(services: Services) -> None:
    relay = Relay(services.database_url)

    async def use(pool: ReadPool) -> None:
        assert await pool.fetch_text("select 'first'", [], 5_000) == "first"
        relay.talking.clear()
        with pytest.raises(TimedOut):
            await pool.fetch_text("select pg_sleep(5)::text", [], 100)
        answering = await asyncio.to_thread(lambda: "still here")
        assert answering == "still here"
        relay.talking.set()
        assert await pool.fetch_text("select 'again'", [], 5_000) == "again"

    run(relay.url, use, read_connections=1)
    relay.close()


def test_a_retyped_column_is_prepared_again_and_a_dropped_one_is_told(services: Services) -> None:
    url = services.database_url
    execute(
        url,
        "drop table if exists public.moving",
        "create table public.moving (a varchar)",
        "insert into public.moving values (1)",
    )

    async def use(pool: ReadPool) -> None:
        assert await pool.fetch_text("select a from public.moving", [], 2_000) == "1"
        await asyncio.to_thread(execute, url, "alter table public.moving alter column a type text")
        assert await pool.fetch_text("select a from public.moving", [], 2_000) == "1"
        await asyncio.to_thread(execute, url, "alter table public.moving drop column a")
        with pytest.raises(SchemaChanged):
            await pool.fetch_text("select a from public.moving", [], 2_000)

    run(url, use, read_connections=1)
    execute(url, "drop table public.moving")


def test_no_server_is_unavailable() -> None:
    async def use(pool: ReadPool) -> None:
        raise AssertionError

    with pytest.raises(Unavailable):
        run("postgresql://nobody@127.0.0.1:1/none", use)
