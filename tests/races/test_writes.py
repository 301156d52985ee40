"""F1, F4, F8 of the checklist, through two server processes on one database."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx

from tests.harness.client import Client
from tests.harness.company import TestCompany

CREATE = """mutation($input: CustomerInput!) {
  createCustomer(input: $input) { record { id version } }
}"""
UPDATE = """mutation($id: ID!, $input: CustomerPatch!, $version: Int) {
  updateCustomer(id: $id, input: $input, version: $version) { record { version } }
}"""


def together(work: list[Callable[[], Any]]) -> list[Any]:
    """Runs all at once, each in a thread of its own."""
    with ThreadPoolExecutor(len(work)) as pool:
        return [future.result() for future in [pool.submit(each) for each in work]]


def request(client: Client, query: str, variables: dict[str, Any], key: str = "") -> dict[str, Any]:
    """One request on a connection of its own."""
    headers = {"Idempotency-Key": key} if key else {}
    with httpx.Client(timeout=30) as http:
        own = Client(http, client.url, client.company, client.token, client.language)
        answer = own.post(query, variables, headers)
    return {"status": answer.status_code, "text": answer.text, **answer.json()}


def code(answer: dict[str, Any]) -> str | None:
    errors = answer.get("errors")
    return errors[0]["extensions"]["code"] if errors else None


def test_of_two_editors_with_one_version_exactly_one_wins(company: TestCompany) -> None:
    client = company.client("alice")
    id = client.run(CREATE, input={"name": "两个编辑"})["createCustomer"]["record"]["id"]
    answers = together(
        [
            lambda n=n: request(  # type: ignore[misc]
                company.client("alice", n % 2),
                UPDATE,
                {"id": id, "input": {"remark": f"第 {n} 次"}, "version": 1},
            )
            for n in range(10)
        ]
    )
    assert sorted(str(code(a)) for a in answers) == ["CONFLICT"] * 9 + ["None"]
    assert company.value("select version from {s}.customer where id = :i", i=int(id[9:])) == 2


def test_editors_at_once_see_in_the_log_whom_they_followed(company: TestCompany) -> None:
    """Each entry begins with the value that the one before ended with."""
    client = company.client("alice")
    id = client.run(CREATE, input={"name": "同时编辑"})["createCustomer"]["record"]["id"]
    together(
        [
            lambda n=n: request(  # type: ignore[misc]
                company.client("alice", n % 2),
                UPDATE,
                {"id": id, "input": {"remark": f"第 {n} 次", "level": "AB"[n % 2]}},
            )
            for n in range(20)
        ]
    )
    entries = company.sql(
        "select changes from {s}.operation_log where record_object = 'customer'"
        " and record_id = :i and action = 'update' order by id",
        i=int(id[9:]),
    )
    for name in ("remark", "level"):
        found = [c for e in entries for c in e["changes"] if c["field"] == name]
        assert [c["old"] for c in found] == [None, *(c["new"] for c in found[:-1])]
    assert len(entries) == 20
    assert company.value("select version from {s}.customer where id = :i", i=int(id[9:])) == 21


def test_fifty_parallel_creates_of_one_name_make_one_row(company: TestCompany) -> None:
    spellings = ["Race Ltd", "race ltd", "RACE LTD ", "Ｒace Ltd", "Race​ Ltd"]
    answers = together(
        [
            lambda n=n: request(  # type: ignore[misc]
                company.client("alice", n % 2), CREATE, {"input": {"name": spellings[n % 5]}}
            )
            for n in range(50)
        ]
    )
    assert [code(a) for a in answers].count(None) == 1
    refused = [a for a in answers if code(a) is not None]
    problems = {a["errors"][0]["extensions"]["problems"][0]["code"] for a in refused}
    assert problems == {"NOT_UNIQUE"}
    assert (
        company.value("select count(*) from {s}.customer where lower(name) like '%ace ltd%'") == 1
    )


def test_a_repeated_key_gives_the_first_answer_again(company: TestCompany) -> None:
    arguments = {"input": {"name": "幂等一"}}
    first = request(company.client("alice"), CREATE, arguments, "key-1")
    again = request(company.client("alice", 1), CREATE, arguments, "key-1")
    assert (code(first), again["text"]) == (None, first["text"])
    assert company.value("select count(*) from {s}.customer where name = '幂等一'") == 1


def test_twelve_parallel_requests_with_one_key_have_one_effect(company: TestCompany) -> None:
    answers = together(
        [
            lambda n=n: request(  # type: ignore[misc]
                company.client("alice", n % 2), CREATE, {"input": {"name": "幂等二"}}, "key-2"
            )
            for n in range(12)
        ]
    )
    assert company.value("select count(*) from {s}.customer where name = '幂等二'") == 1
    done = {json.dumps(a["data"]) for a in answers if code(a) is None}
    assert len(done) == 1
    assert {code(a) for a in answers} <= {None, "CONFLICT"}


def test_a_key_with_another_body_is_refused(company: TestCompany) -> None:
    request(company.client("alice"), CREATE, {"input": {"name": "幂等三"}}, "key-3")
    other = request(company.client("alice"), CREATE, {"input": {"name": "幂等三乙"}}, "key-3")
    assert code(other) == "CONFLICT"
    assert company.value("select count(*) from {s}.customer where name = '幂等三乙'") == 0


def test_a_key_belongs_to_its_user(company: TestCompany) -> None:
    request(company.client("alice"), CREATE, {"input": {"name": "幂等四"}}, "key-4")
    other = request(company.client("carol"), CREATE, {"input": {"name": "幂等四乙"}}, "key-4")
    assert code(other) is None


def test_a_refused_request_does_not_use_up_its_key(company: TestCompany) -> None:
    refused = request(company.client("alice"), CREATE, {"input": {"name": ""}}, "key-5")
    assert code(refused) == "INVALID_INPUT"
    company_id = request(company.client("alice"), CREATE, {"input": {"name": ""}}, "key-5")
    assert code(company_id) == "INVALID_INPUT"
    assert company.value("select count(*) from {s}.idempotency_key where key = 'key-5'") == 0


def test_deleting_a_customer_and_adding_a_contact_at_once_never_both_succeed(
    company: TestCompany,
) -> None:
    for round_number in range(8):
        client = company.client("alice")
        created = client.run(CREATE, input={"name": f"竞争删除 {round_number}"})
        id = created["createCustomer"]["record"]["id"]
        deleted, added = together(
            [
                lambda id=id: request(  # type: ignore[misc]
                    company.client("alice", 0),
                    "mutation($ids: [ID!]!) { deleteCustomers(ids: $ids) { done } }",
                    {"ids": [id]},
                ),
                lambda id=id: request(  # type: ignore[misc]
                    company.client("alice", 1),
                    'mutation($c: ID!) { createContact(input: {name: "甲", customer: $c}) { record { id } } }',
                    {"c": id},
                ),
            ]
        )
        gone = deleted["data"]["deleteCustomers"]["done"] == [id]
        assert gone != (code(added) is None), (deleted, added)
