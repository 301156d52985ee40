"""Bytes meant to hold the event loop or to break the reading of a request (C5, C7, C11)."""

import time

import httpx
import pytest

from tests.harness.company import TestCompany

LIMIT_SECONDS = 1.0
MANY_BRACKETS = b'{"query":' + b"[]" * 50


@pytest.mark.parametrize(
    "tail",
    [b'"' + b'\\"' * 400_000, b'"\\' * 300_000, b'"' * 400_001, b"\\" * 500_000],
    ids=["escaped quotes", "quotes and backslashes", "quotes", "backslashes"],
)
def test_a_string_that_never_ends_is_refused_at_once(company: TestCompany, tail: bytes) -> None:
    started = time.monotonic()
    answer = company.http.post(
        f"{company.servers[0].url}/graphql",
        content=MANY_BRACKETS + tail,
        headers={"Content-Type": "application/json"},
    )
    assert answer.status_code == 400
    assert time.monotonic() - started < LIMIT_SECONDS


@pytest.mark.parametrize("origin", ["http://[::1", "http://[", "http://a]b[", "//", "http://", ""])
def test_an_origin_that_is_none_is_forbidden_and_no_failure(
    company: TestCompany, origin: str
) -> None:
    answer = httpx.post(
        f"{company.servers[0].url}/graphql",
        json={"query": "{ viewer { isSuper } }"},
        headers={"Cookie": "__Host-qiansi=anything", "Origin": origin},
    )
    assert answer.json()["errors"][0]["extensions"]["code"] == "FORBIDDEN"
    assert answer.status_code == 403
