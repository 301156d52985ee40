"""What is taken away holds at once in every process, though the replica has heard of nothing.

Replay is paused throughout, so any answer that needs the present comes from the primary.
"""

import itertools
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from metadata.migrate import migrate_company
from metadata.model import FieldDef, Label
from metadata.provision import create_company
from metadata.standard import STANDARD
from tests.harness.client import Client
from tests.harness.company import TestCompany, open_company
from tests.replica.conftest import Place

LIST = "{ customers { totalCount nodes { id name remark } } }"
CREATE = 'mutation { createCustomer(input: {name: "甲公司", remark: "备注"}) { record { id } } }'
ADD = (
    "mutation($r: [ID!]!, $u: [ID!]!) {"
    " addTeamMembers(ids: $r, users: $u, access: READ) { done failed { code } } }"
)
REMOVE = (
    "mutation($r: [ID!]!, $u: [ID!]!) { removeTeamMembers(ids: $r, users: $u)"
    " { done failed { code } } }"
)
_numbers = itertools.count(1)


@pytest.fixture
def frozen(office: TestCompany, place: Place) -> Iterator[TestCompany]:
    """A new company, alice owning one customer with carol in its team; replay is paused.

    Everybody has just read in both processes, from the replica.
    """
    made = create_company(office.engine, "权限公司", domain=f"rights-{next(_numbers)}.test")
    company = open_company(office.engine, made, office.servers, office.http)
    id = company.client("alice").run(CREATE)["createCustomer"]["record"]["id"]
    company.client("alice").run(ADD, r=[id], u=[company.people["carol"].id])
    with place.pair.paused():
        for person in ("alice", "carol", "manager"):
            assert counts(company, person) == [1, 1]
        yield company


def both(company: TestCompany, person: str) -> list[Client]:
    return [company.client(person, server) for server in (0, 1)]


def counts(company: TestCompany, person: str) -> list[int]:
    """How many customers the person sees, at each process."""
    return [client.run(LIST)["customers"]["totalCount"] for client in both(company, person)]


def sign_out(company: TestCompany) -> None:
    company.client("alice").run("mutation { signOut }")


def disable(company: TestCompany) -> None:
    company.client("clerk").run(
        "mutation($u: [ID!]!) { setUserStatus(users: $u, status: DISABLED) { done } }",
        u=[company.people["alice"].id],
    )


def take_action(company: TestCompany) -> None:
    role = company.value("select id from {s}.role where key = 'salesperson'")
    company.client("admin").run(
        "mutation($r: ID!) { setRoleActions(role: $r,"
        ' actions: [{object: "customer", actions: []}]) }',
        r=f"Role:{role}",
    )


@pytest.mark.parametrize(
    ("take", "code"),
    [(sign_out, "UNAUTHENTICATED"), (disable, "UNAUTHENTICATED"), (take_action, "FORBIDDEN")],
)
def test_what_is_revoked_is_refused_at_once(
    frozen: TestCompany, take: Callable[[TestCompany], None], code: str
) -> None:
    """A6 and principle 9: session, status and role."""
    take(frozen)
    assert [client.refused(LIST).code for client in both(frozen, "alice")] == [code] * 2


def test_a_hidden_field_is_hidden_at_once(frozen: TestCompany) -> None:
    role = frozen.value("select id from {s}.role where key = 'salesperson'")
    frozen.client("admin").run(
        'mutation($r: ID!) { setFieldAccess(role: $r, fields: [{object: "customer",'
        ' field: "remark", access: HIDDEN, masked: false}]) }',
        r=f"Role:{role}",
    )
    for client in both(frozen, "alice"):
        (node,) = client.run(LIST)["customers"]["nodes"]
        assert (node["name"], node["remark"]) == ("甲公司", None)


def test_a_subordinate_less_is_a_scope_smaller_at_once(frozen: TestCompany) -> None:
    frozen.client("clerk").run(
        "mutation($u: ID!, $d: ID!) { updateUser(id: $u, input: {department: $d})"
        " { record { id } } }",
        u=frozen.people["alice"].id,
        d=f"Department:{frozen.departments['other']}",
    )
    assert counts(frozen, "manager") == [0, 0]


def test_a_member_taken_from_the_team_sees_nothing_at_once(frozen: TestCompany) -> None:
    """No version moves then: the mark of what was taken from sight is what tells."""
    id = frozen.client("alice").run(LIST)["customers"]["nodes"][0]["id"]
    frozen.client("alice").run(REMOVE, r=[id], u=[frozen.people["carol"].id])
    assert counts(frozen, "carol") == [0, 0]


def test_what_is_moved_to_another_record_leaves_sight_at_once(
    frozen: TestCompany, place: Place
) -> None:
    """OBJ-14: a follow-up of the customer that carol's team membership does not reach."""
    alice, carol = frozen.client("alice"), frozen.client("carol", 1)
    seen = alice.run(LIST)["customers"]["nodes"][0]["id"]
    unseen = alice.run(CREATE.replace("甲", "乙"))["createCustomer"]["record"]["id"]
    add = 'mutation($r: ID!) { addFollowUp(record: $r, text: "见面") { record { id } } }'
    id = alice.run(add, r=seen)["addFollowUp"]["record"]["id"]
    node = "query($id: ID!) { node(id: $id) { id } }"
    place.pair.replay_once()
    assert carol.run(node, id=id) == {"node": {"id": id}}
    alice.run(
        "mutation($id: ID!, $r: ID!) { updateFollowUp(id: $id, input: {record: $r})"
        " { record { id } } }",
        id=id,
        r=unseen,
    )
    assert carol.run(node, id=id) == {"node": None}


def test_new_metadata_holds_at_once(frozen: TestCompany) -> None:
    """The replica has neither the version nor the column; the primary answers for both."""
    own = FieldDef(name="own", type="text", label=Label("自", "Own"), column="own")
    objects = tuple(
        replace(each, fields=(*each.fields, own)) if each.name == "customer" else each
        for each in STANDARD.objects
    )
    standard = replace(STANDARD, release="9.9.9", objects=objects)
    assert not migrate_company(frozen.engine, frozen.company, standard).failure
    for client in both(frozen, "alice"):
        assert client.run("{ customers { nodes { own } } }") == {
            "customers": {"nodes": [{"own": None}]}
        }
