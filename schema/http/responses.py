"""Content negotiation, status codes and headers of answers, after GraphQL over HTTP."""

from collections.abc import Iterable, Mapping
from typing import Any

import orjson

from schema.http.middleware import STRICT_HEADERS

RESPONSE_TYPE = "application/graphql-response+json"
JSON_TYPE = "application/json"
Send = Any


def media_type(accept: str) -> str | None:
    """The media type of the answer that `Accept` prefers; None when it takes neither.

    Without preference it is the specification's own type.
    """
    if accept in ("", "*/*"):
        return RESPONSE_TYPE
    if accept == JSON_TYPE:
        return JSON_TYPE
    best: tuple[float, str | None] = (0.0, None)
    for part in accept.lower().split(","):
        kind, *parameters = [piece.strip() for piece in part.split(";")]
        weight = _weight(parameters)
        offered = _OFFERED.get(kind)
        if offered is not None and weight > best[0]:
            best = (weight, offered)
    return best[1]


def wants_page(accept: str) -> bool:
    """Whether a browser asks: HTML named, GraphQL types not."""
    return "text/html" in accept and "graphql" not in accept and JSON_TYPE not in accept


_OFFERED = {
    RESPONSE_TYPE: RESPONSE_TYPE,
    "application/*": RESPONSE_TYPE,
    "*/*": RESPONSE_TYPE,
    JSON_TYPE: JSON_TYPE,
}


def _weight(parameters: Iterable[str]) -> float:
    for each in parameters:
        if each.startswith("q="):
            try:
                return float(each[2:])
            except ValueError:
                return 0.0
    return 1.0


def encode(value: Any) -> bytes:
    """JSON bytes; finished texts pass through as they are."""
    return orjson.dumps(value)


async def respond(
    send: Send,
    request_id: str,
    body: bytes,
    *,
    kind: str = JSON_TYPE,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
) -> None:
    """Sends one whole answer."""
    found = [
        (b"content-type", f"{kind}; charset=utf-8".encode()),
        (b"content-length", str(len(body)).encode()),
        (b"x-request-id", request_id.encode()),
        *STRICT_HEADERS,
    ]
    if headers:
        found += [(name.lower().encode(), value.encode()) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": status, "headers": found})
    await send({"type": "http.response.body", "body": body})
