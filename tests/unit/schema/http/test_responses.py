"""Which media type an answer has, after the GraphQL-over-HTTP specification."""

import pytest

from schema.http.endpoint import preferred_language
from schema.http.responses import JSON_TYPE, RESPONSE_TYPE, media_type, wants_page


@pytest.mark.parametrize(
    "accept,expected",
    [
        ("", RESPONSE_TYPE),
        ("*/*", RESPONSE_TYPE),
        ("application/*", RESPONSE_TYPE),
        (JSON_TYPE, JSON_TYPE),
        (RESPONSE_TYPE, RESPONSE_TYPE),
        (f"{RESPONSE_TYPE}, {JSON_TYPE};q=0.9", RESPONSE_TYPE),
        (f"{RESPONSE_TYPE};q=0.5, {JSON_TYPE};q=0.9", JSON_TYPE),
        ("text/html, application/json;q=0.8", JSON_TYPE),
        ("text/html", None),
        ("application/json;q=0", None),
        ("application/json;q=many", None),
    ],
)
def test_the_accept_header_decides(accept: str, expected: str | None) -> None:
    assert media_type(accept) == expected


def test_a_browser_gets_the_page_and_a_client_does_not() -> None:
    assert wants_page("text/html,application/xhtml+xml,*/*;q=0.8")
    assert not wants_page("application/json, text/html")
    assert not wants_page("*/*")


@pytest.mark.parametrize(
    "header,expected", [("", ""), ("en-GB,en;q=0.9", "en"), ("fr, zh-CN;q=0.8", "zh"), ("fr", "")]
)
def test_the_first_language_that_is_ours_counts(header: str, expected: str) -> None:
    assert preferred_language(header) == expected
