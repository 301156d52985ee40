"""A6: what is taken away is gone on the next request, in every process (two are asked)."""

from collections.abc import Callable

import pytest

from tests.harness.client import Client
from tests.harness.company import TestCompany

LIST = "{ customers { totalCount nodes { name remark } } }"


@pytest.fixture
def fresh(make_company: Callable[[], TestCompany]) -> TestCompany:
    """A company where alice owns one customer and has just read it in both processes."""
    company = make_company()
    company.client("alice").run(
        'mutation { createCustomer(input: {name: "甲公司", remark: "备注"}) { record { id } } }'
    )
    for server in (0, 1):
        assert company.client("alice", server).run(LIST)["customers"]["totalCount"] == 1
    return company


def both(company: TestCompany, person: str) -> list[Client]:
    return [company.client(person, server) for server in (0, 1)]


def test_signing_out_ends_the_session_everywhere(fresh: TestCompany) -> None:
    clients = both(fresh, "alice")
    clients[0].run("mutation { signOut }")
    assert [c.refused(LIST).code for c in clients] == ["UNAUTHENTICATED"] * 2


def test_disabling_a_user_ends_all_sessions(fresh: TestCompany) -> None:
    fresh.client("clerk").run(
        "mutation($u: [ID!]!) { setUserStatus(users: $u, status: DISABLED) { done } }",
        u=[fresh.people["alice"].id],
    )
    assert [c.refused(LIST).code for c in both(fresh, "alice")] == ["UNAUTHENTICATED"] * 2


def test_a_salesperson_cannot_disable_anybody(fresh: TestCompany) -> None:
    failure = fresh.client("alice").post(
        "mutation($u: [ID!]!) { setUserStatus(users: $u, status: DISABLED) { done failed { code } } }",
        {"u": [fresh.people["bob"].id]},
    )
    body = failure.json()
    assert body.get("errors") or body["data"]["setUserStatus"]["done"] == []
    assert fresh.client("bob").run("{ viewer { isSuper } }")


def test_a_field_hidden_from_a_role_is_gone_on_the_next_request(fresh: TestCompany) -> None:
    role = fresh.value("select id from {s}.role where key = 'salesperson'")
    fresh.client("admin", 1).run(
        'mutation($r: ID!) { setFieldAccess(role: $r, fields: [{object: "customer",'
        ' field: "remark", access: HIDDEN, masked: false}]) { id } }'.replace("{ id }", ""),
        r=f"Role:{role}",
    )
    for client in both(fresh, "alice"):
        assert client.run(LIST)["customers"]["nodes"] == [{"name": "甲公司", "remark": None}]


def test_an_action_taken_from_a_role_is_gone_on_the_next_request(fresh: TestCompany) -> None:
    role = fresh.value("select id from {s}.role where key = 'salesperson'")
    fresh.client("admin").run(
        'mutation($r: ID!) { setRoleActions(role: $r, actions: [{object: "customer", actions: []}]) }',
        r=f"Role:{role}",
    )
    assert [c.refused(LIST).code for c in both(fresh, "alice")] == ["FORBIDDEN"] * 2


def test_a_subordinate_less_is_a_scope_smaller(fresh: TestCompany) -> None:
    manager = both(fresh, "manager")
    assert [c.run(LIST)["customers"]["totalCount"] for c in manager] == [1, 1]
    fresh.client("clerk").run(
        "mutation($u: ID!, $d: ID!) { updateUser(id: $u, input: {department: $d}) { record { id } } }",
        u=fresh.people["alice"].id,
        d=f"Department:{fresh.departments['other']}",
    )
    assert [c.run(LIST)["customers"]["totalCount"] for c in manager] == [0, 0]


def test_a_team_member_whose_time_is_over_sees_nothing(fresh: TestCompany) -> None:
    id = fresh.client("alice").run("{ customers { nodes { id } } }")["customers"]["nodes"][0]["id"]
    add = (
        "mutation($r: [ID!]!, $u: [ID!]!, $t: DateTime) {"
        " addTeamMembers(ids: $r, users: $u, access: READ, until: $t) { done failed { code } } }"
    )
    carol = fresh.people["carol"].id
    fresh.client("alice").run(add, r=[id], u=[carol], t=None)
    assert [c.run(LIST)["customers"]["totalCount"] for c in both(fresh, "carol")] == [1, 1]
    fresh.sql("update {s}.team_member set until = now() - interval '1 second'")
    assert [c.run(LIST)["customers"]["totalCount"] for c in both(fresh, "carol")] == [0, 0]
