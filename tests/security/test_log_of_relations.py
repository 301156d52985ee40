"""The operation log names no record that its reader does not see (OBJ-12, non-interference)."""

import pytest

from tests.harness.client import Client
from tests.harness.company import TestCompany

LOG = (
    "query($i: ID!) { contact(id: $i) { customer { id } operationLog { nodes { changes } } }"
    " operationLogs(where: {record: {eq: $i}}) { nodes { changes } } }"
)


@pytest.fixture(scope="module")
def contact(company: TestCompany) -> tuple[str, str]:
    """alice's contact of carol's customer: the ids of both."""
    customer = company.client("carol").run(
        'mutation { createCustomer(input: {name: "别人的客户"}) { record { id } } }'
    )["createCustomer"]["record"]["id"]
    made = company.client("admin").run(
        'mutation($c: ID!) { createContact(input: {name: "联系人", customer: $c})'
        " { record { id } } }",
        c=customer,
    )["createContact"]["record"]["id"]
    company.sql("update {s}.contact set owner_id = :o", o=company.people["alice"].number)
    return made, customer


def entries(client: Client, contact: str) -> list[dict[str, object]]:
    """What both ways to the log say about the customer of the contact."""
    found = client.run(LOG, i=contact)
    nodes = found["contact"]["operationLog"]["nodes"] + found["operationLogs"]["nodes"]
    return [each for node in nodes for each in node["changes"] if each["field"] == "customer"]


def test_a_record_out_of_scope_is_null_in_the_log(
    company: TestCompany, contact: tuple[str, str]
) -> None:
    made, customer = contact
    unseen = {"field": "customer", "old": None, "new": None}
    assert entries(company.client("alice"), made) == [unseen] * 2
    seen = {**unseen, "new": customer}
    assert entries(company.client("admin"), made) == [seen] * 2


def test_a_record_one_sees_is_named(company: TestCompany, contact: tuple[str, str]) -> None:
    made, customer = contact
    company.client("carol").run(
        "mutation($c: ID!, $u: ID!) { addTeamMembers(ids: [$c], users: [$u], access: READ) { done } }",
        c=customer,
        u=company.people["alice"].id,
    )
    found = entries(company.client("alice"), made)
    assert found == [{"field": "customer", "old": None, "new": customer}] * 2
