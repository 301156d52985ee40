"""Option logic through HTTP (FLD-06): what choices hide is neither required nor stored."""

from typing import Any

import pytest

from tests.harness.client import GraphQLFailure
from tests.harness.company import TestCompany
from tests.harness.fields import change_fields, custom, options

CREATE = """mutation($i: CustomerInput!) {
  createCustomer(input: $i) { record { id kind reason details deadline } }
}"""
UPDATE = """mutation($id: ID!, $i: CustomerPatch!) {
  updateCustomer(id: $id, input: $i) { record { kind reason details deadline } }
}"""


@pytest.fixture(scope="module", autouse=True)
def logic(company: TestCompany) -> None:
    """kind OTHER shows reason; reason SLOW shows deadline; kind BAD and OTHER show details."""
    kind = custom(
        "kind",
        "choice",
        choices=options("GOOD", "BAD", "OTHER"),
        shows=(("BAD", ("details",)), ("OTHER", ("reason", "details"))),
    )
    reason = custom(
        "reason",
        "multipleChoice",
        required=True,
        choices=options("SLOW", "DEAR"),
        shows=(("SLOW", ("deadline",)),),
    )
    change_fields(
        company,
        "customer",
        kind,
        reason,
        custom("details", "text", max_length=10),
        custom("deadline", "date", required=True),
    )


def create(company: TestCompany, name: str, **values: Any) -> dict[str, Any]:
    made = company.client("alice").run(CREATE, i={"name": name, **values})
    found: dict[str, Any] = made["createCustomer"]["record"]
    return found


def update(company: TestCompany, id: str, **values: Any) -> dict[str, Any]:
    made = company.client("alice", 1).run(UPDATE, id=id, i=values)
    found: dict[str, Any] = made["updateCustomer"]["record"]
    return found


def told(failure: GraphQLFailure) -> list[tuple[str, str]]:
    return sorted((".".join(map(str, p["path"])), p["code"]) for p in failure.problems)


def test_hidden_fields_are_not_required(company: TestCompany) -> None:
    made = create(company, "逻辑 1", kind="GOOD")
    del made["id"]
    assert made == {"kind": "GOOD", "reason": None, "details": None, "deadline": None}


def test_what_is_given_for_a_hidden_field_is_neither_checked_nor_stored(
    company: TestCompany,
) -> None:
    made = create(
        company, "逻辑 2", kind="GOOD", details="x" * 50, reason=["NONE"], deadline="2026-01-01"
    )
    assert (made["reason"], made["details"], made["deadline"]) == (None, None, None)


def test_visible_fields_are_required_and_checked_all_together(company: TestCompany) -> None:
    values = {"name": "逻辑 3", "kind": "OTHER", "details": "x" * 50}
    failure = company.client("alice").refused(CREATE, i=values)
    assert told(failure) == [("input.details", "TOO_LONG"), ("input.reason", "REQUIRED")]


def test_a_chain_shows_and_hides_over_two_steps(company: TestCompany) -> None:
    failure = company.client("alice").refused(
        CREATE, i={"name": "逻辑 4", "kind": "OTHER", "reason": ["SLOW"]}
    )
    assert told(failure) == [("input.deadline", "REQUIRED")]
    made = create(
        company, "逻辑 4", kind="OTHER", reason=["SLOW"], details="见附件", deadline="2026-01-01"
    )
    id = made.pop("id")
    assert made["deadline"] == "2026-01-01"
    assert update(company, id, kind="BAD") == {
        "kind": "BAD",
        "reason": None,
        "details": "见附件",
        "deadline": None,
    }


def test_what_becomes_hidden_is_emptied_and_logged(company: TestCompany) -> None:
    made = create(company, "逻辑 5", kind="OTHER", reason=["DEAR"], details="太贵")
    update(company, made["id"], kind="GOOD")
    (row,) = company.sql(
        "select changes from {s}.operation_log where record_object = 'customer'"
        " and action = 'update' and record_id = :id",
        id=int(made["id"][9:]),
    )
    changes = {each["field"]: (each["old"], each["new"]) for each in row["changes"]}
    assert changes == {
        "kind": ("OTHER", "GOOD"),
        "reason": (["DEAR"], None),
        "details": ("太贵", None),
    }


def test_what_becomes_visible_must_be_filled_in(company: TestCompany) -> None:
    id = create(company, "逻辑 6", kind="GOOD")["id"]
    failure = company.client("alice").refused(UPDATE, id=id, i={"kind": "OTHER"})
    assert told(failure) == [("input.reason", "REQUIRED")]
    found = update(company, id, kind="OTHER", reason=["DEAR"])
    assert (found["kind"], found["reason"]) == ("OTHER", ["DEAR"])


def test_a_value_for_what_stays_hidden_is_left_out_of_an_update(company: TestCompany) -> None:
    id = create(company, "逻辑 7", kind="GOOD")["id"]
    assert update(company, id, details="不该有")["details"] is None
    assert company.value("select version from {s}.customer where id = :i", i=int(id[9:])) == 1


def test_an_edit_of_something_else_leaves_older_values_alone(company: TestCompany) -> None:
    """A record from before the logic loses nothing until a choice of it is touched."""
    number = company.insert(
        "customer", name="逻辑 8", details="旧值", owner=company.people["alice"].number
    )
    query = "mutation($id: ID!, $i: CustomerPatch!) { updateCustomer(id: $id, input: $i) { record { details } } }"
    client = company.client("alice")
    found = client.run(query, id=f"Customer:{number}", i={"remark": "改"})
    assert found["updateCustomer"]["record"]["details"] == "旧值"


def test_a_batch_tells_each_record_by_itself(company: TestCompany) -> None:
    good = create(company, "逻辑 9", kind="GOOD")["id"]
    other = create(company, "逻辑 10", kind="OTHER", reason=["DEAR"], details="d")["id"]
    query = """mutation($ids: [ID!]!, $i: CustomerPatch!) {
      batchUpdateCustomers(ids: $ids, input: $i) { done failed { id code } } }"""
    client = company.client("alice")
    made = client.run(query, ids=[good, other], i={"kind": "OTHER"})["batchUpdateCustomers"]
    assert made == {"done": [other], "failed": [{"id": good, "code": "INVALID_INPUT"}]}
    made = client.run(query, ids=[good, other], i={"kind": "GOOD"})["batchUpdateCustomers"]
    assert made == {"done": [good, other], "failed": []}
    rows = company.sql(
        "select c_reason, c_details from {s}.customer where id = :i", i=int(other[9:])
    )
    assert rows == [{"c_reason": None, "c_details": None}]


def test_an_upsert_follows_the_logic_both_ways(company: TestCompany) -> None:
    query = """mutation($by: CustomerKey!, $i: CustomerInput!) {
      upsertCustomer(by: $by, input: $i) { record { kind reason details } } }"""
    client = company.client("alice")
    by = {"name": "逻辑 11"}
    first = {"kind": "GOOD", "details": "不"}
    made = client.run(query, by=by, i=first)["upsertCustomer"]["record"]
    assert made == {"kind": "GOOD", "reason": None, "details": None}
    failure = client.refused(query, by=by, i={"kind": "OTHER"})
    assert told(failure) == [("input.reason", "REQUIRED")]
    made = client.run(query, by=by, i={"kind": "BAD", "details": "是"})["upsertCustomer"]["record"]
    assert made == {"kind": "BAD", "reason": None, "details": "是"}


def test_a_form_is_told_which_options_show_what(company: TestCompany) -> None:
    query = "{ metadata { objects { name fields { name choices { value shows } } } } }"
    objects = company.client("alice").run(query)["metadata"]["objects"]
    (fields,) = [item["fields"] for item in objects if item["name"] == "customer"]
    (kind,) = [field for field in fields if field["name"] == "kind"]
    assert kind["choices"] == [
        {"value": "GOOD", "shows": []},
        {"value": "BAD", "shows": ["details"]},
        {"value": "OTHER", "shows": ["reason", "details"]},
    ]
