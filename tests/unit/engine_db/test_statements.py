"""Statements of a command: what waits is sent in order, undone as a whole, and never too late."""

import time
from collections.abc import Iterator

import pytest
from sqlalchemy import BigInteger, Column, Engine, MetaData, Table, Text, text
from sqlalchemy.dialects.postgresql import JSONB

from engine.base.errors import StaleVersion, TimedOut
from engine.base.settings import Settings
from engine.db.sqlstate import ConstraintViolated
from engine.db.statements import Statements
from engine.db.write_engine import make_engine, transaction
from engine.db.write_statements import statements
from tests.conftest import Services

SCHEMA = "statements_test"
ROWS = Table(
    "thing",
    MetaData(),
    Column("id", BigInteger(), primary_key=True),
    Column("name", Text()),
    Column("more", JSONB()),
    schema=SCHEMA,
)
ALL = f"select id, name from {SCHEMA}.thing order by id"
NAME = f"select name from {SCHEMA}.thing where id = $1::bigint"


@pytest.fixture
def things(engine: Engine) -> Iterator[Engine]:
    with transaction(engine) as connection:
        connection.execute(text(f"create schema {SCHEMA}"))
        connection.execute(
            text(f"create table {SCHEMA}.thing (id bigint primary key, name text, more jsonb)")
        )
        connection.execute(
            text(f"insert into {SCHEMA}.thing select n, 'old' from generate_series(1, 3) n")
        )
    yield engine
    with transaction(engine) as connection:
        connection.execute(text(f"drop schema {SCHEMA} cascade"))


def _soon() -> float:
    return time.monotonic() + 5


def _names(engine: Engine) -> list[str]:
    with transaction(engine) as connection:
        return [row.name for row in connection.execute(text(ALL))]


def test_what_waits_is_there_for_the_next_query(things: Engine) -> None:
    with statements(things, _soon()) as found:
        found.update_later(ROWS, 1, {"name": "a", "more": {"x": "100 %"}})
        found.update_later(ROWS, 2, {"name": "b", "more": None})
        assert found.fetch(ALL) == [(1, "a"), (2, "b"), (3, "old")]
        found.update_later(ROWS, 1, {"name": "c"})
        assert found.connection.execute(text(ALL)).first() == (1, "c")
    assert _names(things) == ["c", "b", "old"]


def test_the_later_of_two_updates_of_a_row_stays(things: Engine) -> None:
    with statements(things, _soon()) as found:
        for name in ("a", "b"):
            with found.savepoint():
                found.update_later(ROWS, 1, {"name": name})
    assert _names(things)[0] == "b"


def test_neighbouring_updates_are_one_statement(things: Engine) -> None:
    with statements(things, _soon()) as found:
        for number in (1, 2, 3):
            with found.savepoint():
                found.update_later(ROWS, number, {"name": "same"})
        assert found.fetch("select count(distinct cmin::text) from statements_test.thing") == [(1,)]


@pytest.mark.parametrize("send", [True, False])
def test_a_savepoint_takes_back_its_block_alone(things: Engine, send: bool) -> None:
    with statements(things, _soon()) as found:
        found.update_later(ROWS, 1, {"name": "kept"})
        with pytest.raises(TimedOut), found.savepoint():
            found.update_later(ROWS, 2, {"name": "gone"})
            if send:
                found.flush()
            raise TimedOut
        found.update_later(ROWS, 3, {"name": "kept"})
    assert _names(things) == ["kept", "old", "kept"]


def test_an_error_undoes_everything_and_frees_the_connection(
    services: Services, things: Engine
) -> None:
    single = make_engine(Settings(database_url=services.database_url, write_connections=1))
    with pytest.raises(ConstraintViolated), statements(single, _soon()) as found:
        found.update_later(ROWS, 1, {"name": "gone"})
        found.later(f"insert into {SCHEMA}.thing values (1, 'again')")
    with transaction(single) as connection:
        assert connection.execute(text("select pg_current_xact_id_if_assigned()")).scalar() is None
        assert connection.execute(text(ALL)).first() == (1, "old")
    single.dispose()


def test_what_is_required_and_missing_stops_all_after_it(things: Engine) -> None:
    with pytest.raises(StaleVersion), statements(things, _soon()) as found:
        found.require("select 1 where %(holds)s", {"holds": False})
        found.update_later(ROWS, 1, {"name": "gone"})
    assert _names(things)[0] == "old"


def test_a_division_by_zero_of_its_own_is_not_taken_for_it(things: Engine) -> None:
    with pytest.raises(Exception, match="division"), statements(things, _soon()) as found:
        found.require("select 1 where %(holds)s", {"holds": True})
        found.fetch("select 1")
        found.fetch("select 1 / 0")


def test_confirming_sends_nothing_that_came_after(things: Engine) -> None:
    with statements(things, _soon()) as found:
        found.require("select 1", {})
        found.update_later(ROWS, 1, {"name": "gone"})
        found.confirm()
    assert _names(things)[0] == "old"


def test_a_statement_ends_at_the_deadline_of_its_transaction(engine: Engine) -> None:
    with pytest.raises(TimedOut), statements(engine, time.monotonic() + 0.3) as found:
        found.fetch("select 1")
        found.fetch("select pg_sleep(5)")


def test_a_connection_that_was_ended_is_replaced(services: Services, engine: Engine) -> None:
    single = make_engine(Settings(database_url=services.database_url, write_connections=1))
    with statements(single, _soon()) as found:
        ((pid,),) = found.fetch("select pg_backend_pid()")
    with transaction(engine) as connection:
        connection.execute(text("select pg_terminate_backend(:pid, 5000)"), {"pid": pid})
    with statements(single, _soon()) as found:
        assert found.fetch("select pg_backend_pid()") != [(pid,)]
    single.dispose()


def test_a_transaction_of_somebody_else_may_carry_them(things: Engine) -> None:
    with transaction(things) as connection:
        found = Statements.on(connection)
        found.update_later(ROWS, 1, {"name": "carried"})
        found.flush()
    assert _names(things)[0] == "carried"


def test_a_read_behind_the_commit_sees_what_it_committed(things: Engine) -> None:
    for name in ("first", "second"):
        with statements(things, _soon()) as found:
            found.update_later(ROWS, 1, {"name": name})
            found.read_behind(NAME, [1])
        assert found.read == name
    with statements(things, _soon()) as found:
        found.read_behind(NAME, [99])
    assert found.read is None


def test_a_read_that_fails_behind_the_commit_takes_nothing_back(things: Engine) -> None:
    with statements(things, _soon()) as found:
        found.update_later(ROWS, 1, {"name": "kept"})
        found.read_behind(f"select 1 / (id - id) from {SCHEMA}.thing where id = $1::bigint", [1])
    assert found.read is None
    assert _names(things)[0] == "kept"
    with statements(things, _soon()) as after:
        after.read_behind(NAME, [1])
    assert after.read == "kept"


def test_what_fails_before_the_read_is_told_and_undone(things: Engine) -> None:
    with pytest.raises(ConstraintViolated), statements(things, _soon()) as found:
        found.update_later(ROWS, 1, {"name": "lost"})
        found.later(f"insert into {SCHEMA}.thing values (2, 'twice')")
        found.read_behind(NAME, [1])
    assert _names(things)[0] == "old"


def test_a_commit_that_fails_is_not_taken_for_its_read(things: Engine) -> None:
    with transaction(things) as connection:
        connection.execute(
            text(
                f"alter table {SCHEMA}.thing add constraint once unique (name, more)"
                " deferrable initially deferred"
            )
        )
    with pytest.raises(ConstraintViolated), statements(things, _soon()) as found:
        found.update_later(ROWS, 1, {"name": "same", "more": {}})
        found.update_later(ROWS, 2, {"name": "same", "more": {}})
        found.read_behind(NAME, [1])
    assert _names(things)[0] == "old"
