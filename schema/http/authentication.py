"""Who a request says it is: a bearer token, or the cookie of this very site (A9, C10).

Whether the token is alive is the principal's business (`engine/access/principals.py`).
"""

from collections.abc import Mapping

from engine.base.errors import Forbidden
from resolvers.context import SessionCookie

COOKIE = "__Host-qiansi"
SAME_SITE = ("same-origin", "none")
TOKEN_LENGTH = 200


def token_of(headers: Mapping[bytes, bytes]) -> str | None:
    """The session token of a request. Raises Forbidden for a cookie sent by another site."""
    authorization = headers.get(b"authorization", b"")
    if authorization[:7].lower() == b"bearer ":
        return authorization[7:].strip()[:TOKEN_LENGTH].decode("latin-1") or None
    token = _cookie(headers.get(b"cookie", b"").decode("latin-1"))
    if token is not None:
        _check_origin(headers)
    return token


def cookie_header(cookie: SessionCookie, seconds: int) -> str:
    """`Set-Cookie` for a new session, or to remove it when its token is empty."""
    age = seconds if cookie.token else 0
    return f"{COOKIE}={cookie.token}; Path=/; Max-Age={age}; Secure; HttpOnly; SameSite=Strict"


def _cookie(header: str) -> str | None:
    for part in header.split(";"):
        name, _, value = part.strip().partition("=")
        if name == COOKIE and value:
            return value[:TOKEN_LENGTH]
    return None


def _check_origin(headers: Mapping[bytes, bytes]) -> None:
    origin = headers.get(b"origin")
    if origin is not None:
        # an origin is scheme and host and no more, so nothing is left to parse or to fail at
        _, _, place = origin.partition(b"://")
        if place and place == headers.get(b"host"):
            return
    elif headers.get(b"sec-fetch-site", b"").decode("latin-1") in SAME_SITE:
        return
    raise Forbidden("origin")
