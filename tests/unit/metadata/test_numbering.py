"""What a rule for automatic numbers may not be (FLD-07); the rules that ship are all right."""

from dataclasses import replace
from typing import Any

import pytest

from metadata.model import FieldDef
from metadata.number_rule import NumberPart, NumberRule, PartKind, Reset
from metadata.numbering import problems_of
from metadata.standard import STANDARD
from metadata.store import dump_object, parse_object
from tests.unit.metadata.sample import CUSTOMER, field, with_fields

COUNTER = NumberPart(kind=PartKind.COUNTER)


def text(value: str) -> NumberPart:
    return NumberPart(kind=PartKind.TEXT, text=value)


def day(form: str, of: str = "") -> NumberPart:
    return NumberPart(kind=PartKind.DATE, format=form, field=of)


def other(name: str) -> NumberPart:
    return NumberPart(kind=PartKind.FIELD, field=name)


def codes(*parts: NumberPart, unique: bool = True, **rule: Any) -> list[tuple[str, str]]:
    """Where the problems of a rule are, and which."""
    made = numbered(NumberRule(parts=parts, **rule), unique=unique)
    found = problems_of(with_fields(CUSTOMER, made), made)
    return [(".".join(map(str, each.path)), each.code) for each in found]


def numbered(rule: NumberRule | None, **options: Any) -> FieldDef:
    return field("code", "autoNumber", number_rule=rule, **options)


def test_the_rules_that_ship_are_right() -> None:
    found = [(o, f) for o in STANDARD.objects for f in o.fields if f.type == "autoNumber"]
    assert sorted(o.name for o, _ in found) == ["contract", "invoice", "payment", "visit"]
    assert [problems_of(o, f) for o, f in found] == [()] * 4


def test_a_rule_of_everything_is_right_and_comes_back_from_json() -> None:
    parts = (text("HT-"), day("yyyy"), day("yyyyMM", "createdAt"), other("name"), COUNTER)
    assert codes(*parts, reset=Reset.MONTHLY) == []
    rule = NumberRule(parts=parts, start=0, step=5, digits=6, reset=Reset.MONTHLY, manual=True)
    item = with_fields(CUSTOMER, numbered(rule, unique=True))
    assert parse_object(dump_object(item)) == item


@pytest.mark.parametrize(
    ("parts", "rule", "expected"),
    [
        ((text("A"),), {}, [("numberRule.parts", "NUMBER_COUNTER")]),
        ((COUNTER, COUNTER), {}, [("numberRule.parts", "NUMBER_COUNTER")]),
        ((COUNTER,), {"reset": Reset.DAILY}, [("numberRule.reset", "NUMBER_RESET")]),
        ((day("yyyyMM"), COUNTER), {"reset": Reset.DAILY}, [("numberRule.reset", "NUMBER_RESET")]),
        ((COUNTER,), {"start": -1}, [("numberRule.start", "OUT_OF_RANGE")]),
        ((COUNTER,), {"step": 0}, [("numberRule.step", "OUT_OF_RANGE")]),
        ((COUNTER,), {"digits": 10}, [("numberRule.digits", "OUT_OF_RANGE")]),
        ((COUNTER,), {"unique": False}, [("unique", "NUMBER_NOT_UNIQUE")]),
        ((text(" "), COUNTER), {}, [("numberRule.parts.0", "REQUIRED")]),
        ((COUNTER, text("a" * 13)), {}, [("numberRule.parts.1", "BAD_FORMAT")]),
        ((day("yy"), COUNTER), {}, [("numberRule.parts.0", "BAD_FORMAT")]),
        ((day("yyyy", "name"), COUNTER), {}, [("numberRule.parts.0", "FIELD_NOT_ALLOWED")]),
        ((day("yyyy", "gone"), COUNTER), {}, [("numberRule.parts.0", "UNKNOWN_FIELD")]),
        ((other("level"), COUNTER), {}, [("numberRule.parts.0", "FIELD_NOT_ALLOWED")]),
        ((other("code"), COUNTER), {}, [("numberRule.parts.0", "FIELD_NOT_ALLOWED")]),
        ((other(""), COUNTER), {}, [("numberRule.parts.0", "UNKNOWN_FIELD")]),
        ((*[text("a")] * 6, COUNTER), {}, [("numberRule.parts", "TOO_LONG")]),
    ],
)
def test_each_mistake_is_told_where_it_is(
    parts: tuple[NumberPart, ...], rule: dict[str, Any], expected: list[tuple[str, str]]
) -> None:
    assert codes(*parts, **rule) == expected


def test_all_mistakes_come_together() -> None:
    found = codes(text(""), other("gone"), step=0, digits=0, unique=False)
    assert [code for _, code in found] == [
        "NUMBER_NOT_UNIQUE",
        "NUMBER_COUNTER",
        "OUT_OF_RANGE",
        "OUT_OF_RANGE",
        "REQUIRED",
        "UNKNOWN_FIELD",
    ]


def test_a_field_without_a_rule_is_told() -> None:
    made = numbered(None)
    (problem,) = problems_of(with_fields(CUSTOMER, made), made)
    assert (problem.path, problem.code) == (("numberRule",), "REQUIRED")


def test_only_a_rule_that_lets_people_type_is_an_input() -> None:
    rule = NumberRule(parts=(COUNTER,))
    assert numbered(rule).is_numbered
    assert not numbered(replace(rule, manual=True)).is_numbered
