"""The write engine: session settings, hidden parameters, deadlines, translated errors."""

import time

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from engine.base.errors import Conflict, SchemaChanged, SetupError, TimedOut
from engine.base.settings import Settings
from engine.db.address import check_server, connect_arguments
from engine.db.quoting import quote, table
from engine.db.sqlstate import ConstraintViolated
from engine.db.write_engine import make_engine, transaction
from tests.conftest import Services


def test_session_settings_come_with_the_connection(engine: Engine) -> None:
    with transaction(engine) as connection:
        found = connection.execute(
            text(
                "select current_setting('TimeZone'), current_setting('client_connection_check_interval'), current_setting('statement_timeout')"
            )
        ).one()
    assert tuple(found) == ("UTC", "1s", "10s")


def test_errors_do_not_show_parameters(engine: Engine) -> None:
    with pytest.raises(DBAPIError) as told, transaction(engine) as connection:
        connection.execute(text("select 1 / (length(:secret) - 6)"), {"secret": "geheim"})
    assert "geheim" not in str(told.value)


def test_a_statement_ends_at_the_deadline(engine: Engine) -> None:
    begun = time.monotonic()
    with pytest.raises(TimedOut), transaction(engine, begun + 0.3) as connection:
        connection.execute(text("select pg_sleep(5)"))
    assert time.monotonic() - begun < 2


def test_a_deadline_ends_with_its_transaction(services: Services) -> None:
    single = make_engine(Settings(database_url=services.database_url, write_connections=1))
    with transaction(single, time.monotonic() + 5) as connection:
        pid = connection.execute(text("select pg_backend_pid()")).scalar()
    with transaction(single) as connection:
        found = connection.execute(
            text("select pg_backend_pid(), current_setting('statement_timeout')")
        ).one()
    single.dispose()
    assert tuple(found) == (pid, "10s")


def test_a_full_pool_times_out(services: Services) -> None:
    small = make_engine(
        Settings(database_url=services.database_url, write_connections=1, request_deadline_ms=300)
    )
    with transaction(small), pytest.raises(TimedOut), transaction(small):
        raise AssertionError
    small.dispose()


def test_constraints_are_named(engine: Engine) -> None:
    with pytest.raises(ConstraintViolated) as told, transaction(engine) as connection:
        connection.execute(
            text("create temp table one (a int constraint one_a primary key) on commit drop")
        )
        connection.execute(text("insert into one values (1), (1)"))
    assert (told.value.name, told.value.table, told.value.kind) == ("one_a", "one", "unique")


def test_a_missing_table_means_the_schema_changed(engine: Engine) -> None:
    with pytest.raises(SchemaChanged), transaction(engine) as connection:
        connection.execute(text("select 1 from nowhere"))


def test_a_lock_not_to_be_had_is_a_conflict(engine: Engine) -> None:
    with transaction(engine) as holder:
        holder.execute(text("lock table qiansi.company in access exclusive mode"))
        with pytest.raises(Conflict), transaction(engine) as connection:
            connection.execute(text("lock table qiansi.company in access share mode nowait"))


def test_grams_are_bigrams_and_single_ideographs(engine: Engine) -> None:
    with transaction(engine) as connection:
        found = connection.execute(
            text(
                "select qiansi.grams('千思ab'), qiansi.grams(''), qiansi.grams('a'), qiansi.grams(null)"
            )
        ).one()
    assert [value and sorted(value) for value in found] == [
        ["ab", "千", "千思", "思", "思a"],
        [],
        [],
        None,
    ]


def test_unique_keys_fold_width_and_case(engine: Engine) -> None:
    with transaction(engine) as connection:
        assert connection.execute(text("select qiansi.unique_key('ＡbÉ１')")).scalar() == "abé1"


@pytest.mark.parametrize("name", ['a"b', "A", "", "a b", "1a", "a;", "名", "a" * 64])
def test_only_physical_names_are_quoted(name: str) -> None:
    with pytest.raises(ValueError, match="not a physical name"):
        quote(name)


def test_a_table_is_quoted_part_by_part() -> None:
    assert table("t_1", "user") == '"t_1"."user"'


def test_options_of_the_address_are_kept() -> None:
    found = connect_arguments("postgresql://a@h/d?options=-c%20geqo%3Doff", {"lock_timeout": "5"})
    assert found["options"].startswith("-c geqo=off -c TimeZone=UTC")
    assert found["options"].endswith("-c lock_timeout=5")


@pytest.mark.parametrize("url", ["::::", "postgresql://nobody@127.0.0.1:1/none"])
def test_a_wrong_address_is_told_in_one_line(url: str) -> None:
    with pytest.raises(SetupError, match="DATABASE_URL") as told:
        check_server(url)
    assert "\n" not in str(told.value)


def test_the_oldest_server_we_take_is_checked(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.db.address.OLDEST_SERVER", 99)
    with pytest.raises(SetupError, match="use PostgreSQL 99 or later"):
        check_server(services.database_url)
