"""The hand-written part of the API: the viewer, metadata, roles, teams, followers, follow-ups."""

import itertools
from typing import Any

import pytest

from tests.harness.company import TestCompany

_names = itertools.count(1)
CREATE = "mutation($i: CustomerInput!) { createCustomer(input: $i) { record { id } } }"


@pytest.fixture
def customer(company: TestCompany) -> str:
    """A customer of alice."""
    data = company.client("alice").run(CREATE, i={"name": f"千丝贸易 {next(_names)}"})
    found: str = data["createCustomer"]["record"]["id"]
    return found


def objects(company: TestCompany, person: str, language: str = "en") -> dict[str, dict[str, Any]]:
    """The metadata as a person is told it: per object its label, actions and fields by name."""
    client = company.client(person)
    answer = client.post(
        "{ metadata { version language objects { name label kind actions totals"
        " relations { name target label } fields { name label type typeLabel kind required"
        " readOnly access masked operators sortable choices { value label } } } } }",
        headers={"Accept-Language": language},
    ).json()
    found = answer["data"]["metadata"]
    assert found["language"] == language
    return {
        each["name"]: {**each, "fields": {f["name"]: f for f in each["fields"]}}
        for each in found["objects"]
    }


def test_the_viewer_knows_who_and_what(company: TestCompany) -> None:
    query = (
        "{ viewer { user { id name } roles isSuper language"
        " permissions { object actions { action scope } } } }"
    )
    alice = company.client("alice").run(query)["viewer"]
    assert alice["user"] == {"id": company.people["alice"].id, "name": company.people["alice"].name}
    assert (alice["isSuper"], alice["language"], len(alice["roles"])) == (False, "en", 1)
    scopes = {
        (each["object"], action["action"]): action["scope"]
        for each in alice["permissions"]
        for action in each["actions"]
    }
    assert scopes["customer", "read"] == "OWN"
    assert ("user", "update") not in scopes
    assert company.client("admin").run(query)["viewer"]["isSuper"] is True


def test_metadata_describes_forms_lists_and_filters(company: TestCompany) -> None:
    english, chinese = objects(company, "alice"), objects(company, "alice", "zh")
    customer = english["customer"]
    assert (customer["label"], chinese["customer"]["label"]) == ("Customer", "客户")
    assert customer["fields"]["name"]["required"] is True
    assert customer["fields"]["createdAt"]["readOnly"] is True
    assert "contains" in customer["fields"]["name"]["operators"]
    assert {"name": "contacts", "target": "contact"}.items() <= next(
        each for each in customer["relations"] if each["name"] == "contacts"
    ).items()
    assert "read" in customer["actions"]
    assert len(english) == len(company.snapshot.objects)


def test_metadata_leaves_out_what_a_role_may_not_see(company: TestCompany) -> None:
    role = company.value("select id from {s}.role where key = 'salesperson'")
    assert "website" in objects(company, "alice")["customer"]["fields"]
    company.client("admin").run(
        'mutation($r: ID!) { setFieldAccess(role: $r, fields: [{object: "customer",'
        ' field: "website", access: HIDDEN}, {object: "customer", field: "mobile",'
        " access: READ, masked: true}]) }",
        r=f"Role:{role}",
    )
    fields = objects(company, "alice")["customer"]["fields"]
    assert "website" not in fields
    assert (fields["mobile"]["masked"], fields["mobile"]["operators"]) == (True, [])
    assert "website" in objects(company, "admin")["customer"]["fields"]


def test_nobody_is_told_nothing(company: TestCompany) -> None:
    nobody = company.client("")
    for query in ("{ viewer { isSuper } }", "{ metadata { version } }", "{ sessions { id } }"):
        assert nobody.refused(query).code == "UNAUTHENTICATED"


def test_a_copied_role_can_be_given_to_a_user(company: TestCompany) -> None:
    role = company.value("select id from {s}.role where key = 'salesManager'")
    admin = company.client("admin")
    copied = admin.run(
        'mutation($r: ID!) { copyRole(role: $r, name: "区域经理") { role { id name dataScope } } }',
        r=f"Role:{role}",
    )["copyRole"]["role"]
    assert copied["name"] == "区域经理"
    set_roles = (
        "mutation($u: ID!, $r: [ID!]!) { setUserRoles(user: $u, roles: $r)"
        " { user { id roles { nodes { id } } } } }"
    )
    bob = company.people["bob"].id
    found = admin.run(set_roles, u=bob, r=[copied["id"]])["setUserRoles"]["user"]
    assert found == {"id": bob, "roles": {"nodes": [{"id": copied["id"]}]}}
    assert company.client("bob").run("{ viewer { roles } }") == {"viewer": {"roles": ["区域经理"]}}
    assert company.client("alice").refused(set_roles, u=bob, r=[copied["id"]]).code == "FORBIDDEN"


def test_team_members_come_change_and_go(company: TestCompany, customer: str) -> None:
    alice, carol = company.client("alice"), company.client("carol")
    see = (
        "query($id: ID!) { customer(id: $id) { id teamMembers { nodes { access user { id } } } } }"
    )
    user = company.people["carol"].id
    assert carol.run(see, id=customer)["customer"] is None
    added = alice.run(
        "mutation($r: [ID!]!, $u: [ID!]!) { addTeamMembers(ids: $r, users: $u)"
        " { done failed { id code message } } }",
        r=[customer, "Customer:999999"],
        u=[user],
    )["addTeamMembers"]
    assert added["done"] == [customer]
    assert [(each["id"], each["code"]) for each in added["failed"]] == [
        ("Customer:999999", "NOT_FOUND")
    ]
    changed = alice.run(
        "mutation($r: ID!, $u: ID!) { updateTeamMember(record: $r, user: $u, access: WRITE)"
        " { record { id } } }",
        r=customer,
        u=user,
    )
    assert changed == {"updateTeamMember": {"record": {"id": customer}}}
    members = carol.run(see, id=customer)["customer"]["teamMembers"]["nodes"]
    assert {"access": "WRITE", "user": {"id": user}} in members
    left = carol.run("mutation($r: [ID!]!) { leaveTeam(ids: $r) { done } }", r=[customer])
    assert left["leaveTeam"]["done"] == [customer]
    assert carol.run(see, id=customer)["customer"] is None


def test_following_and_following_up(company: TestCompany, customer: str) -> None:
    alice = company.client("alice")
    for name in ("follow", "unfollow"):
        query = f"mutation($r: [ID!]!) {{ {name}(ids: $r) {{ done failed {{ code }} }} }}"
        assert alice.run(query, r=[customer]) == {name: {"done": [customer], "failed": []}}
    made = alice.run(
        'mutation($r: ID!) { addFollowUp(record: $r, text: "电话沟通",'
        ' nextContactAt: "2027-01-02T03:04:05Z") { record { text record { id } } } }',
        r=customer,
    )["addFollowUp"]["record"]
    assert made == {"text": "电话沟通", "record": {"id": customer}}
    seen = alice.run(
        "query($id: ID!) { customer(id: $id) { lastFollowUpText nextContactAt } }", id=customer
    )["customer"]
    assert seen["lastFollowUpText"] == "电话沟通"
    assert seen["nextContactAt"].startswith("2027-01-02T03:04:05")


def test_an_idempotency_key_covers_each_mutation_once(company: TestCompany, customer: str) -> None:
    alice = company.client("alice")
    query = (
        'mutation($r: ID!) { a: addFollowUp(record: $r, text: "一") { record { id } }'
        ' b: addFollowUp(record: $r, text: "二") { record { id } } }'
    )
    answers = [
        alice.post(query, {"r": customer}, headers={"Idempotency-Key": "one-and-two"}).json()
        for _ in range(2)
    ]
    assert answers[0]["data"] == answers[1]["data"]
    assert answers[0]["data"]["a"] != answers[0]["data"]["b"]
