"""A new company: complete, quick, agreeing with its metadata; and the check that says so."""

import os
import time
from collections.abc import Callable

import pytest
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

from engine.base.errors import SetupError
from engine.db.companies import Company, find_company
from engine.db.quoting import table
from metadata.check import check_company
from metadata.provision import add_deferred_indexes, create_company
from metadata.standard import STANDARD
from metadata.store import load_snapshot

SECONDS = 3.0
ONLY = f"only-one-{os.getpid()}.test"


@pytest.fixture(scope="module")
def made(engine: Engine) -> Company:
    return create_company(engine, "青松软件", language="zh")


def check(engine: Engine, company: Company) -> list[str]:
    with engine.begin() as connection:
        return check_company(connection, company.schema)


def test_a_company_is_made_in_seconds(engine: Engine) -> None:
    started = time.monotonic()
    create_company(engine, "快")
    assert time.monotonic() - started < SECONDS


def test_a_new_company_agrees_with_its_metadata(engine: Engine, made: Company) -> None:
    assert check(engine, made) == []


def test_its_metadata_is_what_ships(engine: Engine, made: Company) -> None:
    with engine.begin() as connection:
        snapshot = load_snapshot(connection, made.schema)
    assert (snapshot.version, snapshot.objects) == (1, STANDARD.objects)


def test_it_has_roles_a_root_department_and_nobody(engine: Engine, made: Company) -> None:
    def rows(statement: str, name: str) -> list[object]:
        with engine.begin() as connection:
            return list(connection.execute(text(statement + table(made.schema, name))).scalars())

    assert rows("select key from ", "role") == [role.key for role in STANDARD.roles]
    expected = sum(len(a) for role in STANDARD.roles for a in role.actions.values())
    assert rows("select count(*) from ", "role_permission") == [expected]
    assert rows("select name from ", "department") == ["青松软件"]
    assert rows("select count(*) from ", "user") == [0]


def test_a_domain_belongs_to_one_company(engine: Engine) -> None:
    first = create_company(engine, "一", domain=ONLY)
    with pytest.raises(SetupError, match=ONLY):
        create_company(engine, "二", domain=ONLY)
    with engine.begin() as connection:
        assert find_company(connection, domain=ONLY) == first
        schemas = connection.execute(
            text("select count(*) from pg_namespace where nspname like 't\\_%'")
        ).scalar_one()
        companies = connection.execute(text("select count(*) from qiansi.company")).scalar_one()
    assert schemas == companies


def test_indexes_can_come_after_the_rows(engine: Engine) -> None:
    company = create_company(engine, "大", deferred_indexes=True)
    assert any(
        "index customer_name_search_idx is missing" in line for line in check(engine, company)
    )
    add_deferred_indexes(engine, company)
    assert check(engine, company) == []


@pytest.mark.parametrize(
    "statement", ["update {t} set action = 'x'", "delete from {t}", "truncate {t}"]
)
@pytest.mark.parametrize("role", ["origin", "replica"])
def test_the_operation_log_only_grows(
    engine: Engine, made: Company, statement: str, role: str
) -> None:
    target = table(made.schema, "operation_log")
    with pytest.raises(DBAPIError, match="append-only"), engine.begin() as connection:
        connection.execute(text(f"set local session_replication_role = {role}"))
        connection.execute(text(statement.format(t=target)))


DAMAGES = {
    "drop index {s}.customer_name_search_idx": "table customer: index customer_name_search_idx is missing",
    "drop table {s}.phrase": "table phrase is missing",
    "create table {s}.stray (id bigint)": "table stray belongs to no object",
    "alter table {s}.customer add stray text": "table customer: column stray is in no field",
    "alter table {s}.customer drop name_search": "table customer: column name_search is missing",
    "alter table {s}.customer alter name type varchar(9)": (
        "table customer: column name is character varying(9) instead of text"
    ),
    "alter table {s}.customer alter created_at drop not null": (
        "table customer: column created_at accepts null"
    ),
    "alter table {s}.customer alter created_at drop default": (
        "table customer: column created_at lacks its default"
    ),
    "alter table {s}.customer drop constraint customer_owner_id_fkey": (
        "table customer: foreign key customer_owner_id_fkey is missing"
    ),
    "create index stray on {s}.customer (id)": "table customer: index stray is superfluous",
    "alter table {s}.operation_log disable trigger refuse_change": (
        "table operation_log: the trigger that keeps it append-only is missing or disabled"
    ),
    "update pg_index set indisvalid = false where indexrelid = '{s}.customer_newest_idx'::regclass": (
        "table customer: index customer_newest_idx is invalid"
    ),
    "delete from {s}.state": "table state has 0 rows instead of one",
    "update {s}.state set metadata_version = 7": ("metadata is at version 7, its history at 1"),
    "drop table {s}.outbox": "table outbox is missing",
}


@pytest.mark.parametrize(("damage", "sentence"), DAMAGES.items(), ids=DAMAGES.values())
def test_every_damage_is_told(engine: Engine, made: Company, damage: str, sentence: str) -> None:
    assert sentence in damaged(engine, made, lambda c: damage.format(s=made.schema))


def test_an_index_over_something_else_is_told(engine: Engine, made: Company) -> None:
    found = damaged(
        engine,
        made,
        lambda s: (
            f"drop index {s}.user_mobile_key;"
            f" create unique index user_mobile_key on {s}.user (mobile)"
        ).replace(f"{s}.user ", f'{s}."user" '),
    )
    assert len(found) == 1
    assert found[0].startswith("table user: index user_mobile_key is [create unique index")


def damaged(engine: Engine, company: Company, damage: Callable[[str], str]) -> list[str]:
    """What the check says after the damage, which is then undone."""
    with engine.connect() as connection:
        harm(connection, damage(company.schema))
        found = check_company(connection, company.schema)
        connection.rollback()
    return found


def harm(connection: Connection, statement: str) -> None:
    connection.exec_driver_sql(statement)
