"""All that is wrong with an object's numbers, option logic and sub-tables, in one answer."""

import pytest

from metadata.field_problems import problems_of
from metadata.model import FieldDef
from metadata.number_rule import NumberPart, NumberRule, PartKind
from metadata.standard import STANDARD
from tests.unit.metadata.sample import CUSTOMER, field, with_fields


def codes(*fields: FieldDef) -> list[tuple[str, str]]:
    found = problems_of(with_fields(CUSTOMER, *fields))
    return [(".".join(map(str, each.path)), each.code) for each in found]


def table(*columns: FieldDef) -> FieldDef:
    return field("items", "subTable", rows=columns)


def test_nothing_is_wrong_with_what_ships() -> None:
    assert [problems_of(item) for item in STANDARD.objects] == [()] * len(STANDARD.objects)


def test_columns_of_plain_values_are_right() -> None:
    types = ("text", "amount", "date", "dateRange", "choice", "tag", "user", "users", "region")
    assert codes(table(*(field(f"c{at}", each) for at, each in enumerate(types)))) == []


@pytest.mark.parametrize(
    "type",
    [
        "subTable",
        "description",
        "signature",
        "image",
        "file",
        "json",
        "record",
        "autoNumber",
        "relation",
    ],
)
def test_what_no_row_can_hold_is_refused(type: str) -> None:
    assert codes(table(field("a", type))) == [("fields.items.rows.a.type", "FIELD_NOT_ALLOWED")]


def test_a_table_needs_columns_that_can_be_told_apart() -> None:
    assert codes(table()) == [("fields.items.rows", "REQUIRED")]
    assert codes(table(field("a"), field("a"))) == [("fields.items.rows.a", "NOT_UNIQUE")]
    assert codes(table(field("a", unique=True))) == [("fields.items.rows.a", "FIELD_NOT_ALLOWED")]
    assert codes(table(*(field(f"c{n}") for n in range(31)))) == [("fields.items.rows", "TOO_LONG")]


def test_rules_and_logic_are_looked_at_too() -> None:
    rule = NumberRule(parts=(NumberPart(kind=PartKind.COUNTER),))
    assert codes(
        field("code", "autoNumber"),
        field("other", "text", number_rule=rule),
        field("level", "choice", shows=(("A", ("mobile",)),)),
    ) == [
        ("fields.code.numberRule", "REQUIRED"),
        ("fields.other.numberRule", "FIELD_NOT_ALLOWED"),
        ("fields.level.shows.A", "UNKNOWN_OPTION"),
    ]
