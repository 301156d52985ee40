"""Every way to the database keeps the same guarantees; run through a real PgBouncer if installed."""

import asyncio
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

import psycopg2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, text

from engine.base.errors import SchemaChanged, SetupError, TimedOut
from engine.base.settings import Pooler, Settings, settings_from
from engine.db.address import check_server, plain_arguments
from engine.db.pooler import count_sessions, find_pooler
from engine.db.read_pool import ReadPool
from engine.db.write_engine import make_engine, transaction, unbounded
from tests.conftest import Services
from tests.harness.pgbouncer import WAYS, reached
from tests.harness.servers import wait_until

BIG = 2**63
EARLY = datetime(1900, 1, 1)  # noqa: DTZ001 - hypothesis adds the zone


class Way(NamedTuple):
    pooler: Pooler
    url: str

    def settings(self, **values: Any) -> Settings:
        return Settings(database_url=self.url, database_pooler=self.pooler, **values)

    def read(self, sql: str, arguments: Sequence[Any] = (), **values: Any) -> str | None:
        """One read in a pool of its own."""

        async def main() -> str | None:
            pool = ReadPool(self.settings(read_connections=1, **values))
            await pool.start()
            try:
                return await pool.fetch_text(sql, arguments, 20_000)
            finally:
                await pool.stop()

        return asyncio.run(main())


@pytest.fixture(scope="module", params=WAYS)
def way(request: pytest.FixtureRequest, services: Services, engine: Engine) -> Iterator[Way]:
    with reached(services.folder, services.database_url, request.param) as url:
        yield Way(request.param, url)


@pytest.fixture
def write_engine(way: Way) -> Iterator[Engine]:
    made = make_engine(way.settings(write_connections=2))
    yield made
    made.dispose()


def current(*names: str) -> str:
    shown = ", ".join(f"current_setting('{name}')" for name in names)
    return f"select concat_ws(' ', {shown})"


COMMON = ("TimeZone", "jit", "client_connection_check_interval", "statement_timeout")


def sleeping(services: Services) -> int:
    """How many server processes are in pg_sleep."""
    direct = psycopg2.connect(services.database_url)
    with direct.cursor() as cursor:
        cursor.execute(
            "select count(*) from pg_stat_activity"
            " where wait_event = 'PgSleep' and datname = current_database()"
        )
        row = cursor.fetchone()
    direct.close()
    assert row is not None
    return int(row[0])


def test_a_read_has_its_settings_in_the_server(way: Way) -> None:
    assert way.read(current("transaction_read_only", *COMMON)) == "on UTC off 1s 5s"


def test_a_read_cannot_write(way: Way) -> None:
    with pytest.raises(psycopg2.errors.ReadOnlySqlTransaction):
        way.read("insert into qiansi.company (name, schema_name) values ('a', 'b') returning name")


def test_the_server_ends_a_statement_at_its_limit(way: Way) -> None:
    with pytest.raises(TimedOut):
        way.read("select pg_sleep(30)::text", statement_timeout_ms=200)


def test_a_cancelled_read_ends_in_the_server_and_frees_its_connection(
    way: Way, services: Services
) -> None:
    async def main() -> None:
        pool = ReadPool(way.settings(read_connections=1))
        await pool.start()
        task = asyncio.create_task(pool.fetch_text("select pg_sleep(30)::text", [], 9_000))
        await asyncio.to_thread(wait_until, lambda: sleeping(services) == 1, "it runs")
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert await pool.fetch_text("select 'after'", [], 4_000) == "after"
        assert await asyncio.to_thread(sleeping, services) == 0
        await pool.stop()

    asyncio.run(main())


def test_a_dropped_table_is_told(way: Way) -> None:
    with pytest.raises(SchemaChanged):
        way.read("select a from public.nowhere where a = $1::text", ["x"])


def test_signs_within_quotes_are_no_parameters(way: Way) -> None:
    sql = "select concat_ws('|', '$1 it''s 100%', $2::text, $1::bigint, \"%$1\", $1::bigint) from (select 'c%' as \"%$1\") t"
    assert way.read(sql, [-7, "%s $2 '"]) == "$1 it's 100%|%s $2 '|-7|c%|-7"


VALUES = (
    ("bigint", st.integers(-BIG, BIG - 1)),
    ("text", st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))),
    ("numeric", st.decimals(allow_infinity=False, allow_nan=False)),
    ("timestamptz", st.datetimes(min_value=EARLY, timezones=st.just(UTC))),
    ("date", st.dates(date(1, 1, 1))),
    ("boolean", st.booleans() | st.none()),
    ("bigint[]", st.lists(st.integers(-BIG, BIG - 1))),
    ("text[]", st.lists(st.sampled_from(["", "a'b", '"', "\\", "%s", "{}", "千", "$1"]))),
    ("bytea", st.binary()),
)


def test_values_arrive_as_on_a_direct_connection(way: Way, services: Services) -> None:
    kinds = [kind for kind, _ in VALUES]
    sql = "select jsonb_build_array({})::text".format(
        ", ".join(f"${at}::{kind}" for at, kind in enumerate(kinds, 1))
    )
    with asyncio.Runner() as runner:
        direct = ReadPool(Settings(database_url=services.database_url, read_connections=1))
        pooled = ReadPool(way.settings(read_connections=1))
        runner.run(direct.start())
        runner.run(pooled.start())

        @settings(max_examples=200)
        @given(st.tuples(*(values for _, values in VALUES)))
        def same(values: tuple[Any, ...]) -> None:
            expected = runner.run(direct.fetch_text(sql, values, 5_000))
            assert runner.run(pooled.fetch_text(sql, values, 5_000)) == expected

        same()
        runner.run(direct.stop())
        runner.run(pooled.stop())


def test_a_negative_number_is_cast_as_a_whole(way: Way) -> None:
    assert way.read("select ($1::bigint)::text || $2::numeric", [-BIG, Decimal("-0.50")]) == (
        "-9223372036854775808-0.50"
    )


def test_a_transaction_has_its_settings_in_the_server(write_engine: Engine) -> None:
    names = ("transaction_read_only", *COMMON, "lock_timeout")
    with transaction(write_engine) as connection:
        assert connection.execute(text(current(*names))).scalar() == "off UTC off 1s 10s 5s"
        connection.rollback()
    with write_engine.begin() as connection:
        assert connection.execute(text(current(*names))).scalar() == "off UTC off 1s 10s 5s"


def test_a_command_ends_at_its_deadline(write_engine: Engine) -> None:
    with (
        pytest.raises(TimedOut),
        transaction(write_engine, time.monotonic() + 0.3) as connection,
    ):
        connection.execute(text("select pg_sleep(30)"))
    with transaction(write_engine) as connection:
        assert connection.execute(text("select 1")).scalar() == 1


def test_work_without_limits_leaves_none_behind(way: Way, write_engine: Engine) -> None:
    """What an index build lifts is lifted for it alone."""
    with unbounded(write_engine) as connection:
        found = connection.execute(text(current("statement_timeout", "lock_timeout"))).scalar()
        assert found == "0 0"
    with transaction(write_engine) as connection:
        found = connection.execute(text(current("statement_timeout", "lock_timeout"))).scalar()
        assert found == "10s 5s"


def test_nothing_stays_with_the_server_process(way: Way, write_engine: Engine) -> None:
    """The next client of the pooler finds neither settings nor statements of ours."""
    way.read("select $1::text", ["x"])
    with transaction(write_engine) as connection:
        connection.execute(text("select 1"))
    write_engine.dispose()
    names = ("transaction_read_only", "statement_timeout", "lock_timeout")
    next_one = psycopg2.connect(way.url)
    with next_one.cursor() as cursor:
        for _ in range(3):
            cursor.execute(
                f"{current(*names)} || (select count(*) from pg_prepared_statements)"
                " || (select count(*) from pg_locks where locktype = 'advisory')"
            )
            assert cursor.fetchone() == ("off 0 000",)
            next_one.commit()
    next_one.close()


def test_the_pooler_in_front_is_recognised(way: Way) -> None:
    assert find_pooler(plain_arguments(way.url)) is way.pooler


def test_a_setting_that_would_lose_guarantees_is_refused(way: Way) -> None:
    keeps_less = {
        Pooler.NONE: (),
        Pooler.SESSION: (Pooler.NONE,),
        Pooler.TRANSACTION: (Pooler.NONE, Pooler.SESSION),
    }
    for setting in Pooler:
        if setting in keeps_less[way.pooler]:
            with pytest.raises(SetupError, match=f"set QIANSI_DATABASE_POOLER={way.pooler}$"):
                check_server(way.url, setting)
        else:
            assert check_server(way.url, setting) >= 15


def test_session_pooling_gives_no_more_than_it_has(way: Way, services: Services) -> None:
    with reached(services.folder, services.database_url, way.pooler, size=3) as url:
        given = count_sessions(plain_arguments(url), 5)
    assert given == (3 if way.pooler is Pooler.SESSION else 5)


def test_the_setting_is_one_of_three_words() -> None:
    assert settings_from({"QIANSI_DATABASE_POOLER": "session"}).database_pooler is Pooler.SESSION
    with pytest.raises(SetupError, match="example: none, session, transaction"):
        settings_from({"QIANSI_DATABASE_POOLER": "statement"})


def test_who_finds_no_new_connection_waits_for_one_in_use(way: Way) -> None:
    """A server that takes no more connections still serves those that it has."""

    async def main() -> None:
        pool = ReadPool(way.settings(read_connections=3))
        await pool.start()
        refuse_further(pool)
        found = await asyncio.gather(
            *(pool.fetch_text("select pg_sleep(0.05)::text || 'x'", [], 5_000) for _ in range(6))
        )
        assert found == ["x"] * 6
        await pool.stop()

    asyncio.run(main())


def refuse_further(pool: ReadPool) -> None:
    async def refused() -> Any:
        raise psycopg2.OperationalError("sorry, too many clients already")

    pool._open = refused
