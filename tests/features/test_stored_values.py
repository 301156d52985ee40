"""A form that sends a whole record can save, though rules became stricter since (FLD-05)."""

from typing import Any

import pytest

from tests.harness.client import Client
from tests.harness.company import TestCompany
from tests.harness.metadata import CREATE, UPDATE, applied, field, options

MADE = "mutation($i: CustomerInput!) { createCustomer(input: $i) { record { id } } }"
SAVE = """mutation($id: ID!, $i: CustomerPatch!) {
  updateCustomer(id: $id, input: $i) { record { version marks tier tags count items } } }"""
UPSERT = """mutation($by: CustomerKey!, $i: CustomerInput!) {
  upsertCustomer(by: $by, input: $i) { record { id } } }"""
BATCH = """mutation($ids: [ID!]!, $i: CustomerPatch!) {
  batchUpdateCustomers(ids: $ids, input: $i) { done failed { code } } }"""
VALUES: dict[str, Any] = {
    "marks": "十个字的很长的一段文字",
    "tier": "gold",
    "tags": ["gold", "tin"],
    "count": 99,
    "price": "99.50",
    "items": [{"what": "很长的品名", "kind": "gold"}, {"what": "短", "kind": "tin"}],
}
METALS = options("gold", "tin")
LATER = [{**METALS[0], "retired": True}, METALS[1]]


def rows(most: int | None, choices: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        field("品名", "text", name="what", maxLength=most),
        field("金属", "choice", name="kind", choices=choices),
    ]


@pytest.fixture(scope="module")
def id(company: TestCompany) -> str:
    """A customer whose values no longer fit what has become of their fields."""
    admin = company.client("admin")
    for each in (
        field("长文", "text", name="marks"),
        field("等级甲", "choice", name="tier", choices=METALS),
        field("金属们", "multipleChoice", name="tags", choices=METALS),
        field("数目", "integer", name="count"),
        field("单价", "amount", name="price"),
        field("明细", "subTable", name="items", rows=rows(None, METALS)),
    ):
        applied(admin, CREATE, o="customer", f=each)
    made = admin.run(MADE, i={"name": "老客户", **VALUES})["createCustomer"]["record"]["id"]
    for name, patch in (
        ("marks", {"maxLength": 3}),
        ("tier", {"choices": LATER}),
        ("tags", {"choices": LATER}),
        ("count", {"maximum": "10"}),
        ("price", {"maximum": "10"}),
        ("items", {"rows": rows(2, LATER)}),
    ):
        applied(admin, UPDATE, o="customer", n=name, f=patch)
    return str(made)


def refusals(client: Client, id: str, **values: Any) -> list[tuple[str, str]]:
    found = client.refused(SAVE, id=id, i=values).problems
    return sorted((".".join(map(str, each["path"])), each["code"]) for each in found)


def version(company: TestCompany, id: str) -> int:
    found = company.client("admin").run("query($i: ID!) { customer(id: $i) { version } }", i=id)
    return int(found["customer"]["version"])


def test_a_whole_record_is_sent_back_as_it_is(company: TestCompany, id: str) -> None:
    """And nothing of it is written."""
    before = version(company, id)
    for name, value in VALUES.items():
        company.client("admin", 1).run(SAVE, id=id, i={name: value})
    company.client("admin").run(SAVE, id=id, i=VALUES)
    assert version(company, id) == before


def test_what_differs_is_saved_beside_what_does_not(company: TestCompany, id: str) -> None:
    before = version(company, id)
    made = company.client("admin", 1).run(SAVE, id=id, i={**VALUES, "mobile": "13800000000"})
    assert made["updateCustomer"]["record"] == {
        "version": before + 1,
        **{name: VALUES[name] for name in ("marks", "tier", "tags", "count", "items")},
    }


def test_batches_and_upserts_take_stored_values_too(company: TestCompany, id: str) -> None:
    admin = company.client("admin")
    done = admin.run(BATCH, ids=[id], i={"tier": "gold", "count": 99})["batchUpdateCustomers"]
    assert done == {"done": [id], "failed": []}
    found = admin.run(UPSERT, by={"name": "老客户"}, i={"name": "老客户", **VALUES})
    assert found["upsertCustomer"]["record"] == {"id": id}


def test_a_record_is_found_by_a_value_that_is_too_long_by_now(company: TestCompany) -> None:
    admin = company.client("admin")
    name = "一个相当长的客户名称"
    made = admin.run(MADE, i={"name": name})["createCustomer"]["record"]
    applied(admin, UPDATE, o="customer", n="name", f={"maxLength": 5})
    try:
        found = admin.run(UPSERT, by={"name": name}, i={"name": name, "count": 1})
        assert found["upsertCustomer"]["record"] == made
        other = f"{name}二"
        refused = admin.refused(UPSERT, by={"name": other}, i={"name": other})
        assert [(each["path"], each["code"]) for each in refused.problems] == [
            (["by", "name"], "TOO_LONG")
        ]
    finally:
        applied(admin, UPDATE, o="customer", n="name", f={"maxLength": None})


def test_only_what_is_new_is_judged(company: TestCompany, id: str) -> None:
    admin, before = company.client("admin"), version(company, id)
    new = {"marks": "另外一段", "count": 98, "price": "99.51", "tags": ["gold", "lead"]}
    assert refusals(admin, id, **{**VALUES, **new}) == [
        ("input.count", "OUT_OF_RANGE"),
        ("input.marks", "TOO_LONG"),
        ("input.price", "OUT_OF_RANGE"),
        ("input.tags", "UNKNOWN_OPTION"),
    ]
    first, second = VALUES["items"]
    assert refusals(admin, id, items=[{**second, "what": "也很长"}, first]) == [
        ("input.items.0.what", "TOO_LONG")
    ]
    assert version(company, id) == before


def test_a_list_keeps_the_retired_options_it_has(company: TestCompany, id: str) -> None:
    admin = company.client("admin")
    first, second = VALUES["items"]
    items = [{**second, "kind": "tin"}, first, {"what": "新"}]
    made = admin.run(SAVE, id=id, i={"tags": ["gold"], "items": items})["updateCustomer"]
    assert (made["record"]["tags"], made["record"]["items"]) == (["gold"], items)
    admin.run(SAVE, id=id, i={"tags": ["tin"]})
    assert refusals(admin, id, tags=["gold"]) == [("input.tags", "UNKNOWN_OPTION")]
    admin.run(SAVE, id=id, i={"items": VALUES["items"]})


def test_a_new_record_gets_nothing_for_old_values(company: TestCompany, id: str) -> None:
    refused = company.client("admin").refused(MADE, i={"name": "新客户", **VALUES})
    assert {each["path"][1] for each in refused.problems} == set(VALUES)


def test_a_blank_in_a_field_that_became_required_is_told(company: TestCompany) -> None:
    admin = company.client("admin")
    made = admin.run(MADE, i={"name": "无必填"})["createCustomer"]["record"]["id"]
    applied(admin, CREATE, o="customer", f=field("必填", "text", name="must", required=True))
    assert refusals(admin, made, must=None) == [("input.must", "REQUIRED")]
    admin.run(SAVE, id=made, i={"mobile": "13800000001"})
