"""What hangs on a record and is moved to another leaves nothing of it behind (OBJ-14)."""

from tests.harness.client import Client
from tests.harness.company import TestCompany


def customer(client: Client, name: str) -> str:
    made = client.run(
        "mutation($n: String!) { createCustomer(input: {name: $n}) { record { id } } }", n=name
    )
    id: str = made["createCustomer"]["record"]["id"]
    return id


def last_text(client: Client, id: str) -> str | None:
    query = "query($i: ID!) { customer(id: $i) { lastFollowUpText } }"
    found: str | None = client.run(query, i=id)["customer"]["lastFollowUpText"]
    return found


def test_a_moved_follow_up_counts_for_its_new_record_only(company: TestCompany) -> None:
    alice = company.client("alice")
    first, second = customer(alice, "原客户"), customer(alice, "新客户")
    add = 'mutation($r: ID!) { addFollowUp(record: $r, text: "见面") { record { id } } }'
    follow_up = alice.run(add, r=first)["addFollowUp"]["record"]["id"]
    alice.run(
        "mutation($i: ID!, $r: ID!) { updateFollowUp(id: $i, input: {record: $r}) { record { id } } }",
        i=follow_up,
        r=second,
    )
    assert (last_text(alice, first), last_text(alice, second)) == (None, "见面")


def test_a_link_changed_into_one_that_is_there_is_not_unique(company: TestCompany) -> None:
    alice = company.client("alice")
    whose = customer(alice, "商机客户")
    owner = alice.run(
        'mutation($c: ID!) { createOpportunity(input: {name: "商机", customer: $c}) { record { id } } }',
        c=whose,
    )["createOpportunity"]["record"]["id"]
    create = (
        "mutation($n: String!, $c: ID!) { createContact(input: {name: $n, customer: $c})"
        " { record { id } } }"
    )
    link = (
        "mutation($o: ID!, $c: ID!) { createOpportunityContact(input: {opportunity: $o,"
        " contact: $c}) { record { id } } }"
    )
    contacts = [
        alice.run(create, n=name, c=whose)["createContact"]["record"]["id"] for name in ("甲", "乙")
    ]
    links = [alice.run(link, o=owner, c=c)["createOpportunityContact"]["record"] for c in contacts]
    failure = alice.refused(
        "mutation($i: ID!, $c: ID!) { updateOpportunityContact(id: $i, input: {contact: $c})"
        " { record { id } } }",
        i=links[1]["id"],
        c=contacts[0],
    )
    assert [each["code"] for each in failure.problems] == ["NOT_UNIQUE"]
