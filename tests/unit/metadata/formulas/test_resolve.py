"""What follows from formulas and roll-ups: inputs, order, circles, and what cannot be computed."""

import json
from itertools import pairwise
from typing import Any

import pytest

from engine.base.messages import problem_message
from metadata.formulas.resolve import in_order, resolve
from metadata.formulas.sql import formula_sql
from metadata.model import FieldDef, Label, ObjectDef, RollUpDef
from metadata.snapshot import Snapshot
from metadata.standard import STANDARD
from tests.harness.objects import Objects, with_fields

TOTAL = RollUpDef(relation="opportunities", function="sum", field="amount")


def made(name: str, formula: str = "", type: str = "number", **more: Any) -> FieldDef:
    return FieldDef(
        name=name, type=type, label=Label(name, name), column=name, formula=formula, **more
    )


def customers(*fields: FieldDef, base: Objects = STANDARD.objects) -> Objects:
    return with_fields(base, "customer", *fields)


def customer(objects: tuple[ObjectDef, ...]) -> ObjectDef:
    return next(each for each in objects if each.name == "customer")


def codes(*fields: FieldDef, base: Objects = STANDARD.objects) -> list[tuple[Any, str]]:
    return [(p.path[1], p.code) for p in resolve(customers(*fields, base=base)).problems]


def test_objects_without_computed_fields_stay_as_they_are() -> None:
    assert resolve(STANDARD.objects).objects == STANDARD.objects


def test_formulas_are_ordered_by_what_they_use() -> None:
    found = resolve(customers(made("a", "b + c"), made("b", "c * 2"), made("c", "LEN(name)")))
    assert [field.name for field in in_order(customer(found.objects))] == ["c", "b", "a"]


def test_a_field_reads_what_its_inputs_read() -> None:
    base = with_fields(STANDARD.objects, "opportunity", made("half", "amount / 2"))
    rolled = RollUpDef(relation="opportunities", function="sum", field="half")
    fields = (made("total", roll_up=rolled), made("more", "total + LEN(name)"))
    found = Snapshot(1, resolve(customers(*fields, base=base)).objects)
    assert found.field("customer", "more").reads == (
        "customer.name",
        "customer.total",
        "opportunity",
        "opportunity.amount",
        "opportunity.customer",
        "opportunity.half",
    )
    assert found.field("customer", "more").read_only


def test_what_moves_with_time_has_no_column_and_neither_has_what_uses_it() -> None:
    fields = (
        made("age", "DAYS(TODAY(), createdAt)"),
        made("old", "age * 2"),
        made("n", "LEN(name)"),
    )
    found = customer(resolve(customers(*fields)).objects)
    assert {f.name: f.virtual for f in found.fields if f.computed} == {
        "age": True,
        "old": True,
        "n": False,
    }


def test_a_circle_is_refused_and_named() -> None:
    found = resolve(customers(made("a", "b + 1"), made("b", "a + 1")))
    (problem,) = found.problems
    assert problem.code == "FORMULA_CYCLE"
    assert "customer.a" in problem_message(problem, "en")
    assert "customer.b" in problem_message(problem, "zh")


def test_a_circle_through_a_roll_up_is_refused() -> None:
    rolled = RollUpDef(relation="children", function="sum", field="total")
    fields = (made("below", roll_up=rolled), made("total", "below + 1"))
    assert [code for _, code in codes(*fields)] == ["FORMULA_CYCLE"]


@pytest.mark.parametrize(
    ("field", "code"),
    [
        (made("x", "1", required=True), "COMPUTED_ATTRIBUTE"),
        (made("x", "1", default="=1"), "COMPUTED_ATTRIBUTE"),
        (made("x", "1", roll_up=TOTAL), "COMPUTED_ATTRIBUTE"),
        (made("x", "'a'", "email"), "FORMULA_RESULT"),
        (made("x", "YEAR(NOW())", unique=True), "FORMULA_TIMED"),
        (made("x", "owner"), "FORMULA_TYPE"),
        (made("x", "1 +"), "FORMULA_SYNTAX"),
        (made("x", roll_up=RollUpDef(relation="nope", function="count")), "ROLL_UP_RELATION"),
        (
            made("x", roll_up=RollUpDef(relation="contacts", function="median", field="name")),
            "FORMULA_UNKNOWN_FUNCTION",
        ),
        (
            made("x", roll_up=RollUpDef(relation="contacts", function="sum", field="name")),
            "FORMULA_TYPE",
        ),
        (
            made("x", roll_up=RollUpDef(relation="contacts", function="count", field="name")),
            "FORMULA_UNKNOWN_FUNCTION",
        ),
        (
            made("x", type="text", roll_up=RollUpDef(relation="contacts", function="count")),
            "FORMULA_TYPE",
        ),
        (
            made("x", roll_up=RollUpDef(relation="opportunities", function="sum", field="none")),
            "FORMULA_UNKNOWN_FIELD",
        ),
    ],
)
def test_what_cannot_be_computed_is_told(field: FieldDef, code: str) -> None:
    assert codes(field) == [("x", code)]


@pytest.mark.parametrize(
    "where",
    [
        "[]",
        "{",
        '{"amount": 1}',
        '{"amount": {"gt": "x"}}',
        '{"amount": {"gt": null}}',
        '{"amount": {"like": "1"}}',
        '{"name": {"endsWith": "1"}}',
        '{"amount": {"between": ["1"]}}',
        '{"name": {"in": []}}',
        '{"outcome": {"eq": "NOPE"}}',
        '{"customer": {"eq": "Customer:1"}}',
        '{"amount": {"isNull": 1}}',
    ],
)
def test_a_filter_that_is_none_is_refused(where: str) -> None:
    rolled = RollUpDef(relation="opportunities", function="count", where=where)
    assert codes(made("x", type="integer", roll_up=rolled)) in (
        [("x", "ROLL_UP_FILTER")],
        [("x", "FORMULA_TYPE")],
    )


def test_a_filter_counts_among_what_is_read() -> None:
    where = json.dumps({"outcome": {"in": ["WON"]}, "expectedCloseOn": {"isNull": False}})
    rolled = RollUpDef(relation="opportunities", function="count", where=where)
    found = customer(resolve(customers(made("x", type="integer", roll_up=rolled))).objects)
    (field,) = [f for f in found.fields if f.computed]
    assert set(field.reads) >= {"opportunity.outcome", "opportunity.expectedCloseOn"}


def test_a_roll_up_over_what_moves_with_time_is_refused() -> None:
    base = with_fields(STANDARD.objects, "opportunity", made("age", "DAYS(TODAY(), createdAt)"))
    rolled = RollUpDef(relation="opportunities", function="max", field="age")
    assert codes(made("x", roll_up=rolled), base=base) == [("x", "FORMULA_TIMED")]


def nested_case(levels: int) -> str:
    formula = "name"
    for _ in range(levels):
        formula = f'CASE({formula}, "a", "b", "c", "d", "e")'
    return formula


def test_a_case_is_as_long_as_its_arguments_together() -> None:
    fields = {each.name: each for each in customer(STANDARD.objects).fields}
    lengths = [
        len(formula_sql(fields, made("x", nested_case(levels), "text"), "new", "z"))
        for levels in (1, 2, 3, 12)
    ]
    assert lengths[2] - lengths[1] == lengths[1] - lengths[0]
    assert lengths[3] - lengths[0] == 11 * (lengths[1] - lengths[0])


CHAIN = [made("v0", 'IF(TODAY() > DATE(2020, 1, 1), "a", "b")', "text")] + [
    made(f"v{n}", "&".join([f"v{n - 1}"] * 14), "text") for n in range(1, 5)
]


def test_what_is_computed_in_place_is_bounded_all_together() -> None:
    assert codes(*CHAIN[:3]) == []
    assert codes(*CHAIN) == [("v3", "FORMULA_TOO_LARGE")]


def test_a_change_that_makes_a_formula_above_too_large_is_told_there() -> None:
    longer = made("v0", "&".join(["TODAY()"] * 60), "text")
    assert codes(longer, *CHAIN[1:3]) == [("v2", "FORMULA_TOO_LARGE")]


def test_what_is_computed_in_place_does_not_nest_without_end() -> None:
    names = ["v0", *(f"w{n}" for n in range(9))]
    links = [made(n, f"{m}{'&name' * 99}", "text") for m, n in pairwise(names)]
    assert codes(CHAIN[0], *links) == [("w4", "FORMULA_TOO_DEEP")]


def test_a_filter_of_a_roll_up_is_bounded() -> None:
    where = json.dumps({"name": {"in": [f"{n:03}" + "千" * 200 for n in range(100)]}})
    rolled = RollUpDef(relation="opportunities", function="count", where=where)
    assert codes(made("x", type="integer", roll_up=rolled)) == [("x", "FORMULA_TOO_LARGE")]
