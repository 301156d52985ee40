"""What a write connection keeps prepared: planned once, forgotten after errors, bounded."""

import time
from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, text

from engine.base.settings import Pooler, Settings
from engine.db.sqlstate import ConstraintViolated, TryAgain
from engine.db.write_engine import make_engine, transaction
from engine.db.write_prepared import KEPT_STATEMENTS
from engine.db.write_statements import statements
from tests.conftest import Services

SCHEMA = "write_prepared_test"
READ = f"select worth from {SCHEMA}.thing where id = %(id)s"
WRITE = f"insert into {SCHEMA}.thing select %(id)s, %(worth)s, '100 %%'"
KEPT = "select count(*), coalesce(sum(generic_plans + custom_plans), 0) from pg_prepared_statements"


@pytest.fixture
def single(services: Services) -> Iterator[Engine]:
    """An engine of one connection, and a table with one row."""
    made = make_engine(Settings(database_url=services.database_url, write_connections=1))
    with transaction(made) as connection:
        connection.execute(text(f"create schema {SCHEMA}"))
        connection.execute(
            text(f"create table {SCHEMA}.thing (id bigint primary key, worth numeric, more text)")
        )
        connection.execute(text(f"insert into {SCHEMA}.thing values (1, 5)"))
    yield made
    with transaction(made) as connection:
        connection.execute(text(f"drop schema {SCHEMA} cascade"))
    made.dispose()


def _soon() -> float:
    return time.monotonic() + 5


def _worth(engine: Engine, number: int) -> list[tuple[object, ...]]:
    with statements(engine, _soon()) as found:
        return list(found.fetch(READ, {"id": number}))


def test_a_statement_is_prepared_once_for_all_transactions(single: Engine) -> None:
    for number in (1, 2, 1):
        assert _worth(single, number) == ([(5,)] if number == 1 else [])
    with statements(single, _soon()) as found:
        assert found.fetch(KEPT) == [(1, 3)]


def test_values_are_those_of_each_execution(single: Engine) -> None:
    with statements(single, _soon()) as found:
        for number in (2, 3):
            found.later(WRITE, {"id": number, "worth": number * 2})
        assert found.fetch(READ, {"id": 3}) == [(6,)]
        assert found.fetch(f"select more from {SCHEMA}.thing where id = 2") == [("100 %",)]


def test_after_an_error_everything_is_prepared_anew(single: Engine) -> None:
    _worth(single, 1)
    with pytest.raises(ConstraintViolated), statements(single, _soon()) as found:
        found.later(WRITE, {"id": 1, "worth": 1})
        found.fetch("select %(more)s::int", {"more": 1})
    assert _worth(single, 1) == [(5,)]
    with statements(single, _soon()) as found:
        assert found.fetch(KEPT) == [(1, 1)]


def test_a_statement_that_a_savepoint_took_back_is_not_taken_for_prepared(single: Engine) -> None:
    with statements(single, _soon()) as found:
        with pytest.raises(KeyError), found.savepoint():
            found.later(WRITE, {"id": 2, "worth": 2})
            raise KeyError
        found.later(WRITE, {"id": 3, "worth": 3})
        assert found.fetch(READ, {"id": 3}) == [(3,)]


def test_a_column_of_another_type_asks_for_another_try(single: Engine) -> None:
    _worth(single, 1)
    with transaction(single) as connection:
        connection.execute(text(f"alter table {SCHEMA}.thing alter worth type text"))
    with pytest.raises(TryAgain):
        _worth(single, 1)
    assert _worth(single, 1) == [("5",)]


def test_no_connection_keeps_more_than_its_share(single: Engine) -> None:
    with statements(single, _soon()) as found:
        for number in range(KEPT_STATEMENTS + 30):
            found.fetch(f"select {number} + %(n)s", {"n": 1})
        ((kept, _),) = found.fetch(KEPT)
    assert kept == KEPT_STATEMENTS


def test_behind_transaction_pooling_nothing_is_prepared(services: Services) -> None:
    settings = Settings(
        database_url=services.database_url,
        database_pooler=Pooler.TRANSACTION,
        write_connections=1,
    )
    pooled = make_engine(settings)
    with statements(pooled, _soon()) as found:
        assert found.fetch("select %(n)s::int", {"n": 1}) == [(1,)]
        assert found.fetch(KEPT) == [(0, 0)]
    pooled.dispose()
