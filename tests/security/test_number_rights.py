"""A number tells of the fields that its rule puts into it: who may not know those does not read it."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.harness.company import TestCompany
from tests.harness.metadata import CREATE, UPDATE, applied, field

SET = "mutation($r: ID!, $f: [FieldAccessRuleInput!]!) { setFieldAccess(role: $r, fields: $f) }"
PLAIN = {"kind": "COUNTER"}


def rule(*parts: dict[str, str]) -> dict[str, Any]:
    return {"parts": [*parts, PLAIN], "start": 1, "step": 1, "digits": 3, "reset": "NEVER"}


@pytest.fixture
def fresh(make_company: Callable[[], TestCompany]) -> TestCompany:
    """A customer of alice with numbers made of a text and of a day, and formulas over both."""
    company = make_company()
    admin = company.client("admin")
    by_text, by_day = (
        rule({"kind": "FIELD", "field": "secret"}),
        rule({"kind": "DATE", "field": "day", "format": "yyyyMMdd"}),
    )
    for each in (
        field("密", "text", name="secret"),
        field("日", "date", name="day"),
        field("甲", "autoNumber", name="coded", unique=True, searchable=True, numberRule=by_text),
        field("乙", "autoNumber", name="dated", unique=True, numberRule=by_day),
        field("丙", "autoNumber", name="plain", unique=True, numberRule=rule()),
        field("丁", "text", name="hint", formula="LEFT(coded, 3)"),
    ):
        applied(admin, CREATE, o="customer", f=each)
    admin.run(
        'mutation { createCustomer(input: {name: "甲", secret: "TOP", day: "2026-03-31"})'
        " { record { id } } }"
    )
    company.sql("update {s}.customer set owner_id = :o", o=company.people["alice"].number)
    return company


ALL = {"coded": "TOP001", "dated": "20260331001", "plain": "001", "hint": "TOP"}


def allow(company: TestCompany, name: str, access: str, masked: bool = False) -> None:
    role = company.value("select id from {s}.role where key = 'salesperson'")
    rules = [{"object": "customer", "field": name, "access": access, "masked": masked}]
    company.client("admin").run(SET, r=f"Role:{role}", f=rules)


def seen(company: TestCompany, person: str = "alice") -> Any:
    (node,) = company.client(person).run(f"{{ customers {{ nodes {{ {' '.join(ALL)} }} }} }}")[
        "customers"
    ]["nodes"]
    return node


def refused(company: TestCompany, name: str) -> set[str]:
    """The codes that any use of the field but a selection gives."""
    ask = company.client("alice").refused
    return {
        ask(f'{{ customers(where: {{{name}: {{startsWith: "T"}}}}) {{ nodes {{ id }} }} }}').code,
        ask(f"{{ customers(orderBy: [{{{name}: ASC}}]) {{ nodes {{ id }} }} }}").code,
        ask(f"{{ customers {{ aggregate {{ countDistinct {{ {name} }} }} }} }}").code,
    }


def found(company: TestCompany, person: str) -> int:
    """How many customers the search box finds by a piece of the hidden text."""
    answer = company.client(person).run('{ customers(search: "TOP") { totalCount } }')
    count: int = answer["customers"]["totalCount"]
    return count


def test_who_may_read_what_a_number_is_made_of_reads_the_number(fresh: TestCompany) -> None:
    assert seen(fresh) == seen(fresh, "admin") == ALL
    assert found(fresh, "alice") == 1


@pytest.mark.parametrize(("name", "gone"), [("secret", {"coded", "hint"}), ("day", {"dated"})])
def test_a_number_made_of_a_hidden_field_is_neither_shown_nor_asked_by(
    fresh: TestCompany, name: str, gone: set[str]
) -> None:
    allow(fresh, name, "HIDDEN")
    assert seen(fresh) == {each: None if each in gone else text for each, text in ALL.items()}
    assert seen(fresh, "admin") == ALL
    for each in gone:
        assert refused(fresh, each) == {"FIELD_FORBIDDEN"}
    assert (found(fresh, "alice"), found(fresh, "admin")) == (0 if "coded" in gone else 1, 1)


def test_numbers_stay_hidden_when_the_rule_no_longer_names_the_field(fresh: TestCompany) -> None:
    allow(fresh, "secret", "HIDDEN")
    applied(fresh.client("admin"), UPDATE, o="customer", n="coded", f={"numberRule": rule()})
    assert seen(fresh)["coded"] is None
    assert seen(fresh, "admin") == ALL
