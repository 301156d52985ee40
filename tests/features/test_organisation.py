"""Users, departments and roles over HTTP (ADM-01 to ADM-03), by who may and by who may not."""

import itertools
from typing import Any

import pytest

from tests.harness.company import TestCompany

_numbers = itertools.count(1)
USER = "mutation($i: UserInput!) { createUser(input: $i) { record { id status } } }"
CHANGE_USER = """mutation($id: ID!, $i: UserPatch!) {
  updateUser(id: $id, input: $i) { record { id superior { id } department { id } } } }"""
DEPARTMENT = "mutation($i: DepartmentInput!) { createDepartment(input: $i) { record { id } } }"
MOVE = """mutation($id: ID!, $i: DepartmentPatch!) {
  updateDepartment(id: $id, input: $i) { record { id parent { id } } } }"""
DELETE_DEPARTMENT = (
    "mutation($id: ID!) { deleteDepartments(ids: [$id]) { done failed { code message } } }"
)
STATUS = (
    "mutation($u: [ID!]!, $s: UserAdmission!) { setUserStatus(users: $u, status: $s) { done } }"
)
ROLES = "mutation($u: ID!, $r: [ID!]!) { setUserRoles(user: $u, roles: $r) { user { id } } }"


def new_user(company: TestCompany, **more: Any) -> str:
    number = next(_numbers)
    given = {"name": f"新员工 {number}", "mobile": f"1360000{number:04d}", **more}
    id: str = company.client("clerk").run(USER, i=given)["createUser"]["record"]["id"]
    return id


def new_department(company: TestCompany, parent: str) -> str:
    given = {"name": f"新部门 {next(_numbers)}", "parent": parent}
    made = company.client("clerk").run(DEPARTMENT, i=given)
    id: str = made["createDepartment"]["record"]["id"]
    return id


def department(company: TestCompany, key: str) -> str:
    return f"Department:{company.departments[key]}"


def role(company: TestCompany, key: str) -> str:
    return f"Role:{company.value('select id from {s}.role where key = :key', key=key)}"


def rule(company: TestCompany, person: str, query: str, **variables: Any) -> str:
    """The rule that a request violates."""
    failure = company.client(person).refused(query, **variables)
    assert failure.code == "RULE_VIOLATED", failure.errors
    found: str = failure.errors[0]["extensions"]["rule"]
    return found


def test_a_user_is_made_new_and_never_deleted(company: TestCompany) -> None:
    clerk = company.client("clerk")
    id = new_user(company, department=department(company, "sales"))
    shown = clerk.run("query($id: ID!) { user(id: $id) { status activatedAt } }", id=id)["user"]
    assert shown == {"status": "NEW", "activatedAt": None}
    for person in ("clerk", "admin", "alice"):
        company.client(person).post(
            "mutation($id: ID!) { deleteUsers(ids: [$id]) { done } }", {"id": id}
        )
    assert clerk.run("query($id: ID!) { user(id: $id) { id } }", id=id)["user"] == {"id": id}


def test_two_users_cannot_share_a_mobile(company: TestCompany) -> None:
    new_user(company, mobile="13512345678")
    failure = company.client("clerk").refused(USER, i={"name": "重号", "mobile": "13512345678"})
    assert [(p["path"], p["code"]) for p in failure.problems] == [
        (["input", "mobile"], "NOT_UNIQUE")
    ]


def test_superiors_form_no_cycle(company: TestCompany) -> None:
    clerk = company.client("clerk")
    first = new_user(company)
    second = new_user(company, superior=first)
    third = new_user(company, superior=second)
    for above in (first, second, third):
        failure = clerk.refused(CHANGE_USER, id=first, i={"superior": above})
        assert failure.code in ("RULE_VIOLATED", "INVALID_INPUT")
    clerk.run(CHANGE_USER, id=third, i={"superior": first})
    assert clerk.run(CHANGE_USER, id=second, i={"superior": third})
    failure = clerk.refused(CHANGE_USER, id=first, i={"superior": second})
    assert failure.code in ("RULE_VIOLATED", "INVALID_INPUT")


def test_departments_form_a_tree_with_one_root(company: TestCompany) -> None:
    clerk = company.client("clerk")
    upper = new_department(company, department(company, "head"))
    lower = new_department(company, upper)
    failure = clerk.refused(MOVE, id=upper, i={"parent": lower})
    assert failure.code in ("RULE_VIOLATED", "INVALID_INPUT")
    failure = clerk.refused(MOVE, id=upper, i={"parent": upper})
    assert failure.code in ("RULE_VIOLATED", "INVALID_INPUT")
    # everything is below the root, so that wherever it goes is a cycle
    assert (
        rule(company, "clerk", MOVE, id=department(company, "head"), i={"parent": lower}) == "cycle"
    )
    failure = clerk.refused(MOVE, id=lower, i={"parent": None})
    assert [(p["path"], p["code"]) for p in failure.problems] == [(["input", "parent"], "REQUIRED")]
    failure = clerk.refused(DEPARTMENT, i={"name": "第二个根"})
    assert [(p["path"], p["code"]) for p in failure.problems] == [(["input", "parent"], "REQUIRED")]


def test_a_department_is_deleted_only_when_empty_the_root_never(company: TestCompany) -> None:
    clerk = company.client("clerk")
    upper = new_department(company, department(company, "head"))
    lower = new_department(company, upper)

    def codes(id: str) -> list[str]:
        result = clerk.run(DELETE_DEPARTMENT, id=id)["deleteDepartments"]
        return [each["code"] for each in result["failed"]]

    user = new_user(company, department=lower)
    assert codes(upper) == ["STILL_REFERENCED"]
    assert codes(lower) == ["STILL_REFERENCED"]
    clerk.run(CHANGE_USER, id=user, i={"department": department(company, "sales")})
    assert codes(lower) == []
    assert codes(upper) == []
    assert codes(department(company, "head")) == ["RULE_VIOLATED"]
    left = company.value(
        "select count(*) from {s}.department where id = :i", i=company.departments["head"]
    )
    assert left == 1


def test_lists_include_departments_below(company: TestCompany) -> None:
    lower = new_department(company, department(company, "other"))
    user = new_user(company, department=lower)
    query = """query($d: ID!) {
      users(where: {department: {withChildrenOf: $d}}, first: 200) { nodes { id } } }"""
    found = company.client("alice").run(query, d=department(company, "other"))["users"]["nodes"]
    assert {"id": user} in found and {"id": company.people["carol"].id} in found
    assert {"id": company.people["alice"].id} not in found


def test_the_founder_and_oneself_stay_active(company: TestCompany) -> None:
    admin, clerk = company.people["admin"].id, company.people["clerk"].id
    assert rule(company, "admin", STATUS, u=[admin], s="DISABLED") in (
        "founder_stays",
        "last_super_admin",
    )
    assert rule(company, "clerk", STATUS, u=[clerk], s="DISABLED") == "not_oneself"
    assert company.client("clerk").refused(STATUS, u=[admin], s="DISABLED").code == "FORBIDDEN"
    assert company.client("alice").refused(STATUS, u=[clerk], s="DISABLED").code == "FORBIDDEN"


def test_one_super_admin_always_keeps_the_role(company: TestCompany) -> None:
    admin = company.people["admin"].id
    sales = role(company, "salesperson")
    assert rule(company, "admin", ROLES, u=admin, r=[sales]) in (
        "founder_stays",
        "last_super_admin",
    )
    second = new_user(company)
    client = company.client("admin")
    client.run(STATUS, u=[second], s="ACTIVE")
    client.run(ROLES, u=second, r=[role(company, "superAdmin")])
    # the second one may go again, as the founder stays
    assert client.run(ROLES, u=second, r=[sales])


def test_only_a_super_admin_makes_one(company: TestCompany) -> None:
    """Not even whoever may change users and roles, and not for himself."""
    clerk, super_role = company.client("clerk"), role(company, "superAdmin")
    for person in ("bob", "clerk"):
        failure = clerk.refused(ROLES, u=company.people[person].id, r=[super_role])
        assert failure.code == "FORBIDDEN"
    assert (
        clerk.refused(ROLES, u=company.people["admin"].id, r=[role(company, "salesperson")]).code
        == "FORBIDDEN"
    )
    assert (
        clerk.refused(CHANGE_USER, id=company.people["admin"].id, i={"mobile": "13511112222"}).code
        == "FORBIDDEN"
    )
    assert (
        company.value(
            "select count(*) from {s}.user_role where role_id = :r", r=int(super_role[5:])
        )
        == 1
    )


@pytest.mark.parametrize("person", ["admin", "clerk"])
def test_the_super_role_is_beyond_change(company: TestCompany, person: str) -> None:
    id = role(company, "superAdmin")
    attempts = (
        'mutation($r: ID!) { setRoleActions(role: $r, actions: [{object: "lead", actions: []}]) }',
        'mutation($r: ID!) { setFieldAccess(role: $r, fields: [{object: "lead", field: "level",'
        " access: HIDDEN}]) }",
        'mutation($r: ID!) { updateRole(id: $r, input: {name: "普通"}) { record { id } } }',
        'mutation($r: ID!) { copyRole(role: $r, name: "又一个") { role { id } } }',
    )
    for query in attempts:
        assert rule(company, person, query, r=id) == "super_role"
    result = company.client(person).run(
        "mutation($r: ID!) { deleteRoles(ids: [$r]) { done failed { code } } }", r=id
    )
    assert result["deleteRoles"] == {"done": [], "failed": [{"code": "RULE_VIOLATED"}]}


def test_what_makes_a_role_super_cannot_be_written(company: TestCompany) -> None:
    for field in ("isSuper: true", 'key: "superAdmin"'):
        failure = company.client("admin").refused(
            f'mutation {{ createRole(input: {{name: "伪装", {field}}}) {{ record {{ id }} }} }}'
        )
        assert failure.code in ("GRAPHQL_VALIDATION_FAILED", "INVALID_INPUT")
    assert company.value("select count(*) from {s}.role where is_super") == 1


def test_a_user_keeps_at_least_one_role(company: TestCompany) -> None:
    admin = company.client("admin")
    user = new_user(company)
    copied = admin.run(
        'mutation($r: ID!) { copyRole(role: $r, name: "临时") { role { id } } }',
        r=role(company, "salesperson"),
    )["copyRole"]["role"]["id"]
    admin.run(ROLES, u=user, r=[copied])
    assert admin.refused(ROLES, u=user, r=[]).problems[0]["code"] == "REQUIRED"
    delete = "mutation($r: ID!) { deleteRoles(ids: [$r]) { done failed { code } } }"
    assert admin.run(delete, r=copied)["deleteRoles"]["failed"] == [{"code": "RULE_VIOLATED"}]
    admin.run(ROLES, u=user, r=[role(company, "salesperson")])
    assert admin.run(delete, r=copied)["deleteRoles"]["done"] == [copied]


def test_rights_of_several_roles_unite(company: TestCompany) -> None:
    """A finance role beside the salesperson's adds the contracts of all, and takes nothing."""
    bob = company.people["bob"]
    foreign = company.insert("customer", name="财务可见", owner=company.people["carol"].number)
    see = "query($id: ID!) { customer(id: $id) { id } }"
    client = company.client("bob")
    assert client.run(see, id=f"Customer:{foreign}")["customer"] is None
    roles = [role(company, "salesperson"), role(company, "finance")]
    company.client("admin").run(ROLES, u=bob.id, r=roles)
    assert client.run(see, id=f"Customer:{foreign}")["customer"]
    edit = 'mutation($id: ID!) { updateCustomer(id: $id, input: {remark: "x"}) { record { id } } }'
    assert client.refused(edit, id=f"Customer:{foreign}").code == "FORBIDDEN"
    company.client("admin").run(ROLES, u=bob.id, r=roles[:1])
    assert client.run(see, id=f"Customer:{foreign}")["customer"] is None


def test_roles_and_rights_are_read_only_by_those_who_manage_them(company: TestCompany) -> None:
    for query in ("roles", "rolePermissions", "fieldAccesses", "userRoles"):
        text = f"{{ {query} {{ totalCount }} }}"
        assert company.client("alice").refused(text).code == "FORBIDDEN"
        assert company.client("clerk").run(text)[query]["totalCount"] >= 0
