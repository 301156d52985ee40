"""H5: all pages of a list, one after the other, hold every row exactly once and in order.

Any order over several keys, half of their values null, forwards and backwards, while somebody
else keeps inserting and deleting other rows. The expected order is Python's, not the product's.
"""

import random
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.harness.client import Client
from tests.harness.company import TestCompany

Row = dict[str, Any]
Order = list[tuple[str, str]]
ROWS = 60
TYPES = ("EXHIBITION", "CONFERENCE", "ADVERTISING", "EMAIL", "ONLINE", "OTHER")
# key as the order argument spells it → how the expected order finds its value in a row
KEYS: dict[str, Callable[[Row], Any]] = {
    "type": lambda row: None if row["type"] is None else TYPES.index(row["type"]),
    "startsOn": lambda row: row["startsOn"],
    "budget": lambda row: row["budget"],
    "lastFollowUpAt": lambda row: row["lastFollowUpAt"],
    "name": lambda row: row["name"],
    "parent.name": lambda row: row["parent.name"],
    "owner.name": lambda row: row["owner.name"],
    "parent.budget": lambda row: row["parent.budget"],
}
PAGE = """query($o: [CampaignOrder!], $n: Int, $a: String, $m: Int, $b: String) {
  campaigns(orderBy: $o, first: $n, after: $a, last: $m, before: $b) {
    nodes { id } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  }
}"""


@dataclass(frozen=True)
class Filled:
    company: TestCompany
    rows: list[Row]


def a_row(company: TestCompany, chance: random.Random, name: str) -> Row:
    """Values from small sets, so that there are ties; about half of them null."""

    def maybe(value: Any) -> Any:
        return value if chance.random() < 0.5 else None

    owner = company.people[chance.choice(("alice", "bob", "manager"))]
    return {
        "name": name,
        "type": maybe(chance.choice(TYPES)),
        "startsOn": maybe(date(2026, 1, chance.randint(1, 4))),
        "budget": maybe(Decimal(chance.randint(0, 5)) / 4),
        "lastFollowUpAt": maybe(datetime(2026, 3, 4, 5, 6, 7, chance.randint(0, 3), tzinfo=UTC)),
        "owner": owner.number,
        "createdBy": owner.number,
    }


@pytest.fixture(scope="module")
def filled(company: TestCompany) -> Filled:
    chance = random.Random(7)
    names = {person.number: person.name for person in company.people.values()}
    # in the order of their Chinese readings: Li, Wang, Zhang
    order_of_names = {"李晓丽": 1, "王经理": 2, "张伟": 3}
    rows: list[Row] = []
    for _ in range(ROWS):
        row = a_row(company, chance, f"row {chance.randint(1, 20):02d}")
        parent = chance.choice(rows) if rows and chance.random() < 0.5 else None
        id = company.insert("campaign", **row, parent=parent["id"] if parent else None)
        row["id"], row["owner.name"] = id, order_of_names[names[row["owner"]]]
        row["parent.name"] = parent["name"] if parent else None
        row["parent.budget"] = parent["budget"] if parent else None
        rows.append(row)
    return Filled(company, rows)


@pytest.fixture(scope="module")
def writer(filled: Filled) -> Iterator[None]:
    """Somebody who inserts and deletes other rows all the time."""
    stop = threading.Event()
    company, chance = filled.company, random.Random(11)

    def work() -> None:
        mine: list[int] = []
        while not stop.wait(0.005):
            if len(mine) < 15:
                row = a_row(company, chance, f"row {chance.randint(1, 20):02d}")
                mine.append(company.insert("campaign", **row))
            else:
                number = mine.pop(chance.randrange(len(mine)))
                company.sql("delete from {s}.campaign where id = :id", id=number)

    thread = threading.Thread(target=work)
    thread.start()
    yield
    stop.set()
    thread.join()


def expected(rows: list[Row], order: Order) -> list[int]:
    """Nulls last either way; ties by id, in the direction of the last key."""
    found = sorted(rows, key=lambda row: row["id"], reverse=order[-1][1] == "DESC")
    for name, direction in reversed(order):
        value = KEYS[name]
        known = [row for row in found if value(row) is not None]
        unknown = [row for row in found if value(row) is None]
        known.sort(key=value, reverse=direction == "DESC")
        found = known + unknown
    return [row["id"] for row in found]


def argument(order: Order) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for name, direction in order:
        outer, _, inner = name.partition(".")
        found.append({outer: {inner: direction} if inner else direction})
    return found


def pages(client: Client, order: Order, size: int, *, forwards: bool) -> list[int]:
    """The ids of all pages, as they come from the first to the last row of the order."""
    found: list[str] = []
    cursor = None
    for _ in range(400):
        place = {"n": size, "a": cursor} if forwards else {"m": size, "b": cursor}
        page = client.run(PAGE, o=argument(order), **place)["campaigns"]
        ids, info = [node["id"] for node in page["nodes"]], page["pageInfo"]
        found = found + ids if forwards else ids + found
        if not info["hasNextPage" if forwards else "hasPreviousPage"]:
            return [int(id.split(":")[1]) for id in found]
        cursor = info["endCursor" if forwards else "startCursor"]
    raise AssertionError("the list has no end")


orders = st.lists(
    st.tuples(st.sampled_from(sorted(KEYS)), st.sampled_from(("ASC", "DESC"))),
    min_size=1,
    max_size=4,
    unique_by=lambda key: key[0],
)


@settings(max_examples=30)
@given(order=orders, size=st.integers(5, 25), forwards=st.booleans())
def test_all_pages_together_are_the_list(
    filled: Filled, writer: None, order: Order, size: int, forwards: bool
) -> None:
    client = filled.company.client("admin")
    known = {row["id"] for row in filled.rows}
    found = [id for id in pages(client, order, size, forwards=forwards) if id in known]
    assert found == expected(filled.rows, order)


def test_a_scope_does_not_break_the_pages(filled: Filled, writer: None) -> None:
    """A salesperson's parents out of scope sort as null, on every page alike."""
    alice = filled.company.people["alice"].number
    rows = [
        {**row, "parent.name": row["parent.name"] if owns_parent(filled, row) else None}
        for row in filled.rows
        if row["owner"] == alice
    ]
    order = [("parent.name", "DESC"), ("startsOn", "ASC")]
    known = {row["id"] for row in rows}
    for forwards in (True, False):
        found = pages(filled.company.client("alice"), order, 4, forwards=forwards)
        assert [id for id in found if id in known] == expected(rows, order)


def owns_parent(filled: Filled, row: Row) -> bool:
    owner = filled.company.sql(
        "select p.owner_id from {s}.campaign c join {s}.campaign p on p.id = c.parent_id"
        " where c.id = :id",
        id=row["id"],
    )
    return bool(owner) and owner[0]["owner_id"] == filled.company.people["alice"].number


def test_a_row_deleted_at_the_cursor_loses_nothing(filled: Filled) -> None:
    client = filled.company.client("admin")
    order = [("budget", "DESC")]
    extra = filled.company.insert(
        "campaign", name="row 00", budget=Decimal("0.25"), owner=filled.rows[0]["owner"]
    )
    target = f"Campaign:{extra}"
    cursor, ids = None, []
    while target not in ids:
        page = client.run(PAGE, o=argument(order), n=1, a=cursor)["campaigns"]
        ids = [node["id"] for node in page["nodes"]]
        cursor = page["pageInfo"]["endCursor"]
    filled.company.sql("delete from {s}.campaign where id = :id", id=extra)
    rest = client.run(PAGE, o=argument(order), n=200, a=cursor)["campaigns"]["nodes"]
    known = {row["id"] for row in filled.rows}
    found = [int(node["id"].split(":")[1]) for node in rest]
    every = expected(filled.rows, order)
    shown = [id for id in found if id in known]
    assert shown == every[len(every) - len(shown) :]
    budgets = {row["id"]: row["budget"] for row in filled.rows}
    assert sum(b is None or b <= Decimal("0.25") for b in budgets.values()) >= len(shown)
    assert sum(b is None or b < Decimal("0.25") for b in budgets.values()) <= len(shown)
