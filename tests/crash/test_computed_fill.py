"""Computed columns of a large table: filled in batches, and on from where a killed process was."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable

import pytest
from sqlalchemy import text

from engine.db.quoting import table
from metadata.changes import size
from metadata.changes.background import complete_tables
from metadata.model import FieldDef, Label, RollUpDef
from tests.conftest import Services
from tests.harness.company import TestCompany
from tests.harness.objects import change_tables, differences, with_fields
from tests.harness.servers import wait_until

ROWS = 400
WORK = """
import sys
from engine.base.settings import Settings
from engine.db.write_engine import make_engine
from metadata.changes import fill_beside
from metadata.changes.background import complete_tables
fill_beside.BATCH = 1
complete_tables(make_engine(Settings(database_url=sys.argv[1])), sys.argv[2])
"""
FIELDS = (
    FieldDef(
        name="size", type="integer", label=Label("长", "Size"), column="size", formula="LEN(name)"
    ),
    FieldDef(
        name="deals",
        type="integer",
        label=Label("数", "Deals"),
        column="deals",
        roll_up=RollUpDef(relation="opportunities", function="count"),
    ),
)


@pytest.fixture
def large(make_company: Callable[[], TestCompany], monkeypatch: pytest.MonkeyPatch) -> TestCompany:
    """A company whose customers were many before they got computed fields, not filled yet."""
    company = make_company()
    owner = company.people["alice"].number
    company.sql(
        "insert into {s}.customer (name, owner_id, version, created_at, updated_at)"
        " select repeat('x', n % 9) || n, :owner, 1, now(), now() from generate_series(1, :rows) n",
        owner=owner,
        rows=ROWS,
    )
    company.insert("opportunity", name="o", customer=7, owner=owner)
    monkeypatch.setattr(size, "LARGE_TABLE_BYTES", 0)
    change_tables(company, lambda objects: with_fields(objects, "customer", *FIELDS))
    return company


def unfilled(company: TestCompany) -> int:
    found: int = company.value(
        "select count(*) from {s}.customer where size is distinct from length(name) or"
        " deals is distinct from (select count(*) from {s}.opportunity o where customer_id ="
        " customer.id)"
    )
    return found


def reached(company: TestCompany) -> int:
    with company.engine.begin() as connection:
        name = table(company.company.schema, "computed_fill")
        found: int | None = connection.execute(text(f"select max(last_id) from {name}")).scalar()
    return -1 if found is None else found


def test_a_large_table_is_noted_and_new_rows_are_right_at_once(large: TestCompany) -> None:
    assert (unfilled(large), reached(large)) == (ROWS, 0)
    added = large.insert("customer", name="new one", owner=large.people["alice"].number)
    large.insert("opportunity", name="o", customer=added, owner=1)
    large.sql("update {s}.customer set name = 'changed' where id = 5")
    large.insert("opportunity", name="o", customer=6, owner=1)
    sizes = large.sql("select id from {s}.customer where size is not null order by id")
    counted = large.sql("select id from {s}.customer where deals is not null order by id")
    assert [row["id"] for row in sizes] == [5, 6, added]
    assert [row["id"] for row in counted] == [6, added]
    complete_tables(large.engine, large.company.schema)
    assert (unfilled(large), reached(large)) == (0, -1)
    assert differences(large) == []


def test_a_killed_process_is_followed_by_one_that_goes_on(
    large: TestCompany, services: Services
) -> None:
    worker = subprocess.Popen(
        [sys.executable, "-c", WORK, services.database_url, large.company.schema],
        env={**os.environ, "PYTHONPATH": os.getcwd()},
    )
    wait_until(lambda: reached(large) > 10, "the first batches")
    worker.send_signal(signal.SIGKILL)
    worker.wait()
    last = reached(large)
    assert 10 < last < ROWS
    assert unfilled(large) == ROWS - last
    complete_tables(large.engine, large.company.schema)
    assert (unfilled(large), reached(large)) == (0, -1)
    assert differences(large) == []
