"""FLD-08: how much a formula may be, through HTTP: what is taken works, what is too much is told."""

from typing import Any

import pytest

from tests.harness.client import Client
from tests.harness.company import TestCompany
from tests.harness.metadata import CREATE, UPDATE, applied, change, differences, field, problems

CREATE_CUSTOMER = """mutation($n: String!) {
  createCustomer(input: {name: $n, remark: "b"}) { record { id } } }"""
MANY = 200  # twice what PostgreSQL takes as arguments of a function


@pytest.fixture(scope="module")
def admin(company: TestCompany) -> Client:
    return company.client("admin")


def add(admin: Client, name: str, type: str, formula: str) -> None:
    applied(admin, CREATE, o="customer", f=field(name, type, name=name, formula=formula))


def value(admin: Client, name: str) -> Any:
    """The field of a customer made now."""
    made = admin.run(CREATE_CUSTOMER, n=name)["createCustomer"]["record"]["id"]
    read = f"query($i: ID!) {{ customer(id: $i) {{ {name} }} }}"
    return admin.run(read, i=made)["customer"][name]


def nested_case(levels: int) -> str:
    formula = "remark"
    for _ in range(levels):
        formula = f'CASE({formula}, "a", "b", "b", "a", "e")'
    return formula


def test_nested_cases_compute(company: TestCompany, admin: Client) -> None:
    add(admin, "cases", "text", nested_case(35))
    assert value(admin, "cases") == "a"
    assert differences(company) == []


def test_a_case_takes_blank_for_blank(admin: Client) -> None:
    add(admin, "blankCase", "text", 'CASE(telephone, "1", "one", BLANK, "none", "other")')
    assert value(admin, "blankCase") == "none"


@pytest.mark.parametrize(
    ("name", "type", "formula", "expected"),
    [
        ("manySum", "integer", f"SUM({', '.join(['LEN(remark)', 'BLANK'] * MANY)})", MANY),
        ("manyAverage", "integer", f"AVERAGE({', '.join(['LEN(remark)', '3'] * MANY)})", 2),
        ("manyProduct", "integer", f"PRODUCT({', '.join(['LEN(remark)'] * MANY)})", 1),
        ("manyCount", "integer", f"COUNT({', '.join(['remark', 'telephone'] * MANY)})", MANY),
        ("manyMax", "integer", f"MAX({', '.join(['LEN(remark)'] * MANY)})", 1),
        ("manyMin", "integer", f"MIN({', '.join(['LEN(remark)'] * MANY)})", 1),
        ("manyLess", "integer", f"SUBTRACTS({', '.join(['LEN(remark)'] * MANY)})", 2 - MANY),
        ("manyAnd", "boolean", f"AND({', '.join(['TRUE'] * MANY)})", True),
        ("manyOr", "boolean", f"OR({', '.join(['FALSE'] * MANY)}, ISNULL(telephone))", True),
        ("manyCase", "text", "CASE(remark, " + '"a", "1", ' * 200 + '"b", "2")', "2"),
        ("manyJoin", "text", "&".join(["remark"] * 499), "b" * 499),
        ("manyPlus", "integer", "+".join(["1"] * 499), 499),
        ("timedCount", "integer", f"COUNT({', '.join(['TODAY()'] * MANY)})", MANY),
    ],
)
def test_a_function_takes_many_arguments(
    admin: Client, name: str, type: str, formula: str, expected: object
) -> None:
    add(admin, name, type, formula.replace(", ", ","))
    assert value(admin, name) == expected


def test_formulas_over_time_are_bounded_with_what_they_use(
    company: TestCompany, admin: Client
) -> None:
    add(admin, "v0", "text", 'IF(TODAY() > DATE(2020, 1, 1), "a", "b")')
    add(admin, "v1", "text", "&".join(["v0"] * 14))
    add(admin, "v2", "text", "&".join(["v1"] * 14))
    assert value(admin, "v2") == "a" * 14 * 14
    given = field("v3", "text", name="v3", formula="&".join(["v2"] * 14))
    for dry in (True, False):
        told = change(admin, CREATE, o="customer", f=given, dry=dry)
        assert [(p["path"], p["code"]) for p in told["problems"]] == [
            (["input", "formula"], "FORMULA_TOO_LARGE")
        ]
    assert "100000" in told["problems"][0]["message"]
    longer = {"formula": "&".join(["TODAY()"] * 40)}
    assert problems(admin, UPDATE, o="customer", n="v0", f=longer) == [
        ("customer.v2", "FORMULA_TOO_LARGE")
    ]
    assert differences(company) == []


def test_the_deepest_formula_over_time_that_is_taken_is_read(admin: Client) -> None:
    add(admin, "d0", "text", "LEFT(TODAY() & BLANK, 1)" + '&"a"' * 160)
    add(admin, "d1", "text", "d0" + '&"a"' * 160)
    add(admin, "d2", "text", "d1" + '&"a"' * 160)
    assert value(admin, "d2") == "2" + "a" * 480
    given = field("d3", "text", name="d3", formula="d2" + '&"a"' * 160)
    assert problems(admin, CREATE, o="customer", f=given, dry=True) == [
        ("input.formula", "FORMULA_TOO_DEEP")
    ]
