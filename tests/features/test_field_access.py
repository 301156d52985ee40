"""FLD-09, peer fact 1.10: what a role may do with a field, everywhere a field can turn up."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.harness.company import TestCompany, grant_role

SET = """mutation($r: ID!, $f: [FieldAccessRuleInput!]!) { setFieldAccess(role: $r, fields: $f) }"""
MOBILE, EMAIL, AMOUNT, SECRET = "13812345678", "someone@example.com", "98765.43", "绝密备注"


def role(company: TestCompany, key: str) -> str:
    return f"Role:{company.value('select id from {s}.role where key = :key', key=key)}"


def allow(company: TestCompany, key: str, object: str, **fields: tuple[str, bool]) -> None:
    rules = [
        {"object": object, "field": name, "access": access, "masked": masked}
        for name, (access, masked) in fields.items()
    ]
    company.client("admin").run(SET, r=role(company, key), f=rules)


@pytest.fixture
def fresh(make_company: Callable[[], TestCompany]) -> TestCompany:
    """A company where alice has one customer with an opportunity and an expense."""
    company = make_company()
    alice = company.client("alice")
    customer = alice.run(
        "mutation($i: CustomerInput!) { createCustomer(input: $i) { record { id } } }",
        i={"name": "千丝", "mobile": MOBILE, "email": EMAIL, "remark": SECRET},
    )["createCustomer"]["record"]["id"]
    alice.run(
        "mutation($i: OpportunityInput!) { createOpportunity(input: $i) { record { id } } }",
        i={"name": "商机", "customer": customer},
    )
    alice.run(
        "mutation($i: ExpenseInput!) { createExpense(input: $i) { record { id } } }",
        i={"customer": customer, "type": "TRAVEL", "amount": AMOUNT},
    )
    return company


def customer_of(
    company: TestCompany, person: str = "alice", fields: str = "id remark mobile email"
) -> Any:
    (node,) = company.client(person).run(f"{{ customers {{ nodes {{ {fields} }} }} }}")[
        "customers"
    ]["nodes"]
    return node


def test_hidden_is_null_wherever_a_selection_can_reach(fresh: TestCompany) -> None:
    allow(fresh, "salesperson", "customer", remark=("HIDDEN", False))
    id = customer_of(fresh)["id"]
    paths = [
        "{ customers { nodes { remark } } }",
        "{ customers { edges { node { remark } } } }",
        f'{{ customer(id: "{id}") {{ remark other: remark }} }}',
        f'{{ node(id: "{id}") {{ ... on Customer {{ remark }} }} }}',
        "{ opportunities { nodes { customer { remark } } } }",
        f'{{ customerNeighbors(id: "{id}") {{ previous {{ remark }} next {{ remark }} }} }}',
        f'mutation {{ updateCustomer(id: "{id}", input: {{level: "A"}}) {{ record {{ remark }} }} }}',
        f'mutation {{ addFollowUp(record: "{id}", text: "电话") {{ record {{ record {{'
        " ... on Customer { remark } } } } }",
        f'{{ customer(id: "{id}") {{ operationLog {{ nodes {{ changes }} }} }} }}',
    ]
    for server in (0, 1):
        for query in paths:
            body = fresh.client("alice", server).run(query)
            assert SECRET not in json.dumps(body, ensure_ascii=False), query
    assert customer_of(fresh)["remark"] is None
    assert customer_of(fresh, "admin")["remark"] == SECRET


@pytest.mark.parametrize(
    ("object", "field", "value", "shown"),
    [
        ("customer", "mobile", MOBILE, "138****5678"),
        ("customer", "email", EMAIL, "so****@example.com"),
        ("expense", "amount", AMOUNT, "***"),
    ],
)
def test_masked_shows_a_part_and_no_more(
    fresh: TestCompany, object: str, field: str, value: str, shown: str
) -> None:
    """Mobile: first three and last four; e-mail: first two and the domain; money: nothing."""
    allow(fresh, "salesperson", object, **{field: ("READ", True)})
    plural = fresh.snapshot.object(object).definition.plural
    body = fresh.client("alice").post(f"{{ {plural} {{ nodes {{ {field} }} }} }}").json()
    found = body["data"][plural]["nodes"][0][field]
    hidden_part = {"mobile": "1234", "email": "meone", "amount": "98765"}[field]
    assert hidden_part not in json.dumps(body)
    if field == "amount":
        assert found in (None, "***")
    elif field == "mobile":
        assert found == shown
    else:
        assert found.startswith("so") and found.endswith("@example.com") and "*" in found
    admin = fresh.client("admin").run(f"{{ {plural} {{ nodes {{ {field} }} }} }}")
    assert admin[plural]["nodes"][0][field] == value


def test_a_read_only_field_is_not_written(fresh: TestCompany) -> None:
    allow(fresh, "salesperson", "customer", level=("READ", False), remark=("HIDDEN", False))
    allow(fresh, "salesperson", "customer", mobile=("READ", True))
    alice, id = fresh.client("alice"), customer_of(fresh)["id"]
    before = fresh.sql("select * from {s}.customer")
    log = fresh.value("select count(*) from {s}.operation_log")
    patch = "mutation($id: ID!, $i: CustomerPatch!) { updateCustomer(id: $id, input: $i) { record { id } } }"
    batch = (
        "mutation($id: ID!, $i: CustomerPatch!) { batchUpdateCustomers(ids: [$id], input: $i)"
        " { done failed { code } } }"
    )
    create = "mutation($i: CustomerInput!) { createCustomer(input: $i) { record { id } } }"
    for name, value in (("level", "A"), ("remark", "新"), ("mobile", "13900000000")):
        given = {name: value}
        assert written(alice.post(patch, {"id": id, "i": given}).json()) == [name]
        assert written(alice.post(create, {"i": {**given, "name": f"新客户 {name}"}}).json()) == [
            name
        ]
        body = alice.post(batch, {"id": id, "i": given}).json()
        assert body.get("errors") or body["data"]["batchUpdateCustomers"]["done"] == []
    assert fresh.sql("select * from {s}.customer") == before
    assert fresh.value("select count(*) from {s}.operation_log") == log


def written(body: dict[str, Any]) -> list[str]:
    """Names of the fields that a write was refused for."""
    extensions = body["errors"][0]["extensions"]
    assert extensions["code"] in ("INVALID_INPUT", "FIELD_FORBIDDEN")
    return [problem["path"][-1] for problem in extensions.get("problems", [])]


def test_what_one_may_not_write_is_filled_by_its_default(fresh: TestCompany) -> None:
    """A required field with a default does not lock out who may not write it."""
    allow(fresh, "salesperson", "campaign", status=("READ", False))
    fresh.client("admin").run(
        "mutation($r: ID!) { setRoleActions(role: $r, actions:"
        ' [{object: "campaign", actions: ["create", "read"]}]) }',
        r=role(fresh, "salesperson"),
    )
    made = fresh.client("alice").run(
        'mutation { createCampaign(input: {name: "展会"}) { record { status } } }'
    )
    assert made["createCampaign"]["record"] == {"status": "PLANNED"}


def test_the_log_hides_what_the_record_hides(fresh: TestCompany) -> None:
    id = customer_of(fresh)["id"]
    fresh.client("alice").run(
        'mutation($id: ID!) { updateCustomer(id: $id, input: {remark: "第二版", level: "B"}) { record { id } } }',
        id=id,
    )
    query = "query($id: ID!) { customer(id: $id) { operationLog { nodes { action changes } } } }"

    def log(person: str) -> str:
        found = fresh.client(person).run(query, id=id)
        return json.dumps(found, ensure_ascii=False)

    assert SECRET in log("alice") and "第二版" in log("alice")
    allow(fresh, "salesperson", "customer", remark=("HIDDEN", False), mobile=("READ", True))
    assert SECRET not in log("alice") and "第二版" not in log("alice")
    assert MOBILE not in log("alice")
    assert '"level"' in log("alice")
    assert SECRET in log("admin") and MOBILE in log("admin")


def test_several_roles_give_the_widest_access_and_the_strictest_mask(fresh: TestCompany) -> None:
    second = fresh.client("admin").run(
        'mutation($r: ID!) { copyRole(role: $r, name: "二号") { role { id } } }',
        r=role(fresh, "salesperson"),
    )["copyRole"]["role"]["id"]
    allow(fresh, "salesperson", "customer", remark=("HIDDEN", False), mobile=("READ", True))
    assert customer_of(fresh)["remark"] is None
    roles = [role(fresh, "salesperson"), second]
    fresh.client("admin").run(
        "mutation($u: ID!, $r: [ID!]!) { setUserRoles(user: $u, roles: $r) { user { id } } }",
        u=fresh.people["alice"].id,
        r=roles,
    )
    shown = customer_of(fresh)
    assert (shown["remark"], shown["mobile"]) == (SECRET, "138****5678")


def test_a_side_role_without_the_object_opens_nothing(fresh: TestCompany) -> None:
    allow(fresh, "salesperson", "customer", remark=("HIDDEN", False))
    grant_role(fresh, fresh.people["alice"].number, "default")
    fresh.sql("update {s}.state set access_version = access_version + 1")
    assert customer_of(fresh)["remark"] is None


def test_a_super_admin_sees_and_writes_everything(fresh: TestCompany) -> None:
    grant_role(fresh, fresh.people["admin"].number, "salesperson")
    allow(fresh, "salesperson", "customer", remark=("HIDDEN", False), mobile=("READ", True))
    assert customer_of(fresh, "admin") == {
        **customer_of(fresh, "admin"),
        "remark": SECRET,
        "mobile": MOBILE,
    }


def test_metadata_tells_the_access(fresh: TestCompany) -> None:
    allow(
        fresh,
        "salesperson",
        "customer",
        remark=("HIDDEN", False),
        level=("READ", False),
        mobile=("READ", True),
    )
    query = "{ metadata { objects { name fields { name access masked operators sortable } } } }"
    objects = fresh.client("alice").run(query)["metadata"]["objects"]
    (fields,) = [
        {f["name"]: f for f in each["fields"]} for each in objects if each["name"] == "customer"
    ]
    assert "remark" not in fields
    assert (fields["level"]["access"], fields["level"]["masked"]) == ("READ", False)
    assert fields["level"]["operators"]
    assert (fields["mobile"]["masked"], fields["mobile"]["operators"]) == (True, [])
    assert fields["mobile"]["sortable"] is False
    assert fields["name"]["access"] == "WRITE"


def test_only_some_types_can_be_masked(fresh: TestCompany) -> None:
    failure = fresh.client("admin").refused(
        SET,
        r=role(fresh, "salesperson"),
        f=[{"object": "customer", "field": "remark", "access": "READ", "masked": True}],
    )
    assert [(p["path"], p["code"]) for p in failure.problems] == [
        (["fields", 0, "masked"], "UNKNOWN_OPTION")
    ]
    assert fresh.value("select count(*) from {s}.field_access") == 0


def test_search_passes_over_what_one_may_not_read(fresh: TestCompany) -> None:
    query = "query($s: String) { customers(search: $s) { totalCount } }"
    alice = fresh.client("alice")
    assert alice.run(query, s=MOBILE)["customers"]["totalCount"] == 1
    allow(fresh, "salesperson", "customer", mobile=("READ", True))
    assert alice.run(query, s=MOBILE)["customers"]["totalCount"] == 0
    assert alice.run(query, s="千丝")["customers"]["totalCount"] == 1
    allow(fresh, "salesperson", "customer", name=("HIDDEN", False), mobile=("HIDDEN", False))
    assert alice.run(query, s="千丝")["customers"]["totalCount"] == 0
