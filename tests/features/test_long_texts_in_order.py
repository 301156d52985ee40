"""Every cursor that is issued is accepted, however long the texts that a list is sorted by (H5)."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.harness.client import Client
from tests.harness.company import TestCompany
from tests.harness.metadata import CREATE, UPDATE, applied, field

MAKE = "mutation($i: CustomerInput!) { createCustomer(input: $i) { record { id } } }"
LIST = """query($o: [CustomerOrder!], $a: String, $b: String, $f: Int, $l: Int) {
  customers(first: $f, last: $l, after: $a, before: $b, orderBy: $o) {
    nodes { name } pageInfo { startCursor endCursor hasNextPage hasPreviousPage } } }"""
LONG = "千" * 5_000


@pytest.fixture
def fresh(make_company: Callable[[], TestCompany]) -> TestCompany:
    """Customers whose long texts differ early, late, beyond what is compared, not at all."""
    company = make_company()
    admin = company.client("admin")
    applied(admin, CREATE, o="customer", f=field("长", "text", name="long", maxLength=20_000))
    applied(
        admin,
        CREATE,
        o="customer",
        f=field("算", "text", name="made", formula='long & "尾" & name'),
    )
    texts = (
        LONG + "b",
        LONG + "a",
        "短",
        None,
        LONG,
        "千" * 400 + "b",
        LONG,
        "千" * 400 + "a",
        None,
    )
    for number, text in enumerate(texts):
        admin.run(MAKE, i={"name": f"{number}", "long": text})
    return company


def pages(client: Client, order: Any, forward: bool) -> Iterator[str]:
    """The names of all pages of two, as a client turns them."""
    given: dict[str, Any] = {"f": 2} if forward else {"l": 2}
    for _ in range(20):
        found = client.run(LIST, o=order, **given)["customers"]
        names = [each["name"] for each in found["nodes"]]
        info = found["pageInfo"]
        yield from names if forward else reversed(names)
        if not info["hasNextPage" if forward else "hasPreviousPage"]:
            return
        given |= {"a": info["endCursor"]} if forward else {"b": info["startCursor"]}
    raise AssertionError("pages never end")


@pytest.mark.parametrize("field_name", ["long", "made"])
@pytest.mark.parametrize("direction", ["ASC", "DESC"])
def test_pages_by_a_long_text_are_the_whole_list_in_both_directions(
    fresh: TestCompany, field_name: str, direction: str
) -> None:
    client, order = fresh.client("admin"), [{field_name: direction}]
    whole = [each["name"] for each in client.run(LIST, o=order, f=20)["customers"]["nodes"]]
    assert sorted(whole) == [str(number) for number in range(9)]
    assert list(pages(client, order, forward=True)) == whole
    assert list(pages(client, order, forward=False)) == whole[::-1]


def test_long_texts_are_compared_by_their_beginning_and_then_by_id(fresh: TestCompany) -> None:
    nodes = fresh.client("admin").run(LIST, o=[{"long": "ASC"}], f=20)["customers"]["nodes"]
    assert "".join(each["name"] for each in nodes) == "275014638"


def test_texts_longer_than_their_field_now_allows_are_paged_by(fresh: TestCompany) -> None:
    client, order = fresh.client("admin"), [{"long": "ASC"}]
    applied(client, UPDATE, o="customer", n="long", f={"maxLength": 100_000})
    client.run(MAKE, i={"name": "9", "long": "𠀀" * 100_000})
    applied(client, UPDATE, o="customer", n="long", f={"maxLength": 100})
    assert sorted(pages(client, order, forward=True)) == [str(number) for number in range(10)]
    assert sorted(pages(client, order, forward=False)) == [str(number) for number in range(10)]


def test_a_cursor_over_long_texts_is_short(fresh: TestCompany) -> None:
    found = fresh.client("admin").run(LIST, o=[{"long": "ASC"}, {"made": "ASC"}], f=4)["customers"]
    assert len(found["pageInfo"]["endCursor"]) < 8_000
