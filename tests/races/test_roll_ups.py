"""Roll-ups under parallel writes of children through two processes: SQL says the same at the end."""

import random
import threading
from typing import Any

import httpx
import pytest

from metadata.model import FieldDef, Label, RollUpDef
from tests.harness.client import Client
from tests.harness.company import TestCompany
from tests.harness.objects import change_objects, differences, with_fields
from tests.races.test_writes import code, together

WRITERS, STEPS = 8, 25
CREATE = "mutation($i: OpportunityInput!) { createOpportunity(input: $i) { record { id } } }"
UPDATE = """mutation($id: ID!, $i: OpportunityPatch!) {
  updateOpportunity(id: $id, input: $i) { record { id customer { deals volume perDeal } } }
}"""
ORACLE = """
select c.id, count(o.id) as deals, coalesce(sum(o.amount), 0) as volume
from {s}.customer c left join {s}.opportunity o on o.customer_id = c.id and o.deleted_at is null
group by c.id order by c.id
"""


def computed(name: str, type: str, formula: str = "", **roll_up: str) -> FieldDef:
    made = RollUpDef(relation="opportunities", **roll_up) if roll_up else None
    return FieldDef(
        name=name,
        type=type,
        label=Label(name, name),
        column=name.lower(),
        formula=formula,
        roll_up=made,
    )


FIELDS = (
    computed("deals", "integer", function="count"),
    computed("volume", "amount", function="sum", field="amount"),
    computed("perDeal", "amount", "volume / deals"),
)


@pytest.fixture(scope="module")
def customers(company: TestCompany) -> list[str]:
    change_objects(company, lambda objects: with_fields(objects, "customer", *FIELDS))
    owner = company.people["admin"].number
    return [f"Customer:{company.insert('customer', name=n, owner=owner)}" for n in "abc"]


def write(company: TestCompany, customers: list[str], seed: int) -> list[Any]:
    """One writer's steps over its own records: create, change, move, trash, bring back, purge."""
    chance = random.Random(seed)
    mine: list[str] = []
    trashed: list[str] = []
    codes: list[Any] = []
    with httpx.Client(timeout=60) as http:
        client = company.client("admin", seed % 2)
        own = Client(http, client.url, client.company, client.token, client.language)

        def ask(document: str, **variables: object) -> dict[str, Any]:
            answer: dict[str, Any] = own.post(document, variables).json()
            codes.append(code(answer))
            return answer

        def several(verb: str, ids: list[str]) -> None:
            ask(f"mutation($ids: [ID!]!) {{ {verb}(ids: $ids) {{ done }} }}", ids=ids)

        for _ in range(STEPS):
            step = chance.randrange(6)
            if step < 2 or not mine:
                given = {"name": "n", "customer": chance.choice(customers), "amount": "7.25"}
                mine.append(ask(CREATE, i=given)["data"]["createOpportunity"]["record"]["id"])
            elif step == 2:
                given = {"amount": str(chance.randrange(1000))}
                ask(UPDATE, id=chance.choice(mine), i=given)
            elif step == 3:
                ask(UPDATE, id=chance.choice(mine), i={"customer": chance.choice(customers)})
            elif step == 4:
                trashed.append(mine.pop(chance.randrange(len(mine))))
                several("deleteOpportunities", [trashed[-1]])
            elif trashed:
                again = trashed.pop()
                verb = chance.choice(["restoreOpportunities", "purgeOpportunities"])
                several(verb, [again])
                mine += [again] if verb.startswith("restore") else []
    return codes


def test_parallel_writes_of_children_leave_the_true_values(
    company: TestCompany, customers: list[str]
) -> None:
    found = together(
        [lambda n=n: write(company, customers, n) for n in range(WRITERS)]  # type: ignore[misc]
    )
    assert {each for codes in found for each in codes} == {None}
    kept = company.sql("select id, deals, volume from {s}.customer order by id")
    assert kept == company.sql(ORACLE)
    assert sum(row["deals"] for row in kept) > 0
    wrong = company.sql(
        "select id from {s}.customer"
        " where perdeal is distinct from round(volume / nullif(deals, 0), 2)"
    )
    assert wrong == []
    assert differences(company) == []


def test_parents_are_changed_while_their_children_are(
    company: TestCompany, customers: list[str]
) -> None:
    """Both write the parent's row: neither loses what the other wrote."""
    rename = """mutation($id: ID!, $n: String!) {
      updateCustomer(id: $id, input: {name: $n}) { record { id } } }"""

    def renamed(n: int) -> list[Any]:
        client = company.client("admin", n % 2)
        with httpx.Client(timeout=60) as http:
            own = Client(http, client.url, client.company, client.token)
            return [
                code(own.post(rename, {"id": customers[0], "n": f"{n}-{at}"}).json())
                for at in range(20)
            ]

    def added(n: int) -> list[Any]:
        client = company.client("admin", n % 2)
        given = {"name": "n", "customer": customers[0], "amount": "1"}
        with httpx.Client(timeout=60) as http:
            own = Client(http, client.url, client.company, client.token)
            return [code(own.post(CREATE, {"i": given}).json()) for _ in range(20)]

    work = [lambda n=n: renamed(n) for n in range(2)]
    work += [lambda n=n: added(n) for n in range(4)]
    codes = {each for answers in together(list(work)) for each in answers}
    assert codes == {None}
    assert company.sql("select id, deals, volume from {s}.customer order by id") == company.sql(
        ORACLE
    )


def test_writers_past_the_product_are_counted_too(
    company: TestCompany, customers: list[str]
) -> None:
    """No lock of a command orders these, only that of the trigger. Every later write would mend
    a wrong value: so it is looked at after each few."""
    parent = int(customers[1].removeprefix("Customer:"))
    for _ in range(40):
        start = threading.Barrier(4)

        def insert(start: threading.Barrier = start) -> None:
            start.wait()
            company.sql(
                "insert into {s}.opportunity"
                " (name, customer_id, amount, version, created_at, updated_at)"
                " values ('n', :parent, 1, 1, now(), now())",
                parent=parent,
            )

        together([insert] * 4)
        kept = company.sql("select id, deals, volume from {s}.customer order by id")
        assert kept == company.sql(ORACLE)
