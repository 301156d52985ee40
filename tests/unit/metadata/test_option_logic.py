"""What option logic may not say (FLD-06)."""

from typing import Any

import pytest

from metadata.model import Choice, FieldDef, ObjectDef
from metadata.option_logic import problems_of, shown_by
from metadata.store import dump_object, parse_object
from tests.unit.metadata.sample import CUSTOMER, field, label, with_fields

AB = (Choice("A", label("A")), Choice("B", label("B")))


def shows(name: str, type: str = "choice", **dependents: tuple[str, ...]) -> FieldDef:
    return field(name, type, choices=AB, shows=tuple(dependents.items()))


def codes(item: ObjectDef) -> list[tuple[str, str]]:
    return [(".".join(map(str, each.path)), each.code) for each in problems_of(item)]


def test_logic_over_chains_is_right_and_comes_back_from_json() -> None:
    item = with_fields(
        CUSTOMER,
        shows("level", A=("mobile", "more")),
        shows("more", "multipleChoice", A=("amount",), B=("amount",)),
    )
    assert codes(item) == []
    assert shown_by(item) == {
        "mobile": (("level", "A"),),
        "more": (("level", "A"),),
        "amount": (("more", "A"), ("more", "B")),
    }
    assert parse_object(dump_object(item)) == item


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        (shows("level", C=("mobile",)), [("fields.level.shows.C", "UNKNOWN_OPTION")]),
        (shows("level", A=("gone",)), [("fields.level.shows.A.gone", "UNKNOWN_FIELD")]),
        (shows("level", A=("level",)), [("fields.level.shows.A.level", "FIELD_NOT_ALLOWED")]),
        (shows("level", A=("name",)), [("fields.level.shows.A.name", "FIELD_NOT_ALLOWED")]),
        (shows("level", A=("owner",)), [("fields.level.shows.A.owner", "FIELD_NOT_ALLOWED")]),
        (
            shows("level", A=("createdAt",)),
            [("fields.level.shows.A.createdAt", "FIELD_NOT_ALLOWED")],
        ),
        (shows("amount", "number", A=("mobile",)), [("fields.amount.shows", "NOT_A_CHOICE")]),
        (
            field("rows", "subTable", rows=(shows("inner", A=("mobile",)),)),
            [("fields.rows.rows.inner", "FIELD_NOT_ALLOWED")],
        ),
    ],
)
def test_each_mistake_is_told_where_it_is(made: FieldDef, expected: list[Any]) -> None:
    assert codes(with_fields(CUSTOMER, made)) == expected


def test_a_cycle_is_told_at_every_field_of_it() -> None:
    item = with_fields(
        CUSTOMER,
        shows("level", A=("second",)),
        shows("second", A=("third",)),
        shows("third", B=("second",)),
    )
    assert codes(item) == [
        ("fields.second.shows", "OPTION_CYCLE"),
        ("fields.third.shows", "OPTION_CYCLE"),
    ]
