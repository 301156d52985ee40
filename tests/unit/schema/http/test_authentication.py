"""Bearer tokens and the cookie, which only this very site may send (A9, C10)."""

import pytest

from engine.base.errors import Forbidden
from resolvers.context import SessionCookie
from schema.http.authentication import cookie_header, token_of

COOKIE = {b"cookie": b"a=b; __Host-qiansi=secret", b"host": b"crm.test"}


def test_a_bearer_token_is_found_in_any_case() -> None:
    assert token_of({b"authorization": b"bearer abc"}) == "abc"
    assert token_of({b"authorization": b"Bearer "}) is None
    assert token_of({b"authorization": b"Basic abc"}) is None


def test_a_cookie_of_the_same_origin_signs_in() -> None:
    assert token_of({**COOKIE, b"origin": b"https://crm.test"}) == "secret"
    assert token_of({**COOKIE, b"sec-fetch-site": b"same-origin"}) == "secret"


@pytest.mark.parametrize(
    "more",
    [
        {},
        {b"origin": b"https://evil.test"},
        {b"origin": b"null"},
        {b"origin": b"https://crm.test.evil.test"},
        {b"sec-fetch-site": b"cross-site"},
        {b"sec-fetch-site": b"same-site"},
        {b"origin": b"https://evil.test", b"sec-fetch-site": b"same-origin"},
    ],
)
def test_a_cookie_from_elsewhere_is_refused(more: dict[bytes, bytes]) -> None:
    with pytest.raises(Forbidden):
        token_of({**COOKIE, **more})


def test_the_cookie_is_for_this_host_and_no_script() -> None:
    header = cookie_header(SessionCookie("t"), 60)
    assert header == "__Host-qiansi=t; Path=/; Max-Age=60; Secure; HttpOnly; SameSite=Strict"
    assert "Max-Age=0" in cookie_header(SessionCookie(""), 60)
