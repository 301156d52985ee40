"""The operation log shows nobody what he could not see while it was a field (OBJ-12, B3)."""

import pytest

from tests.harness.client import Client
from tests.harness.company import TestCompany
from tests.harness.metadata import CREATE, applied, field, of_field

SET = "mutation($r: ID!, $f: [FieldAccessRuleInput!]!) { setFieldAccess(role: $r, fields: $f) }"
LOG = (
    "query($i: ID!) { customer(id: $i) { operationLog { nodes { changes } } }"
    " operationLogs(where: {record: {eq: $i}}) { nodes { changes } } }"
)
WRITE = (
    "mutation($i: ID!, $v: CustomerPatch!) { updateCustomer(id: $i, input: $v) { record { id } } }"
)
SHARE = (
    "mutation($c: ID!, $u: ID!) { addTeamMembers(ids: [$c], users: [$u], access: READ) { done } }"
)
FIELDS = {"salary": "text", "phone": "mobile", "open": "text", "other": "relation"}


def logged(client: Client, record: str) -> dict[str, object]:
    """The newest new value by name of field, the same by both ways to the log."""
    found = client.run(LOG, i=record)
    ways = (found["customer"]["operationLog"]["nodes"], found["operationLogs"]["nodes"])
    one, other = (
        {each["field"]: each["new"] for node in reversed(nodes) for each in node["changes"]}
        for nodes in ways
    )
    assert one == other
    return one


@pytest.fixture(scope="module")
def record(company: TestCompany) -> tuple[str, str]:
    """alice's customer with four fields that are deleted since; the customer one referred to."""
    admin, alice = company.client("admin"), company.client("alice")
    for name, type in FIELDS.items():
        target = {"target": "customer"} if type == "relation" else {}
        made = field(name, type, name=name, maskable=name == "phone", **target)
        applied(admin, CREATE, o="customer", f=made)
    rules = [("salary", "HIDDEN", False), ("phone", "READ", True)]
    role = company.value("select id from {s}.role where key = 'salesperson'")
    admin.run(
        SET,
        r=f"Role:{role}",
        f=[{"object": "customer", "field": n, "access": a, "masked": m} for n, a, m in rules],
    )
    make = "mutation($n: String) { createCustomer(input: {name: $n}) { record { id } } }"
    unseen = company.client("carol").run(make, n="别人的")["createCustomer"]["record"]["id"]
    mine = alice.run(make, n="自己的")["createCustomer"]["record"]["id"]
    values = {"salary": "99999", "phone": "13812345678", "open": "公开", "other": unseen}
    admin.run(WRITE, i=mine, v={**values, "remark": "备注"})
    admin.run(SHARE, c=mine, u=company.people["bob"].id)
    assert logged(alice, mine)["open"] == "公开"
    for name in FIELDS:
        applied(admin, of_field("deleteField"), o="customer", n=name)
    return mine, unseen


def test_values_of_deleted_fields_are_in_nobodys_log(
    company: TestCompany, record: tuple[str, str]
) -> None:
    found = logged(company.client("alice"), record[0])
    assert not found.keys() & FIELDS.keys()
    assert found["remark"] == "备注"


def test_the_super_administrator_sees_values_of_deleted_fields(
    company: TestCompany, record: tuple[str, str]
) -> None:
    mine, unseen = record
    found = logged(company.client("admin"), mine)
    assert {name: found[name] for name in FIELDS} == {
        "salary": "99999",
        "phone": "13812345678",
        "open": "公开",
        "other": unseen,
    }


def test_changes_of_the_team_are_in_the_log_of_whoever_sees_the_record(
    company: TestCompany, record: tuple[str, str]
) -> None:
    bob = company.people["bob"].id
    for person in ("alice", "bob", "admin"):
        member = logged(company.client(person), record[0])["teamMembers"]
        assert isinstance(member, dict) and member["user"] == bob
