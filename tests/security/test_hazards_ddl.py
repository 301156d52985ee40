"""M6, E4: a change of tables waits behind an open transaction without anybody waiting behind it."""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace

import psycopg2
import pytest

from engine.db.quoting import quote
from metadata.changes.patience import ATTEMPTS, LOCK_TIMEOUT_MS
from metadata.check import check_company
from metadata.field_types.registry import field_type
from metadata.migrate import CompanyReport, migrate_company
from metadata.model import FieldDef, Label
from metadata.standard import STANDARD
from tests.conftest import Services
from tests.harness.company import TestCompany
from tests.harness.servers import wait_until

NEW = FieldDef(name="novelty", type="text", label=Label("新", "New"), column="novelty")


@pytest.fixture(scope="module")
def further(make_company: Callable[[], TestCompany]) -> TestCompany:
    company = make_company()
    company.insert("customer", name="千丝", owner=company.people["alice"].number)
    return company


@pytest.fixture
def reader(services: Services, further: TestCompany) -> Iterator[psycopg2.extensions.connection]:
    """Somebody who has read customers and does not end the transaction."""
    connection = psycopg2.connect(services.database_url)
    with connection.cursor() as cursor:
        cursor.execute(f"select 1 from {quote(further.company.schema)}.customer")
    yield connection
    connection.close()


def migrate_to_new(company: TestCompany, found: list[CompanyReport]) -> threading.Thread:
    objects = tuple(
        replace(each, fields=(*each.fields, NEW)) if each.name == "customer" else each
        for each in STANDARD.objects
    )
    standard = replace(STANDARD, release="9.9.9", objects=objects)

    def work() -> None:
        found.append(migrate_company(company.engine, company.company, standard))

    thread = threading.Thread(target=work)
    thread.start()
    return thread


def waits(company: TestCompany) -> bool:
    count: int = company.value(
        "select count(*) from pg_stat_activity where wait_event_type = 'Lock'"
        " and datname = current_database() and query ilike 'alter table%'"
    )
    return count > 0


def test_readers_pass_while_a_change_waits_and_the_change_comes_through(
    further: TestCompany, reader: psycopg2.extensions.connection
) -> None:
    alice, found = further.client("alice"), []  # type: ignore[var-annotated]
    for server in (0, 1):
        further.client("alice", server).run("{ customers { totalCount } }")
    thread = migrate_to_new(further, found)
    wait_until(lambda: waits(further), "the change asks for its lock")
    slowest = 0.0
    for _ in range(40):
        start = time.monotonic()
        assert alice.run("{ customers { totalCount } }") == {"customers": {"totalCount": 1}}
        slowest = max(slowest, time.monotonic() - start)
        time.sleep(0.03)
    # a reader waits at most as long as one attempt asks for the lock
    assert slowest < LOCK_TIMEOUT_MS / 1000 + 1
    assert thread.is_alive() and not found
    reader.rollback()
    thread.join(ATTEMPTS)
    assert not found[0].failure
    assert field_type("text").columns(NEW)[0].name in _columns(further)
    with further.engine.begin() as connection:
        assert check_company(connection, further.company.schema) == []
    # each process knows the new field at once, though it never asked for anything in between
    for server in (0, 1):
        client = further.client("alice", server)
        shown = client.run("{ customers { nodes { name novelty } } }")["customers"]["nodes"]
        assert shown == [{"name": "千丝", "novelty": None}]


def _columns(company: TestCompany) -> list[str]:
    rows = company.sql(
        "select column_name from information_schema.columns"
        " where table_schema = :schema and table_name = 'customer'",
        schema=company.company.schema,
    )
    return [row["column_name"] for row in rows]


def test_introspection_is_of_the_schema_and_the_session_as_they_are(
    further: TestCompany,
) -> None:
    ask = '{ __type(name: "Customer") { fields { name } } }'
    further.sign_in("carol")
    here, there = further.client("carol", 0), further.client("carol", 1)
    assert here.run(ask) == there.run(ask)
    here.run("mutation { signOut }")
    assert there.refused(ask).code == "UNAUTHENTICATED"
    assert there.refused("{ customers { nodes { nothing } } }").code == "UNAUTHENTICATED"
