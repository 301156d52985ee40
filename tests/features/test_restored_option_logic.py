"""A deleted field that comes back is shown by the options that showed it (FLD-03, FLD-06)."""

from collections.abc import Callable

import pytest

from tests.harness.client import Client
from tests.harness.company import TestCompany
from tests.harness.metadata import (
    CREATE,
    UPDATE,
    applied,
    change,
    differences,
    field,
    of_field,
    options,
)

NEW = "mutation($i: LeadInput!) { createLead(input: $i) { record { id } } }"
BACK = """mutation($v: Int!) { rollBackMetadata(version: $v) {
  applied problems { path code message } } }"""


@pytest.fixture
def lead(make_company: Callable[[], TestCompany]) -> TestCompany:
    """hasBudget "yes" shows budget, which is required."""
    company = make_company()
    admin = company.client("admin")
    applied(admin, CREATE, o="lead", f=field("预算", "amount", name="budget", required=True))
    logic = {
        "choices": options("yes", "no"),
        "shows": [{"option": "yes", "fields": ["budget"]}],
    }
    applied(admin, CREATE, o="lead", f=field("有无预算", "choice", name="hasBudget", **logic))
    return company


def shown(client: Client) -> dict[str, list[str]]:
    found = client.run("{ metadata { objects { name fields { name choices { value shows } } } } }")[
        "metadata"
    ]["objects"]
    (fields,) = [each["fields"] for each in found if each["name"] == "lead"]
    (budget,) = [each for each in fields if each["name"] == "hasBudget"]
    return {each["value"]: each["shows"] for each in budget["choices"]}


def check_logic(company: TestCompany) -> None:
    """Whoever has no budget need not fill it in, who has one must."""
    assert shown(company.client("admin", 1)) == {"yes": ["budget"], "no": []}
    alice = company.client("alice", 1)
    alice.run(NEW, i={"name": "无预算", "hasBudget": "no"})
    refused = alice.refused(NEW, i={"name": "有预算", "hasBudget": "yes"})
    assert [each["code"] for each in refused.problems] == ["REQUIRED"]
    assert differences(company) == []


def test_a_restored_field_is_shown_by_the_options_that_showed_it(lead: TestCompany) -> None:
    admin = lead.client("admin")
    dry = change(admin, of_field("deleteField"), o="lead", n="budget", dry=True)
    assert [(each["kind"], each["name"]) for each in dry["impact"]] == [
        ("optionLogic", "lead.hasBudget")
    ]
    assert applied(admin, of_field("deleteField"), o="lead", n="budget")["impact"] == dry["impact"]
    assert shown(admin) == {"yes": [], "no": []}
    applied(admin, of_field("restoreField"), o="lead", n="budget")
    check_logic(lead)


def test_going_back_restores_option_logic(lead: TestCompany) -> None:
    admin = lead.client("admin")
    version = admin.run("{ metadata { version } }")["metadata"]["version"]
    applied(admin, of_field("deleteField"), o="lead", n="budget")
    assert change(admin, BACK, v=version) == {"applied": True, "problems": []}
    check_logic(lead)


def test_a_field_of_options_says_what_they_show_before_it_goes(lead: TestCompany) -> None:
    admin = lead.client("admin")
    gone = applied(admin, of_field("deleteField"), o="lead", n="hasBudget")
    assert [(each["kind"], each["name"]) for each in gone["impact"]] == [
        ("optionLogic", "lead.budget")
    ]
    applied(admin, of_field("restoreField"), o="lead", n="hasBudget")
    check_logic(lead)


@pytest.mark.parametrize("order", [("budget", "hasBudget"), ("hasBudget", "budget")])
@pytest.mark.parametrize("back", [("budget", "hasBudget"), ("hasBudget", "budget")])
def test_both_come_back_in_whatever_order(
    lead: TestCompany, order: tuple[str, str], back: tuple[str, str]
) -> None:
    admin = lead.client("admin")
    for name in order:
        applied(admin, of_field("deleteField"), o="lead", n=name)
    for name in back:
        applied(admin, of_field("restoreField"), o="lead", n=name)
    check_logic(lead)


def test_a_field_comes_back_without_the_logic_of_what_is_gone(lead: TestCompany) -> None:
    admin = lead.client("admin")
    applied(admin, of_field("deleteField"), o="lead", n="budget")
    applied(admin, of_field("deleteField"), o="lead", n="hasBudget")
    applied(admin, of_field("purgeField"), o="lead", n="hasBudget")
    applied(admin, of_field("restoreField"), o="lead", n="budget")
    applied(admin, UPDATE, o="lead", n="budget", f={"required": False})
    lead.client("alice", 1).run(NEW, i={"name": "平常"})
    assert differences(lead) == []
