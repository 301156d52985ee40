"""Transactions of one message against a real server: all or nothing, and fit for use after it."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from functools import partial
from typing import Any

import psycopg2
import pytest
import uvloop

from engine.base.errors import StaleVersion, TimedOut, Unavailable
from engine.base.settings import Pooler, Settings
from engine.db.message_pool import MessagePool, Sent, message_pool
from engine.db.sqlstate import ConstraintViolated, TryAgain
from engine.db.statements import Statements
from tests.conftest import Services
from tests.harness.servers import wait_until

ADD = "insert into public.noted values (%(n)s)"
Use = Callable[[MessagePool], Awaitable[None]]


@pytest.fixture
def url(services: Services) -> Iterator[str]:
    execute(services.database_url, "create table public.noted (n int primary key)")
    yield services.database_url
    execute(services.database_url, "drop table public.noted")


def execute(url: str, statement: str) -> list[Any]:
    connection = psycopg2.connect(url)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(statement)
        found = cursor.fetchall() if cursor.description else []
    connection.close()
    return found


def noted(url: str) -> list[int]:
    return [n for (n,) in execute(url, "select n from public.noted order by n")]


def run(url: str, use: Use) -> None:
    async def main() -> None:
        pool = MessagePool(replace(Settings(database_url=url), direct_connections=1))
        pool.begin()
        try:
            await use(pool)
        finally:
            await pool.stop()

    uvloop.run(main())  # the loop of the server


async def transact(
    pool: MessagePool, *statements: Callable[[Statements], None], seconds: float = 5
) -> Sent:
    def fill(into: Statements) -> bool:
        for each in statements:
            each(into)
        return True

    return await pool.transact(fill, time.monotonic() + seconds)


def add(number: int) -> Callable[[Statements], None]:
    return lambda into: into.later(ADD, {"n": number})


def say(sql: str) -> Callable[[Statements], None]:
    return lambda into: into.later(sql)


def test_a_message_is_a_transaction_and_a_read_behind_it(url: str) -> None:
    async def use(pool: MessagePool) -> None:
        for number in (1, 2, 3):
            sent = await transact(
                pool,
                add(number),
                lambda into: into.read_behind("select count(*)::text from public.noted", ()),
            )
            assert sent == Sent(done=True, read=str(number))

    run(url, use)
    assert noted(url) == [1, 2, 3]


FAILURES: dict[str, tuple[Callable[[Statements], None], type[Exception]]] = {
    "a constraint": (say("insert into public.noted values (0)"), ConstraintViolated),
    "an error": (say("select 1 / 0"), psycopg2.errors.DivisionByZero),
    "what is required": (lambda into: into.require("select 1 where false", {}), StaleVersion),
    "a syntax": (lambda into: into.later("select from where", {}), psycopg2.errors.SyntaxError),
    "a stale plan": (say("execute nothing"), TryAgain),
}


@pytest.mark.parametrize("name", FAILURES)
def test_a_failure_undoes_all_and_the_connection_goes_on(url: str, name: str) -> None:
    wrong, error = FAILURES[name]

    async def use(pool: MessagePool) -> None:
        await transact(pool, add(0))
        with pytest.raises(error):
            await transact(pool, add(1), wrong, add(2))
        await transact(pool, add(3))

    run(url, use)
    assert noted(url) == [0, 3]


def test_a_read_that_fails_takes_nothing_back(url: str) -> None:
    async def use(pool: MessagePool) -> None:
        failing = await transact(
            pool, add(1), lambda into: into.read_behind("select (1 / 0)::text", ())
        )
        assert failing == Sent(done=True, read=None)
        await transact(pool, add(2))

    run(url, use)
    assert noted(url) == [1, 2]


def test_nothing_to_send_sends_nothing(url: str) -> None:
    async def use(pool: MessagePool) -> None:
        assert await pool.transact(lambda into: False, time.monotonic() + 5) == Sent(done=False)
        await transact(pool, add(1))

    run(url, use)
    assert noted(url) == [1]


def test_what_takes_too_long_ends_in_the_database_and_is_undone(url: str) -> None:
    async def use(pool: MessagePool) -> None:
        with pytest.raises(TimedOut):
            await transact(pool, add(1), say("select pg_sleep(20)"), seconds=0.3)
        await transact(pool, add(2))

    run(url, use)
    assert noted(url) == [2]
    assert not execute(
        url, "select 1 from pg_stat_activity where query like '%pg_sleep(20)' and state = 'active'"
    )


def test_who_gives_up_while_waiting_for_a_lock_changes_nothing(url: str) -> None:
    other = psycopg2.connect(url)
    other.cursor().execute("lock table public.noted in exclusive mode")

    async def use(pool: MessagePool) -> None:
        task = asyncio.create_task(transact(pool, add(1)))
        waiting = "select 1 from pg_locks where not granted"
        await asyncio.to_thread(wait_until, lambda: bool(execute(url, waiting)), "it waits")
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        ended = partial(execute, url, waiting)
        await asyncio.to_thread(wait_until, lambda: not ended(), "the statement is cancelled")
        other.rollback()
        await transact(pool, add(2))

    run(url, use)
    other.close()
    assert noted(url) == [2]


def test_who_gets_no_turn_sends_nothing(url: str) -> None:
    """One transaction waits for a lock, on the only connection there may be."""
    other = psycopg2.connect(url)
    other.cursor().execute("lock table public.noted in exclusive mode")

    async def use(pool: MessagePool) -> None:
        task = asyncio.create_task(transact(pool, add(1)))
        waiting = partial(execute, url, "select 1 from pg_locks where not granted")
        await asyncio.to_thread(wait_until, lambda: bool(waiting()), "it waits")
        assert await transact(pool, add(2)) == Sent(done=False)
        other.rollback()
        assert await task == Sent(done=True)

    run(url, use)
    other.close()
    assert noted(url) == [1]


def test_a_lost_connection_is_told_and_replaced(url: str) -> None:
    async def use(pool: MessagePool) -> None:
        end = say("select pg_terminate_backend(pg_backend_pid())")
        with pytest.raises(Unavailable):
            await transact(pool, add(1), end)
        await transact(pool, add(2))

    run(url, use)
    assert noted(url) == [2]


def test_where_no_connection_can_be_had_nothing_is_sent() -> None:
    async def use(pool: MessagePool) -> None:
        assert await transact(pool, say("select 1")) == Sent(done=False)

    run("postgresql://nobody@127.0.0.1:1/none", use)


def test_there_is_no_such_pool_behind_a_pooler(services: Services) -> None:
    plain = Settings(database_url=services.database_url)
    assert message_pool(plain) is not None
    assert message_pool(replace(plain, direct_connections=0)) is None
    for pooler in (Pooler.SESSION, Pooler.TRANSACTION):
        assert message_pool(replace(plain, database_pooler=pooler)) is None
