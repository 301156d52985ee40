"""Which fields a filter or an order names."""

from typing import Any

import pytest

from metadata.mentions import mentions_of_filter, mentions_of_order
from metadata.snapshot import Snapshot
from metadata.standard import STANDARD

SNAPSHOT = Snapshot(1, STANDARD.objects)


@pytest.mark.parametrize(
    ("where", "named"),
    [
        ({"name": {"eq": "x"}}, {"customer.name"}),
        ({"id": {"eq": "Customer:1"}}, set()),
        (
            {"and": [{"level": {}}, {"or": [{"not": {"source": {}}}]}]},
            {"customer.level", "customer.source"},
        ),
        ({"owner": {"is": {"department": {"mine": True}}}}, {"customer.owner", "user.department"}),
        ({"contacts": {"some": {"name": {}}}}, {"contact.customer", "contact.name"}),
        ({"gone": {"eq": 1}}, {"customer.None"}),
        ({"and": None, "not": "nonsense"}, set()),
        ([], set()),
    ],
)
def test_a_filter_names_fields_at_any_depth(where: Any, named: set[str]) -> None:
    found = mentions_of_filter(SNAPSHOT, "customer", where, ("where",))
    assert {f"{each.object}.{each.field}" for each in found} == named


def test_a_mention_says_where_it_stands() -> None:
    where = {"or": [{"name": {}}, {"contacts": {"none": {"mobile": {}}}}]}
    paths = [each.path for each in mentions_of_filter(SNAPSHOT, "customer", where, ("where",))]
    assert paths == [
        ("where", "or", 0, "name"),
        ("where", "or", 1, "contacts"),
        ("where", "or", 1, "contacts", "none", "mobile"),
    ]


def test_an_order_names_fields_of_targets_too() -> None:
    order = {"owner": {"department": {"name": "ASC"}}, "id": "DESC", "gone": "ASC"}
    found = list(mentions_of_order(SNAPSHOT, "customer", order, ()))
    assert [f"{each.object}.{each.field}" for each in found] == [
        "customer.owner",
        "user.department",
        "department.name",
        "customer.None",
    ]
    assert found[0].is_of("customer", "owner") and found[1].is_of("user", None)
    assert not found[0].is_of("customer", "name") and not found[0].is_of("user", None)
