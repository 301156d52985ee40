"""The rows of a block: fixed numbers, amounts that agree, nothing in the future."""

from collections import defaultdict
from typing import Any

import pytest

from demo.blocks import add_block
from demo.catalogue import products
from demo.deck import Deck
from demo.moments import Calendar
from demo.scale import SCALES
from demo.sheets import FIELDS
from demo.staff import hire
from demo.world import Block, World, choice_options
from metadata.snapshot import Snapshot
from metadata.standard import STANDARD

CALENDAR = Calendar(now=29_500_000, today=29_500_000 // 1_440, offset=480)
Records = dict[str, list[dict[str, Any]]]


def made(number: int, size: str = "small") -> Block:
    options = choice_options(Snapshot(1, STANDARD.objects))
    staff = hire(Deck("staff"))
    world = World(CALENDAR, SCALES[size], staff.sellers, products(), options)
    block = Block(world, number)
    add_block(block)
    return block


@pytest.fixture(scope="module")
def records() -> Records:
    """The rows of the second block, by field names."""
    return {
        name: [dict(zip(FIELDS[name], row, strict=True)) for row in rows]
        for name, rows in made(1).rows.items()
    }


def test_a_block_is_the_same_at_every_run() -> None:
    assert made(1).rows == made(1).rows


def test_numbers_follow_from_the_place(records: Records) -> None:
    def numbers(name: str) -> list[int]:
        return sorted(row["id"] for row in records[name])

    assert numbers("customer") == list(range(1_001, 2_001))
    assert numbers("contact") == list(range(2_001, 4_001))
    assert numbers("opportunity") == list(range(1_001, 2_001))
    assert numbers("contract") == list(range(301, 601))


def test_lines_sum_to_the_contract(records: Records) -> None:
    sums: dict[int, int] = defaultdict(int)
    for line in records["contractLine"]:
        assert line["subtotal"] * 100 == line["salePrice"] * line["quantity"]
        sums[line["contract"]] += line["subtotal"]
    assert sums == {row["id"]: row["amount"] for row in records["contract"]}


def test_instalments_sum_to_the_contract(records: Records) -> None:
    sums: dict[int, int] = defaultdict(int)
    for plan in records["paymentPlan"]:
        sums[plan["contract"]] += plan["amount"]
    assert sums == {row["id"]: row["amount"] for row in records["contract"]}


def test_received_is_what_was_paid(records: Records) -> None:
    paid: dict[int, int] = defaultdict(int)
    for payment in records["payment"]:
        paid[payment["contract"]] += payment["amount"]
    for contract in records["contract"]:
        assert contract["received"] == paid[contract["id"]] <= contract["amount"]
        assert contract["outstanding"] == contract["amount"] - contract["received"]


def test_a_customer_with_a_contract_has_dealt(records: Records) -> None:
    dealt = {row["customer"] for row in records["contract"]}
    for customer in records["customer"]:
        expected = "DEALT" if customer["id"] in dealt else "NOT_DEALT"
        assert customer["dealStatus"] == expected
        assert (customer["dealtAt"] is not None) == (customer["id"] in dealt)


def test_the_last_follow_up_is_the_latest(records: Records) -> None:
    latest: dict[int, tuple[int, str]] = {}
    for row in records["followUp"]:
        number = row["record"][1]
        latest[number] = max(latest.get(number, (0, "")), (row["createdAt"], row["text"]))
    for customer in records["customer"]:
        assert customer["lastFollowUpAt"] == latest.get(customer["id"], (None, ""))[0]


def test_nothing_was_made_in_the_future(records: Records) -> None:
    for rows in records.values():
        assert all(row.get("createdAt", 0) <= CALENDAR.now for row in rows)


def test_choices_are_those_the_fields_offer(records: Records) -> None:
    options = choice_options(Snapshot(1, STANDARD.objects))
    for (name, field), offered in options.items():
        found = {row.get(field) for row in records.get(name, [])} - {None}
        assert found <= set(offered), (name, field)


def test_what_is_required_is_there(records: Records) -> None:
    for item in STANDARD.objects:
        required = {each.name for each in item.fields if each.required}
        for row in records.get(item.name, []):
            assert all(row[name] is not None for name in required), item.name


def test_the_largest_size_gives_a_salesperson_five_hundred_customers() -> None:
    scale = SCALES["1m"]
    assert scale.customers // scale.own_every == 500
