"""Nobody gets more than he was given: by other users' accounts, roles, teams, or moved rows."""

from collections.abc import Callable

import pytest

from tests.harness.company import TestCompany

RESET = "mutation($u: ID!) { resetPassword(user: $u) { token } }"
MOBILE = (
    'mutation($u: ID!) { updateUser(id: $u, input: {mobile: "13711112222"}) { record { id } } }'
)


@pytest.fixture
def fresh(make_company: Callable[[], TestCompany]) -> TestCompany:
    """A company where bob may change users, but not roles; clerk may change both."""
    company = make_company()
    role = company.insert("role", name="人事", family="CRM", dataScope="ALL", isSuper=False)
    for action in ("read", "update"):
        company.insert("rolePermission", role=role, object="user", action=action)
    company.insert("userRole", user=company.people["bob"].number, role=role)
    company.sql("update {s}.state set access_version = access_version + 1")
    return company


def customer(company: TestCompany, person: str) -> str:
    made = company.client(person).run(
        'mutation { createCustomer(input: {name: "团队公司"}) { record { id } } }'
    )
    id: str = made["createCustomer"]["record"]["id"]
    return id


def test_who_may_not_write_roles_cannot_take_over_who_may(fresh: TestCompany) -> None:
    bob, clerk = fresh.client("bob"), fresh.people["clerk"].id
    assert bob.refused(RESET, u=clerk).code == "FORBIDDEN"
    assert bob.refused(MOBILE, u=clerk).code == "FORBIDDEN"
    bob.run(MOBILE, u=fresh.people["carol"].id)


def test_the_account_of_a_super_admin_is_beyond_user_admins(fresh: TestCompany) -> None:
    admin = fresh.people["admin"].id
    for person in ("bob", "clerk"):
        client = fresh.client(person)
        assert client.refused(RESET, u=admin).code == "FORBIDDEN"
        assert client.refused(MOBILE, u=admin).code == "FORBIDDEN"
        batch = client.run(
            "mutation($u: ID!) { batchUpdateUsers(ids: [$u],"
            ' input: {email: "mine@example.com"}) { done failed { code } } }',
            u=admin,
        )["batchUpdateUsers"]
        assert batch == {"done": [], "failed": [{"code": "FORBIDDEN"}]}


def test_a_team_member_does_not_extend_or_pass_on_what_he_was_lent(fresh: TestCompany) -> None:
    id, carol, bob = customer(fresh, "alice"), fresh.people["carol"].id, fresh.people["bob"].id
    add = (
        "mutation($r: ID!, $u: ID!, $t: DateTime) { addTeamMembers(ids: [$r], users: [$u],"
        " access: WRITE, until: $t) { done failed { code } } }"
    )
    fresh.client("alice").run(add, r=id, u=carol, t="2030-01-01T00:00:00Z")
    guest = fresh.client("carol")
    guest.run(
        'mutation($r: ID!) { updateCustomer(id: $r, input: {remark: "ok"}) { record { id } } }',
        r=id,
    )
    for user in (carol, bob):
        found = guest.run(add, r=id, u=user, t=None)["addTeamMembers"]
        assert found == {"done": [], "failed": [{"code": "FORBIDDEN"}]}
    update = (
        "mutation($r: ID!, $u: ID!) { updateTeamMember(record: $r, user: $u, access: WRITE)"
        " { record { id } } }"
    )
    assert guest.refused(update, r=id, u=carol).code == "FORBIDDEN"
    guest.run("mutation($r: ID!) { leaveTeam(ids: [$r]) { done } }", r=id)
