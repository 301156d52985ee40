"""What is taken as a GraphQL request, and how everything else is refused (C3, C5, C11)."""

import pytest

from engine.base.settings import Settings
from schema.http.requests import Asked, HttpRefusal, asked_in_address, asked_in_body, check_length

SETTINGS = Settings()
JSON = "application/json"


def refusal(body: bytes, content_type: str = JSON) -> tuple[int, str]:
    with pytest.raises(HttpRefusal) as caught:
        asked_in_body(body, content_type, SETTINGS)
    return caught.value.status, caught.value.error.code


def test_a_body_gives_query_variables_and_name() -> None:
    asked = asked_in_body(
        b'{"query": "{ a }", "variables": {"x": 1}, "operationName": "q"}', JSON, SETTINGS
    )
    assert (asked.query, asked.variables, asked.operation_name) == ("{ a }", {"x": 1}, "q")


def test_null_variables_and_name_are_as_good_as_absent() -> None:
    asked = asked_in_body(
        b'{"query": "{ a }", "variables": null, "operationName": null}', JSON, SETTINGS
    )
    assert isinstance(asked, Asked)
    assert (asked.variables, asked.operation_name) == ({}, None)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"5",
        b'"a"',
        b"[]",
        b"{}",
        b"{",
        b'{"query": 1}',
        b'{"query": ""}',
        b'{"query": "\xff"}',
        b'{"query": "\\ud800"}',
        b'{"query": "{ a }", "variables": 5}',
        b'{"query": "{ a }", "variables": []}',
        b'{"query": "{ a }", "operationName": 5}',
        b'{"query": "{ a }", "extensions": 5}',
        b'{"query": "{ a }", "query": "{ b }"}',
        b'{"query": "{ a }", "variables": {"x": 1}, "variables": {}}',
        b'[{"query": "{ a }"}]',
    ],
)
def test_anything_else_is_a_client_error(body: bytes) -> None:
    assert refusal(body)[0] == 400


def test_nesting_is_limited_before_parsing() -> None:
    assert refusal(b"[" * 100_000) == (400, "TOO_COMPLEX")
    deep = b'{"query": "{ a }", "variables": {"a": ' + b"[" * 50 + b"]" * 50 + b"}}"
    assert refusal(deep) == (400, "TOO_COMPLEX")


def test_brackets_inside_texts_do_not_nest() -> None:
    body = b'{"query": "{ a }", "variables": {"a": "' + b"[" * 100 + b'\\"[[["}}'
    assert asked_in_body(body, JSON, SETTINGS).variables["a"].startswith("[[[")


@pytest.mark.parametrize(
    "content_type",
    [
        "",
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data",
        "application/json; charset=gbk",
        "text/plain; application/json",
    ],
)
def test_only_json_is_a_content_type(content_type: str) -> None:
    assert refusal(b'{"query": "{ a }"}', content_type)[0] == 415


@pytest.mark.parametrize(
    "content_type",
    ["application/json", "Application/JSON; charset=UTF-8", 'application/json;charset="utf-8"'],
)
def test_json_in_utf_8_is_taken(content_type: str) -> None:
    assert asked_in_body(b'{"query": "{ a }"}', content_type, SETTINGS).query == "{ a }"


def test_a_get_takes_its_query_from_the_address() -> None:
    asked = asked_in_address(b"query=%7B%20a%20%7D&variables=%7B%22x%22%3A1%7D", SETTINGS)
    assert (asked.query, asked.variables) == ("{ a }", {"x": 1})


@pytest.mark.parametrize(
    "address",
    [b"", b"query=%FF", b"query=a&query=b", b"query=a&variables=%7B", b"query=a&variables=5"],
)
def test_a_get_that_is_none_is_refused(address: bytes) -> None:
    with pytest.raises(HttpRefusal) as caught:
        asked_in_address(address, SETTINGS)
    assert caught.value.status == 400


def test_a_body_over_the_limit_is_too_large() -> None:
    check_length(SETTINGS.body_limit_bytes, SETTINGS)
    with pytest.raises(HttpRefusal) as caught:
        check_length(SETTINGS.body_limit_bytes + 1, SETTINGS)
    assert (caught.value.status, caught.value.error.code) == (413, "TOO_LARGE")
