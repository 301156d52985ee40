"""What surrounds every HTTP answer: a request id, and headers that keep browsers strict.

The order is the list in `app.py`.
"""

import re
import secrets
from collections.abc import Callable
from typing import Any

_ID = re.compile(rb"[A-Za-z0-9._-]{8,64}")
_HEADERS = [
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"cache-control", b"no-store"),
    (b"cross-origin-resource-policy", b"same-origin"),
]
Receive = Callable[[], Any]
Send = Callable[[Any], Any]


class Envelope:
    """Gives every request an id (taken from X-Request-Id when it is sane), told in the answer,
    and forbids sniffing, framing and caching of it."""

    def __init__(self, app: Any) -> None:
        self._app = app

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        id = _request_id(scope["headers"])
        scope.setdefault("state", {})["request_id"] = id.decode()
        added = [*_HEADERS, (b"x-request-id", id)]

        async def send_enveloped(message: Any) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *added]
            await send(message)

        await self._app(scope, receive, send_enveloped)


class ShortWay:
    """Hands the one busy path to its application without asking the router."""

    def __init__(self, app: Any, path: str, to: Any) -> None:
        self._app, self._path, self._to = app, path, to

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        busy = scope["type"] == "http" and scope["path"] == self._path
        await (self._to if busy else self._app)(scope, receive, send)


def _request_id(headers: list[tuple[bytes, bytes]]) -> bytes:
    for name, value in headers:
        if name == b"x-request-id" and _ID.fullmatch(value):
            return value
    return secrets.token_hex(8).encode()
