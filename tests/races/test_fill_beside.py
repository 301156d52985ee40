"""Computed columns of a large table are filled while others write: no deadlock, no value lost."""

import random
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Connection, text

from metadata.changes import fill_beside, size
from metadata.changes.background import complete_tables
from metadata.model import FieldDef, Label, RollUpDef
from tests.harness.company import TestCompany
from tests.harness.objects import change_tables, differences, with_fields
from tests.races.test_writes import code, request

ROWS = 1_200
WRITERS = 3
CREATE = "mutation($i: OpportunityInput!) { createOpportunity(input: $i) { record { id } } }"
WRONG = """
with told as (select customer_id, count(*) as deals, sum(2 * amount) as volume
  from {s}.opportunity where deleted_at is null group by customer_id)
select c.id, c.deals, c.volume, t.* from {s}.customer c left join told t on t.customer_id = c.id
where (c.deals, c.volume) is distinct from (coalesce(t.deals, 0), coalesce(t.volume, 0))
"""


def computed(name: str, formula: str = "", **roll_up: str) -> FieldDef:
    made = RollUpDef(relation="opportunities", **roll_up) if roll_up else None
    return FieldDef(
        name=name,
        type="amount",
        label=Label(name, name),
        column=name.lower(),
        formula=formula,
        roll_up=made,
    )


TWICE = computed("twice", "amount * 2 + 0")
FIELDS = (
    computed("deals", function="count"),
    computed("volume", function="sum", field="twice"),
)


@pytest.fixture
def large(make_company: Callable[[], TestCompany], monkeypatch: pytest.MonkeyPatch) -> TestCompany:
    """A company with an opportunity per customer, and computed fields of both to be filled."""
    company = make_company()
    owner = company.people["admin"].number
    for statement in (
        "insert into {s}.customer (name, owner_id, version, created_at, updated_at)"
        " select 'c' || n, :owner, 1, now(), now() from generate_series(1, :rows) n",
        "insert into {s}.opportunity (name, customer_id, amount, owner_id, version, created_at,"
        " updated_at) select name, id, id, :owner, 1, now(), now() from {s}.customer"
        " where :rows > 0",
    ):
        company.sql(statement, owner=owner, rows=ROWS)
    monkeypatch.setattr(size, "LARGE_TABLE_BYTES", 0)
    monkeypatch.setattr(fill_beside, "BATCH", 100)
    change_tables(
        company,
        lambda objects: with_fields(
            with_fields(objects, "opportunity", TWICE), "customer", *FIELDS
        ),
    )
    return company


def deadlocks(company: TestCompany) -> int:
    company.sql("select pg_stat_clear_snapshot()")
    found: int = company.value(
        "select deadlocks from pg_stat_database where datname = current_database()"
    )
    return found


def write_down(company: TestCompany, done: threading.Event, seed: int) -> int:
    """Transactions that touch customers from the last to the first, in the way of whoever goes up;
    each looks for a deadlock long before others would. Returns how many there were."""
    chance, written = random.Random(seed), 0
    with company.engine.connect() as connection:
        while not done.is_set():
            with connection.begin():
                connection.execute(text("set local deadlock_timeout = '5ms'"))
                for customer in sorted(chance.sample(range(1, ROWS + 1), 8), reverse=True):
                    _touch(connection, company.company.schema, customer)
            written += 1
            time.sleep(0.02)
    return written


def _touch(connection: Connection, schema: str, customer: int) -> None:
    for statement in (
        "update {s}.customer set remark = 'x' where id = :id",
        "insert into {s}.opportunity (name, customer_id, amount, owner_id, version, created_at,"
        " updated_at) select 'new', :id, 1, owner_id, 1, now(), now()"
        " from {s}.customer where id = :id",
        "update {s}.opportunity set amount = amount + 1 where id = :id",
    ):
        connection.execute(text(statement.format(s=schema)), {"id": customer})


def write_as_people(company: TestCompany, done: threading.Event, server: int) -> set[Any]:
    client, codes, at = company.client("admin", server), set(), 0
    while not done.is_set():
        at += 37
        given = {"name": "n", "customer": f"Customer:{at % ROWS + 1}", "amount": "1"}
        codes.add(code(request(client, CREATE, {"i": given})))
    return codes


def test_a_fill_beside_writers_is_part_of_no_deadlock_and_loses_nothing(
    large: TestCompany,
) -> None:
    """Of parents and of children whose values parents add up; nobody has to wait for long."""
    before, done = deadlocks(large), threading.Event()
    codes: list[set[Any]] = []
    counts: list[int] = []
    work: list[Callable[[], None]] = [
        *(lambda n=n: counts.append(write_down(large, done, n)) for n in range(WRITERS)),
        *(lambda n=n: codes.append(write_as_people(large, done, n)) for n in (0, 1)),
    ]
    threads = [threading.Thread(target=each) for each in work]
    for each in threads:
        each.start()
    try:
        complete_tables(large.engine, large.company.schema)
    finally:
        done.set()
        for each in threads:
            each.join()
    assert len(counts) == WRITERS and min(counts) > 0
    assert codes == [{None}, {None}]
    assert deadlocks(large) == before
    assert large.sql(WRONG) == []
    assert large.sql("select * from {s}.computed_fill") == []
    assert differences(large) == []
