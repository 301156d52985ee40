"""What surrounds every HTTP answer: a request id, and headers that keep browsers strict."""

import os
import re
from collections.abc import Callable
from itertools import count
from typing import Any

_ID = re.compile(rb"[A-Za-z0-9._-]{8,64}")
STRICT_HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"cache-control", b"no-store"),
    (b"cross-origin-resource-policy", b"same-origin"),
)
Receive = Callable[[], Any]
Send = Callable[[Any], Any]


class Front:
    """The outermost application: GraphQL goes straight to its endpoint, which makes its answers
    by itself; everything else is routed, and its answers get what `respond` gives GraphQL's."""

    def __init__(self, path: str, endpoint: Any, routed: Any) -> None:
        self._path, self._endpoint, self._routed = path, endpoint, routed

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._routed(scope, receive, send)
        elif scope["path"] == self._path:
            await self._endpoint(scope, receive, send)
        else:
            await self._routed(scope, receive, _enveloped(scope, send))


def request_id(given: bytes | None) -> str:
    """The id that X-Request-Id gives when it is sane, else a new one of 16 hexadecimal digits."""
    if given is not None and _ID.fullmatch(given):
        return given.decode()
    return f"{_process:08x}{next(_numbers) & 0xFFFFFFFF:08x}"


def _enveloped(scope: Any, send: Send) -> Send:
    id = request_id(dict(scope["headers"]).get(b"x-request-id"))
    scope.setdefault("state", {})["request_id"] = id
    added = [*STRICT_HEADERS, (b"x-request-id", id.encode())]

    async def send_enveloped(message: Any) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [*message["headers"], *added]
        await send(message)

    return send_enveloped


# an id tells requests apart and keeps no secret: random per process, counted within
_process = int.from_bytes(os.urandom(4), "big")
_numbers = count(int.from_bytes(os.urandom(4), "big"))
