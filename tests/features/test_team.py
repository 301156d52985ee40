"""Teams (OBJ-10), followers (OBJ-08), follow-ups (OBJ-14) and one's own phrases, over HTTP."""

import itertools
from typing import Any

import pytest

from engine.base.identifiers import RecordId
from tests.harness.client import Client
from tests.harness.company import TestCompany

_names = itertools.count(1)
SEE = "query($id: ID!) { customer(id: $id) { id remark } }"
EDIT = 'mutation($id: ID!) { updateCustomer(id: $id, input: {remark: "改"}) { record { remark } } }'
DELETE = "mutation($id: ID!) { deleteCustomers(ids: [$id]) { done failed { code } } }"
ADD = """mutation($ids: [ID!]!, $u: [ID!]!, $a: TeamAccess!, $t: DateTime) {
  addTeamMembers(ids: $ids, users: $u, access: $a, until: $t) { done failed { code message } }
}"""
REMOVE = """mutation($ids: [ID!]!, $u: [ID!]!) {
  removeTeamMembers(ids: $ids, users: $u) { done failed { code } } }"""
UPDATE = """mutation($r: ID!, $u: ID!) {
  updateTeamMember(record: $r, user: $u, access: WRITE) { record { id } } }"""
LEAVE = "mutation($ids: [ID!]!) { leaveTeam(ids: $ids) { done failed { code } } }"
FOLLOW_UP = """mutation($r: ID!, $t: String!) {
  addFollowUp(record: $r, text: $t) { record { id author { id } } } }"""
EDIT_FOLLOW_UP = """mutation($id: ID!) {
  updateFollowUp(id: $id, input: {text: "改过"}) { record { text } } }"""
DELETE_FOLLOW_UP = "mutation($id: ID!) { deleteFollowUps(ids: [$id]) { done failed { code } } }"


@pytest.fixture
def customer(company: TestCompany) -> str:
    """A customer of alice; carol, in another department, sees nothing of it."""
    number = company.insert(
        "customer",
        name=f"客户 {next(_names)}",
        owner=company.people["alice"].number,
        createdBy=company.people["alice"].number,
    )
    return f"Customer:{number}"


def add(company: TestCompany, record: str, person: str, access: str, until: Any = None) -> Any:
    return company.client("alice").run(
        ADD, ids=[record], u=[company.people[person].id], a=access, t=until
    )["addTeamMembers"]


def sees(client: Client, record: str) -> bool:
    return client.run(SEE, id=record)["customer"] is not None


def batch_code(client: Client, query: str, **variables: Any) -> str:
    """The code of the only failure of a batch, "" when it was done."""
    (result,) = client.run(query, **variables).values()
    return result["failed"][0]["code"] if result["failed"] else ""


def test_a_read_member_sees_and_follows_up_but_does_not_edit(
    company: TestCompany, customer: str
) -> None:
    carol = company.client("carol")
    assert not sees(carol, customer)
    assert add(company, customer, "carol", "READ") == {"done": [customer], "failed": []}
    assert sees(carol, customer)
    made = carol.run(FOLLOW_UP, r=customer, t="已联系")["addFollowUp"]["record"]
    assert made["author"] == {"id": company.people["carol"].id}
    before = company.sql(
        "select version, remark from {s}.customer where id = :i", i=number(customer)
    )
    assert carol.refused(EDIT, id=customer).code == "FORBIDDEN"
    assert batch_code(carol, DELETE, id=customer) == "FORBIDDEN"
    after = company.sql(
        "select version, remark from {s}.customer where id = :i", i=number(customer)
    )
    assert after == before


def test_a_write_member_edits_but_neither_deletes_nor_manages(
    company: TestCompany, customer: str
) -> None:
    add(company, customer, "carol", "WRITE")
    carol, bob = company.client("carol"), company.people["bob"].id
    assert carol.run(EDIT, id=customer)["updateCustomer"]["record"] == {"remark": "改"}
    assert batch_code(carol, DELETE, id=customer) == "FORBIDDEN"
    purge = "mutation($id: ID!) { purgeCustomers(ids: [$id]) { done failed { code } } }"
    assert batch_code(carol, purge, id=customer) == "NOT_FOUND"
    assert batch_code(carol, ADD, ids=[customer], u=[bob], a="READ") == "FORBIDDEN"
    assert (
        company.value(
            "select count(*) from {s}.team_member where record_id = :i", i=number(customer)
        )
        == 1
    )


def test_only_this_record_is_affected(company: TestCompany, customer: str) -> None:
    other = company.insert("customer", name="旁边", owner=company.people["alice"].number)
    contact = company.insert(
        "contact", name="联系人", customer=number(customer), owner=company.people["alice"].number
    )
    add(company, customer, "carol", "WRITE")
    carol = company.client("carol")
    assert not sees(carol, f"Customer:{other}")
    assert carol.run("query($id: ID!) { contact(id: $id) { id } }", id=f"Contact:{contact}") == {
        "contact": None
    }
    shown = carol.run("{ customers { nodes { id contacts { totalCount } } } }")["customers"][
        "nodes"
    ]
    assert {"id": customer, "contacts": {"totalCount": 0}} in shown


def test_membership_ends_with_its_time(company: TestCompany, customer: str) -> None:
    add(company, customer, "carol", "WRITE", "2999-01-01T00:00:00Z")
    clients = [company.client("carol", server) for server in (0, 1)]
    assert all(sees(client, customer) for client in clients)
    company.sql("update {s}.team_member set until = now() - interval '1 second'")
    for client in clients:
        assert not sees(client, customer)
        assert client.refused(EDIT, id=customer).code == "NOT_FOUND"
        assert client.refused(FOLLOW_UP, r=customer, t="晚了").code in (
            "FORBIDDEN",
            "INVALID_INPUT",
        )
    add(company, customer, "carol", "READ", None)
    assert all(sees(client, customer) for client in clients)


def test_the_owner_is_no_member_and_does_not_leave(company: TestCompany, customer: str) -> None:
    refused = add(company, customer, "alice", "READ")
    assert (refused["done"], [each["code"] for each in refused["failed"]]) == (
        [],
        ["RULE_VIOLATED"],
    )
    assert "owner" in refused["failed"][0]["message"]
    alice = company.client("alice")
    assert batch_code(alice, LEAVE, ids=[customer]) == "RULE_VIOLATED"
    mine = [company.people["alice"].id]
    assert batch_code(alice, REMOVE, ids=[customer], u=mine) == "RULE_VIOLATED"
    assert (
        company.value(
            "select count(*) from {s}.team_member where record_id = :i", i=number(customer)
        )
        == 0
    )


def test_adding_again_changes_the_terms(company: TestCompany, customer: str) -> None:
    add(company, customer, "carol", "READ")
    add(company, customer, "carol", "WRITE")
    rows = company.sql(
        "select access from {s}.team_member where record_id = :i", i=number(customer)
    )
    assert rows == [{"access": "WRITE"}]
    log = company.sql(
        "select action, actor_id from {s}.operation_log where record_object = 'customer'"
        " and record_id = :i order by id",
        i=number(customer),
    )
    alice = company.people["alice"].number
    assert [(row["action"], row["actor_id"]) for row in log] == [
        ("team.added", alice),
        ("team.updated", alice),
    ]


def test_many_members_on_many_records_each_with_its_result(
    company: TestCompany, customer: str
) -> None:
    users = [company.people[key].id for key in ("carol", "bob")]
    done = company.client("alice").run(
        ADD, ids=[customer, "Customer:999999"], u=users, a="READ", t=None
    )["addTeamMembers"]
    assert (done["done"], [f["code"] for f in done["failed"]]) == ([customer], ["NOT_FOUND"])
    refused = company.client("alice").refused(
        ADD, ids=[customer], u=["User:999999"], a="READ", t=None
    )
    assert [(p["path"], p["code"]) for p in refused.problems] == [(["users", 0], "BAD_REFERENCE")]
    assert (
        company.client("alice")
        .refused(ADD, ids=["Product:1"], u=users, a="READ", t=None)
        .problems[0]["code"]
        == "BAD_ID"
    )


def test_a_member_leaves_and_is_gone(company: TestCompany, customer: str) -> None:
    add(company, customer, "carol", "READ")
    carol = company.client("carol")
    assert batch_code(carol, LEAVE, ids=[customer]) == ""
    assert not sees(carol, customer)
    assert batch_code(carol, LEAVE, ids=[customer]) == "NOT_FOUND"
    assert (
        company.client("alice").refused(UPDATE, r=customer, u=company.people["carol"].id).code
        == "NOT_FOUND"
    )


def test_followers_are_ones_own_affair(company: TestCompany, customer: str) -> None:
    alice, carol = company.client("alice"), company.client("carol")
    follow = "mutation($ids: [ID!]!) { follow(ids: $ids) { done failed { code } } }"
    unfollow = "mutation($ids: [ID!]!) { unfollow(ids: $ids) { done failed { code } } }"
    count = "{ followers { totalCount } }"
    for _ in range(2):
        assert batch_code(alice, follow, ids=[customer]) == ""
    assert alice.run(count)["followers"]["totalCount"] == 1
    assert batch_code(carol, follow, ids=[customer]) == "NOT_FOUND"
    assert carol.run(count)["followers"]["totalCount"] == 0
    assert company.client("admin").run(count)["followers"]["totalCount"] == 0
    for _ in range(2):
        assert batch_code(alice, unfollow, ids=[customer]) == ""
    assert alice.run(count)["followers"]["totalCount"] == 0


def test_the_last_contact_follows_the_newest_follow_up(company: TestCompany, customer: str) -> None:
    alice = company.client("alice")
    ids = [
        alice.run(FOLLOW_UP, r=customer, t=text)["addFollowUp"]["record"]["id"]
        for text in ("第一次", "第二次")
    ]

    def last() -> Any:
        query = "query($id: ID!) { customer(id: $id) { lastFollowUpText lastFollowUpAt } }"
        return alice.run(query, id=customer)["customer"]

    assert last()["lastFollowUpText"] == "第二次"
    assert batch_code(alice, DELETE_FOLLOW_UP, id=ids[1]) == ""
    assert last()["lastFollowUpText"] == "第一次"
    assert batch_code(alice, DELETE_FOLLOW_UP, id=ids[0]) == ""
    assert last() == {"lastFollowUpText": None, "lastFollowUpAt": None}


def test_a_follow_up_is_its_authors_to_change(company: TestCompany, customer: str) -> None:
    """By its author, who only reads the record; by who may edit the record; by nobody else."""
    add(company, customer, "carol", "READ")
    add(company, customer, "bob", "READ")
    carol = company.client("carol")
    id = carol.run(FOLLOW_UP, r=customer, t="原文")["addFollowUp"]["record"]["id"]
    assert company.client("bob").refused(EDIT_FOLLOW_UP, id=id).code == "FORBIDDEN"
    assert batch_code(company.client("bob"), DELETE_FOLLOW_UP, id=id) == "FORBIDDEN"
    assert carol.run(EDIT_FOLLOW_UP, id=id)["updateFollowUp"]["record"] == {"text": "改过"}
    assert company.client("alice").run(EDIT_FOLLOW_UP, id=id)
    assert batch_code(carol, DELETE_FOLLOW_UP, id=id) == ""


def test_follow_ups_of_a_period(company: TestCompany, customer: str) -> None:
    alice = company.client("alice")
    alice.run(FOLLOW_UP, r=customer, t="今天")
    old = company.insert("followUp", record=record_id(customer), text="很久以前")
    company.sql(
        "update {s}.follow_up set created_at = now() - interval '400 days' where id = :i", i=old
    )
    query = """query($id: ID!, $w: FollowUpWhere) {
      customer(id: $id) { followUps(where: $w) { nodes { text } } } }"""

    def texts(period: str) -> list[str]:
        found = alice.run(query, id=customer, w={"createdAt": {"during": period}})
        return [each["text"] for each in found["customer"]["followUps"]["nodes"]]

    assert (texts("TODAY"), texts("YESTERDAY")) == (["今天"], [])


def test_phrases_are_personal(company: TestCompany) -> None:
    alice = company.client("alice")
    id = alice.run('mutation { createPhrase(input: {text: "您好"}) { record { id user { id } } } }')
    phrase = id["createPhrase"]["record"]
    assert phrase["user"] == {"id": company.people["alice"].id}
    update = 'mutation($id: ID!) { updatePhrase(id: $id, input: {text: "偷改"}) { record { id } } }'
    for person in ("manager", "admin"):
        client = company.client(person)
        assert client.run("{ phrases { totalCount } }") == {"phrases": {"totalCount": 0}}
        assert client.refused(update, id=phrase["id"]).code == "NOT_FOUND"
    assert alice.run("{ phrases { nodes { text } } }") == {"phrases": {"nodes": [{"text": "您好"}]}}


def number(id: str) -> int:
    return int(id.split(":")[1])


def record_id(id: str) -> RecordId:
    return RecordId("customer", number(id))
