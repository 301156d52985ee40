"""Columns of a sub-table change by the rules of fields: neither values nor options are lost."""

from collections.abc import Callable
from typing import Any

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
    options,
    problems,
)

ITEMS = [{"title": "甲", "shuLiang": 2, "price": "1.55", "kind": "a"}]
BACK = """mutation($v: Int!) { rollBackMetadata(version: $v) {
  applied problems { path code message } } }"""


def columns(**changed: Any) -> list[dict[str, Any]]:
    """Those of the field, with attributes of one by its name; None leaves it out."""
    found = [
        field("品名", "text", name="title"),
        field("数量", "integer", name="shuLiang"),
        field("单价", "amount", name="price"),
        field("类别", "choice", name="kind", choices=options("a", "b")),
    ]
    return [
        {**each, **(changed.get(each["name"]) or {})}
        for each in found
        if changed.get(each["name"], {}) is not None
    ]


@pytest.fixture
def contract(make_company: Callable[[], TestCompany]) -> tuple[TestCompany, str]:
    """A company with a contract that has one item."""
    company = make_company()
    admin = company.client("admin")
    applied(admin, CREATE, o="contract", f=field("明细", "subTable", name="items", rows=columns()))
    customer = company.insert("customer", name="客户", owner=company.people["admin"].number)
    values = {"name": "合同", "customer": f"Customer:{customer}", "amount": "1"}
    made = admin.run(
        "mutation($i: ContractInput!) { createContract(input: $i) { record { id } } }",
        i={**values, "signedOn": "2026-03-31", "items": ITEMS},
    )
    return company, made["createContract"]["record"]["id"]


def items(client: Client, id: str) -> Any:
    found = client.run("query($i: ID!) { contract(id: $i) { items } }", i=id)
    return found["contract"]["items"]


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"title": {"type": "integer"}}, ("rows.0.type", "TYPE_LOSES_VALUES")),
        ({"shuLiang": {"type": "text"}}, ("rows.1.type", "TYPE_NOT_OFFERED")),
        ({"price": {"scale": 1}}, ("rows.2.scale", "TYPE_LOSES_ROWS")),
        ({"price": {"type": "number", "scale": 0}}, ("rows.2.type", "TYPE_LOSES_ROWS")),
        ({"kind": {"choices": options("b", "c")}}, ("rows.3.choices", "OPTION_GONE")),
        (
            {"shuLiang": None, "kind": {"type": "multipleChoice"}},
            ("rows.2.type", "TYPE_NOT_OFFERED"),
        ),
    ],
)
def test_what_would_lose_values_of_a_column_is_refused(
    contract: tuple[TestCompany, str], changed: dict[str, Any], told: tuple[str, str]
) -> None:
    company, id = contract
    admin = company.client("admin")
    found = problems(admin, UPDATE, o="contract", n="items", f={"rows": columns(**changed)})
    assert found == [(f"input.{told[0]}", told[1])]
    assert items(company.client("admin", 1), id) == ITEMS


def test_columns_change_where_nothing_is_lost(contract: tuple[TestCompany, str]) -> None:
    company, id = contract
    admin, other = company.client("admin"), company.client("admin", 1)
    retired = [{**options("a")[0], "retired": True}, *options("b", "c")]
    changed = columns(
        title={"type": "longText", "label": {"zh": "名称"}},
        price={"type": "number", "scale": 4},
        kind={"choices": retired},
    )
    applied(admin, UPDATE, o="contract", n="items", f={"rows": changed})
    assert items(other, id) == ITEMS
    save = "mutation($i: ID!, $f: ContractPatch!) { updateContract(id: $i, input: $f) { record { items } } }"
    again = [*ITEMS, {"title": "乙", "kind": "c"}]
    other.run(save, i=id, f={"items": again})
    assert [each["kind"] for each in items(admin, id)] == ["a", "c"]
    assert differences(company) == []


def test_a_column_that_goes_says_how_many_records_have_values(
    contract: tuple[TestCompany, str],
) -> None:
    company, id = contract
    admin = company.client("admin")
    given = {"rows": columns(shuLiang=None)}
    dry = change(admin, UPDATE, o="contract", n="items", f=given, dry=True)
    assert (dry["problems"], dry["impact"]) == (
        [],
        [{"kind": "values", "name": "contract.items.shuLiang", "detail": "1 records have values"}],
    )
    assert applied(admin, UPDATE, o="contract", n="items", f=given)["impact"] == dry["impact"]
    save = "mutation($i: ID!, $f: ContractPatch!) { updateContract(id: $i, input: $f) { record { items } } }"
    company.client("admin", 1).run(save, i=id, f={"items": items(admin, id), "remark": "留"})


def test_a_stricter_column_counts_the_records_that_break_it(
    contract: tuple[TestCompany, str],
) -> None:
    admin = contract[0].client("admin")
    stricter = columns(title={"maxLength": 1}, shuLiang={"maximum": "1"}, price={"required": True})
    found = applied(admin, UPDATE, o="contract", n="items", f={"rows": stricter})["impact"]
    assert [(each["kind"], each["name"], each["detail"]) for each in found] == [
        ("brokenRule", "contract.items.shuLiang", "1 records are above 1")
    ]


def test_going_back_takes_no_column_that_has_values(contract: tuple[TestCompany, str]) -> None:
    """An option that came since is retired, as one of a field."""
    company, id = contract
    admin = company.client("admin")
    version = admin.run("{ metadata { version } }")["metadata"]["version"]
    colour = field("颜色", "text", name="colour")
    more = [*columns(kind={"choices": options("a", "b", "c")}), colour]
    applied(admin, UPDATE, o="contract", n="items", f={"rows": more})
    save = "mutation($i: ID!, $f: ContractPatch!) { updateContract(id: $i, input: $f) { record { items } } }"
    admin.run(save, i=id, f={"items": [{**ITEMS[0], "kind": "c", "colour": "红"}]})
    refused = change(admin, BACK, v=version)
    assert (refused["applied"], [each["code"] for each in refused["problems"]]) == (
        False,
        ["VALUES_LOST"],
    )
    admin.run(save, i=id, f={"items": [{**ITEMS[0], "kind": "c"}]})
    assert change(admin, BACK, v=version)["applied"]
    rows = admin.run(
        "{ metadata { objects { name fields { name rows { name choices { value retired } } } } } }"
    )
    (fields,) = [o["fields"] for o in rows["metadata"]["objects"] if o["name"] == "contract"]
    (made,) = [each["rows"] for each in fields if each["name"] == "items"]
    assert [each["name"] for each in made] == ["title", "shuLiang", "price", "kind"]
    assert made[-1]["choices"][-1] == {"value": "c", "retired": True}
