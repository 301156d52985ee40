"""M2, M15, M16, M21–M26 and C1–C11: rude requests get a clear JSON error at once."""

import json
from typing import Any

import httpx
import pytest

from tests.harness.company import TestCompany

JSON = {"Content-Type": "application/json"}


def send(company: TestCompany, body: bytes, **headers: str) -> httpx.Response:
    client = company.client("alice")
    return client.http.post(
        f"{client.url}/graphql", content=body, headers={**client.headers(), **JSON, **headers}
    )


def codes(answer: httpx.Response) -> list[str]:
    return [error["extensions"]["code"] for error in answer.json()["errors"]]


MALFORMED = {
    "null": b"null",
    "a number": b"5",
    "a text": b'"query"',
    "a list": b"[]",
    "a batch": b'[{"query": "{ viewer { isSuper } }"}]',
    "nothing": b"",
    "no JSON": b"{",
    "bad UTF-8": b'{"query": "\xff\xfe"}',
    "deep lists": b"[" * 100_000,
    "deep variables": b'{"query": "{ __typename }", "variables": {"a": '
    + b"[" * 5000
    + b"]" * 5000
    + b"}}",
    "no query": b"{}",
    "query of a wrong type": b'{"query": 1}',
    "variables of a wrong type": b'{"query": "{ __typename }", "variables": 5}',
}


@pytest.mark.parametrize("name", MALFORMED)
def test_a_malformed_body_is_a_client_error_in_json(company: TestCompany, name: str) -> None:
    answer = send(company, MALFORMED[name])
    assert 400 <= answer.status_code < 500
    assert answer.json()["errors"][0]["message"]


def test_a_body_over_the_limit_is_too_large(company: TestCompany) -> None:
    answer = send(company, b'{"query": "' + b" " * 1_000_001 + b'"}')
    assert (answer.status_code, codes(answer)) == (413, ["TOO_LARGE"])


def query(company: TestCompany, text: str, **variables: Any) -> httpx.Response:
    return company.client("alice").post(text, variables)


DEEP = (
    "{ customers { nodes " + "{ contacts { nodes { customer " * 8 + "{ id }" + " } } }" * 8 + " } }"
)
COMPLEX = {
    "repeated fields": "{ customers { nodes { " + "id " * 2000 + "} } }",
    "aliases": "{ " + " ".join(f"a{n}: viewer {{ isSuper }}" for n in range(101)) + " }",
    "directives": "{ viewer { isSuper " + "@include(if: true) " * 200 + "} }",
    "depth": DEEP,
    "depth through fragments": "query { customers { nodes { ...f0 } } } "
    + " ".join(
        f"fragment f{n} on Customer {{ contacts {{ nodes {{ customer {{ ...f{n + 1} }} }} }} }}"
        for n in range(8)
    )
    + " fragment f8 on Customer { id }",
    "nodes": "{ customers(first: 200) { nodes { contacts(first: 100) { nodes { id } }"
    " opportunities(first: 100) { nodes { id } } } } }",
}


@pytest.mark.parametrize("name", COMPLEX)
def test_too_much_is_refused_before_work(company: TestCompany, name: str) -> None:
    answer = query(company, COMPLEX[name])
    assert codes(answer)[0] in ("TOO_COMPLEX", "GRAPHQL_PARSE_FAILED", "GRAPHQL_VALIDATION_FAILED")


def test_a_list_of_200_000_objects_in_a_variable_is_refused(company: TestCompany) -> None:
    body = {
        "query": "query($w: CustomerWhere) { customers(where: $w) { totalCount } }",
        "variables": {"w": {"and": [{}] * 200_000}},
    }
    answer = send(company, json.dumps(body, separators=(",", ":")).encode())
    assert codes(answer)[0] in ("TOO_COMPLEX", "TOO_LARGE")


def test_a_long_in_list_is_refused(company: TestCompany) -> None:
    answer = query(
        company,
        "query($l: [String!]) { customers(where: {level: {in: $l}}) { totalCount } }",
        l=["A"] * 5000,
    )
    assert codes(answer) == ["TOO_COMPLEX"]


def test_a_deep_filter_is_refused(company: TestCompany) -> None:
    where: dict[str, Any] = {"level": {"eq": "A"}}
    for _ in range(20):
        where = {"not": where}
    answer = query(
        company, "query($w: CustomerWhere) { customers(where: $w) { totalCount } }", w=where
    )
    assert codes(answer) == ["TOO_COMPLEX"]


def test_more_than_four_mutations_are_refused(company: TestCompany) -> None:
    before = company.value("select count(*) from {s}.customer")
    fields = " ".join(
        f'm{n}: createCustomer(input: {{name: "多 {n}"}}) {{ record {{ id }} }}' for n in range(5)
    )
    assert codes(query(company, f"mutation {{ {fields} }}")) == ["TOO_COMPLEX"]
    assert company.value("select count(*) from {s}.customer") == before


@pytest.mark.parametrize("first", [0, -1, 201, 2_000_000_000])
def test_a_page_size_out_of_range_is_refused(company: TestCompany, first: int) -> None:
    answer = query(company, "query($n: Int) { customers(first: $n) { nodes { id } } }", n=first)
    assert codes(answer) == ["INVALID_INPUT"]


@pytest.mark.parametrize(
    "amount",
    [
        "NaN",
        "Infinity",
        "-Infinity",
        "1E+999999",
        "1e3",
        "1_000",
        " 1",
        "1 ",
        "١٢",
        "１",
        "",
        "+1",
        "0x10",
        "--1",
    ],
)
def test_a_decimal_has_one_grammar(company: TestCompany, amount: str) -> None:
    answer = query(
        company,
        "query($a: Decimal) { opportunities(where: {amount: {gt: $a}}) { totalCount } }",
        a=amount,
    )
    assert codes(answer)[0] in ("INVALID_INPUT", "GRAPHQL_VALIDATION_FAILED")


@pytest.mark.parametrize("text", ["a\x00b", "\ud800", "a\udfffb"])
def test_text_that_no_database_takes_is_bad_format_everywhere(
    company: TestCompany, text: str
) -> None:
    create = "mutation($n: String) { createCustomer(input: {name: $n}) { record { id } } }"
    search = "query($n: String) { customers(search: $n) { totalCount } }"
    filtered = "query($n: String) { customers(where: {name: {contains: $n}}) { totalCount } }"
    for document in (create, search, filtered):
        body = json.dumps({"query": document, "variables": {"n": text}}).encode()
        answer = send(company, body)
        assert answer.status_code < 500
        assert codes(answer)[0] in (
            "INVALID_INPUT",
            "GRAPHQL_PARSE_FAILED",
            "GRAPHQL_VALIDATION_FAILED",
        ), answer.text


def test_wildcards_are_ordinary_characters(company: TestCompany) -> None:
    for name in ("折扣50%以上", "折扣50分以上", "下_划线", "下划线", "反\\斜"):
        company.client("alice").run(
            "mutation($n: String) { createCustomer(input: {name: $n}) { record { id } } }", n=name
        )
    for needle, expected in (("50%", "折扣50%以上"), ("下_", "下_划线"), ("反\\", "反\\斜")):
        for document in (
            "query($n: String) { customers(where: {name: {contains: $n}}) { nodes { name } } }",
            "query($n: String) { customers(search: $n) { nodes { name } } }",
        ):
            data = company.client("alice").run(document, n=needle)
            assert data["customers"]["nodes"] == [{"name": expected}], (needle, document)


INJECTIONS = [
    "' or 1=1 --",
    "'; drop table customer; --",
    "$1",
    "%(x)s",
    ":x",
    "\\'",
    '"',
    "$$",
    "{}",
]


@pytest.mark.parametrize("text", INJECTIONS)
def test_sql_in_a_value_is_a_value(company: TestCompany, text: str) -> None:
    client = company.client("alice")
    for document in (
        "query($n: String) { customers(where: {name: {eq: $n}}) { totalCount } }",
        "query($n: String) { customers(where: {name: {contains: $n}}) { totalCount } }",
        "query($n: String) { customers(search: $n) { totalCount } }",
        "query($n: [String!]) { customers(where: {level: {in: $n}}) { totalCount } }",
    ):
        assert client.run(document, n=text)["customers"]["totalCount"] == 0
    assert codes(
        query(company, "query($n: String) { customers(after: $n) { nodes { id } } }", n=text)
    )


@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""]
)
def test_a_cross_site_form_cannot_reach_the_api(company: TestCompany, content_type: str) -> None:
    client = company.client("alice")
    answer = client.http.post(
        f"{client.url}/graphql",
        content=b'{"query": "{ viewer { isSuper } }"}',
        headers={**client.headers(), "Content-Type": content_type},
    )
    assert 400 <= answer.status_code < 500


def test_a_mutation_over_get_is_refused(company: TestCompany) -> None:
    client = company.client("alice")
    answer = client.http.get(
        f"{client.url}/graphql",
        params={"query": "mutation { signOut }"},
        headers=client.headers(),
    )
    assert answer.status_code == 405


def test_a_query_over_get_is_answered(company: TestCompany) -> None:
    client = company.client("alice")
    answer = client.http.get(
        f"{client.url}/graphql",
        params={"query": "{ viewer { isSuper } }"},
        headers=client.headers(),
    )
    assert answer.json() == {"data": {"viewer": {"isSuper": False}}}


@pytest.mark.parametrize("method", ["PUT", "DELETE", "TRACE", "PATCH"])
def test_other_methods_are_refused(company: TestCompany, method: str) -> None:
    client = company.client("alice")
    answer = client.http.request(method, f"{client.url}/graphql", headers=client.headers())
    assert answer.status_code == 405


def test_a_misspelt_field_is_not_corrected_for_the_asker(company: TestCompany) -> None:
    answer = query(company, "{ customers { nodes { nam } } }")
    assert codes(answer) == ["GRAPHQL_VALIDATION_FAILED"]
    assert "mean" not in answer.text


def test_nobody_may_introspect_unsigned(company: TestCompany) -> None:
    answer = company.client("").post("{ __schema { types { name } } }")
    assert codes(answer) == ["UNAUTHENTICATED"]


def test_a_response_key_of_64_bytes_is_answered_or_refused_but_never_cut(
    company: TestCompany,
) -> None:
    keys = ["k" * 63 + "a", "k" * 63 + "b"]
    answer = query(
        company, f"{{ customers(first: 1) {{ nodes {{ {keys[0]}: id {keys[1]}: name }} }} }}"
    ).json()
    if "errors" in answer:
        assert answer["errors"][0]["extensions"]["code"] == "TOO_COMPLEX"
    else:
        assert all(list(node) == keys for node in answer["data"]["customers"]["nodes"])
