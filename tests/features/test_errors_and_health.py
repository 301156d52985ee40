"""The shapes of errors, their two languages, and what operators look at."""

import json
import re
from typing import Any

import httpx
import pytest

from tests.harness.company import TestCompany
from tests.harness.servers import wait_until

CREATE = "mutation($i: CustomerInput!) { createCustomer(input: $i) { record { id } } }"


def post(company: TestCompany, person: str, query: str, **headers: str) -> httpx.Response:
    return company.client(person).post(
        query, headers={k.replace("_", "-"): v for k, v in headers.items()}
    )


def only(answer: httpx.Response) -> dict[str, Any]:
    (error,) = answer.json()["errors"]
    found: dict[str, Any] = error
    return found


def test_an_input_has_all_its_problems_at_once(company: TestCompany) -> None:
    given = {"mobile": "12", "email": "x", "level": "Z", "name": "", "parent": "Customer:999999"}
    answer = company.client("alice").post(CREATE, {"i": given})
    error = only(answer)
    assert (error["path"], error["extensions"]["code"]) == (["createCustomer"], "INVALID_INPUT")
    found = {tuple(p["path"]): p["code"] for p in error["extensions"]["problems"]}
    assert found == {
        ("input", "name"): "REQUIRED",
        ("input", "mobile"): "BAD_FORMAT",
        ("input", "email"): "BAD_FORMAT",
        ("input", "level"): "UNKNOWN_OPTION",
        ("input", "parent"): "BAD_REFERENCE",
    }
    assert all(problem["message"] for problem in error["extensions"]["problems"])
    assert company.value("select count(*) from {s}.customer") == 0


def test_a_single_problem_is_the_message_in_the_readers_language(company: TestCompany) -> None:
    messages = {}
    for language in ("zh", "en"):
        answer = company.client("alice").post(
            CREATE, {"i": {"name": None}}, headers={"Accept-Language": language}
        )
        error = only(answer)
        (problem,) = error["extensions"]["problems"]
        assert problem["message"] == error["message"]
        messages[language] = error["message"]
    assert messages["zh"] == "客户名称为必填项"
    assert messages["en"].isascii() and "required" in messages["en"].lower()


@pytest.mark.parametrize(
    ("header", "chinese"),
    [
        ("zh-CN,zh;q=0.9,en;q=0.8", True),
        ("en-GB,zh;q=0.5", False),
        ("fr", True),
        ("", True),
    ],
)
def test_the_language_is_the_readers_else_chinese(
    company: TestCompany, header: str, chinese: bool
) -> None:
    message = only(post(company, "", "{ viewer { isSuper } }", Accept_Language=header))["message"]
    assert message == ("请先登录" if chinese else "Please sign in")


CODES = {
    "UNAUTHENTICATED": ("", "{ customers { totalCount } }"),
    "FORBIDDEN": ("finance", 'mutation { createLead(input: {name: "x"}) { record { id } } }'),
    "NOT_FOUND": ("alice", 'mutation { updateLead(id: "Lead:999", input: {}) { record { id } } }'),
    "INVALID_INPUT": ("alice", '{ customer(id: "nonsense") { id } }'),
    "TOO_COMPLEX": ("alice", "{ " + " ".join(f"a{n}: __typename" for n in range(200)) + " }"),
    "GRAPHQL_PARSE_FAILED": ("alice", "{ customers "),
    "GRAPHQL_VALIDATION_FAILED": ("alice", "{ nothing }"),
    "RULE_VIOLATED": (
        "clerk",
        'mutation { setUserStatus(users: ["User:7"], status: DISABLED) { done } }',
    ),
}


@pytest.mark.parametrize("code", CODES)
def test_every_error_has_code_message_and_request_id(company: TestCompany, code: str) -> None:
    person, query = CODES[code]
    query = query.replace("User:7", company.people["clerk"].id)
    answer = post(company, person, query, Accept="application/json")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("application/json")
    error = only(answer)
    assert error["extensions"]["code"] == code
    assert error["extensions"]["requestId"] == answer.headers["x-request-id"]
    assert error["message"]


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("GRAPHQL_PARSE_FAILED", 400),
        ("GRAPHQL_VALIDATION_FAILED", 400),
    ],
)
def test_the_newer_media_type_carries_the_status(
    company: TestCompany, code: str, status: int
) -> None:
    person, query = CODES[code]
    answer = post(company, person, query, Accept="application/graphql-response+json")
    assert (answer.status_code, only(answer)["extensions"]["code"]) == (status, code)
    assert answer.headers["content-type"].startswith("application/graphql-response+json")


def test_a_nullable_field_fails_alone(company: TestCompany) -> None:
    answer = post(company, "alice", '{ viewer { isSuper } customer(id: "Lead:1") { id } }').json()
    assert answer["data"] == {"viewer": {"isSuper": False}, "customer": None}
    assert [(e["path"], e["extensions"]["code"]) for e in answer["errors"]] == [
        (["customer"], "INVALID_INPUT")
    ]


def test_an_alias_is_the_path_of_its_error(company: TestCompany) -> None:
    query = 'mutation { mine: createCustomer(input: {name: ""}) { record { id } } }'
    assert only(post(company, "alice", query))["path"] == ["mine"]


def test_a_mutation_that_fails_leaves_those_before_and_after(company: TestCompany) -> None:
    body = post(
        company,
        "alice",
        'mutation { a: addFollowUp(record: "Customer:999", text: "x") { record { id } }'
        " b: signOut }",
    ).json()
    assert [error["path"] for error in body["errors"]] == [["a"]]
    company.sign_in("alice")


def test_a_conflict_tells_the_version(company: TestCompany) -> None:
    client = company.client("alice")
    id = client.run(CREATE, i={"name": "版本"})["createCustomer"]["record"]["id"]
    update = (
        "mutation($id: ID!, $v: Int) { updateCustomer(id: $id, version: $v,"
        ' input: {remark: "x"}) { record { version } } }'
    )
    assert client.run(update, id=id, v=1)["updateCustomer"]["record"] == {"version": 2}
    error = client.refused(update, id=id, v=1).errors[0]
    assert error["extensions"]["code"] == "CONFLICT"
    assert 2 in error["extensions"].values()


def test_what_still_refers_to_a_record_is_named(company: TestCompany) -> None:
    client = company.client("alice")
    customer = client.run(CREATE, i={"name": "被引用"})["createCustomer"]["record"]["id"]
    client.run(
        'mutation($c: ID!) { createContact(input: {name: "李", customer: $c}) { record { id } } }',
        c=customer,
    )
    delete = "mutation($id: ID!) { deleteCustomers(ids: [$id], atomic: true) { done } }"
    error = client.refused(delete, id=customer).errors[0]
    assert error["extensions"]["code"] == "STILL_REFERENCED"
    assert "contact" in json.dumps(error["extensions"]).lower()


def test_alive_ready_and_measured(company: TestCompany) -> None:
    for server in company.servers:
        with httpx.Client(base_url=server.url) as http:
            alive, ready, metrics = (http.get(p) for p in ("/healthz", "/readyz", "/metrics"))
            assert (alive.status_code, alive.json()) == (200, {"status": "ok"})
            assert (ready.status_code, ready.json()) == (200, {"status": "ready"})
            assert metrics.headers["content-type"].startswith("text/plain")
            assert http.get("/nothing").status_code == 404


def test_metrics_count_by_kind_and_code(company: TestCompany) -> None:
    def count(code: str) -> float:
        text = httpx.get(f"{company.servers[0].url}/metrics").text
        pattern = rf'qiansi_operations_total{{code="{code}",kind="query"}} ([0-9.]+)'
        found = re.search(pattern, text)
        return float(found.group(1)) if found else 0.0

    before = count("OK"), count("UNAUTHENTICATED")
    company.client("alice").run("{ viewer { isSuper } }")
    company.client("").refused("{ viewer { isSuper } }")
    assert (count("OK"), count("UNAUTHENTICATED")) == (before[0] + 1, before[1] + 1)
    shown = httpx.get(f"{company.servers[0].url}/metrics").text
    assert not [label for label in re.findall('"([^"]*)"', shown) if "13900" in label]


def test_a_request_id_goes_from_the_caller_through_answer_and_log(company: TestCompany) -> None:
    given = "caller-0123456789"
    company.sql("alter table {s}.visit add constraint never check (false) not valid")
    customer = company.insert("customer", name="日志", owner=company.people["alice"].number)
    contract = company.insert(
        "contract",
        name="合同",
        number="HT-1",
        customer=customer,
        owner=company.people["alice"].number,
    )
    query = (
        f'mutation {{ createVisit(input: {{number: "V-1", customer: "Customer:{customer}",'
        f' contract: "Contract:{contract}"}}) {{ record {{ id }} }} }}'
    )
    answer = post(company, "alice", query, X_Request_Id=given)
    assert answer.headers["x-request-id"] == given
    error = only(answer)
    assert (error["extensions"]["code"], error["extensions"]["requestId"]) == ("INTERNAL", given)
    log = company.servers[0].log
    wait_until(lambda: given in log.read_text(), "the request is logged", 5)
    (line,) = [each for each in log.read_text().splitlines() if given in each]
    entry = json.loads(line)
    assert (entry["request_id"], entry["level"]) == (given, "error")


@pytest.mark.parametrize(
    "given", ["short", "x" * 65, "a b c d e f g", "evil\\r\\nSet-Cookie: a=b", "中文编号编号编号"]
)
def test_a_request_id_that_is_not_sane_is_replaced(company: TestCompany, given: str) -> None:
    client = company.client("alice")
    headers = [(name.encode(), value.encode()) for name, value in client.headers().items()]
    answer = client.http.post(
        f"{client.url}/graphql",
        json={"query": "{ viewer { isSuper } }"},
        headers=[*headers, (b"X-Request-Id", given.encode())],
    )
    assert re.fullmatch(r"[0-9a-f]{16}", answer.headers["x-request-id"])


def test_the_logs_are_json_lines_without_secrets(company: TestCompany) -> None:
    marker = "marker-password-91"
    company.client("").post(
        'mutation($p: String!) { signIn(account: "13900000000", password: $p) { token } }',
        {"p": marker},
    )
    company.client("alice").post(
        "query($n: Int) { customers(first: $n) { totalCount } }", {"n": marker}
    )
    for server in company.servers:
        text = server.log.read_text()
        assert marker not in text
        assert all(token not in text for token in company.tokens.values() if token)
