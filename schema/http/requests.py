"""An HTTP request → the operation asked for, checked before anything is parsed (C3, C5, C11).

GraphQL over HTTP as specified: POST with a JSON object, GET for queries. Nothing else is taken,
so a form of another site cannot reach the API (C10).
"""

import json
from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import parse_qsl

import orjson

from engine.base.errors import AppError, InvalidInput, ParseFailed, Problem, TooComplex, TooLarge
from engine.base.settings import Settings
from resolvers.limits import nests_too_deep

BRACKETS_LIMIT = 20_000
KEYS_LIMIT = 100
_KEYS = (b'"query"', b'"variables"', b'"operationName"', b'"extensions"')


class HttpRefusal(Exception):
    """A request that is no GraphQL request: the HTTP status and what to tell."""

    def __init__(self, status: int, error: AppError, headers: Mapping[str, str] | None = None):
        super().__init__(status)
        self.status = status
        self.error = error
        self.headers = dict(headers or {})


class Asked(NamedTuple):
    """What a request asks to run. `body_hash` is set for idempotency;
    `query` is empty when only the hash of a registered document came."""

    query: str
    variables: Mapping[str, Any] = {}
    operation_name: str | None = None
    body_hash: bytes = b""
    document_hash: str | None = None


def asked_in_body(body: bytes, content_type: str, settings: Settings) -> Asked:
    """The operation of a POST. Raises HttpRefusal (400, 413, 415)."""
    if content_type != "application/json" and not _is_json(content_type):
        raise HttpRefusal(415, ParseFailed("contentType"))
    found = _load(body, settings)
    if not isinstance(found, dict):
        raise _refusal((), "BAD_FORMAT")
    for key in _KEYS:
        if body.count(key) > 1:
            _check_unique_keys(body)
            break
    return _asked(found)


def asked_in_address(query_string: bytes, settings: Settings) -> Asked:
    """The query of a GET. Raises HttpRefusal."""
    if len(query_string) > settings.body_limit_bytes:
        raise HttpRefusal(414, TooLarge())
    try:
        pairs = parse_qsl(query_string.decode("ascii"), errors="strict", max_num_fields=10)
    except (ValueError, UnicodeDecodeError):
        raise _refusal((), "BAD_FORMAT") from None
    found: dict[str, Any] = dict(pairs)
    if len(found) != len(pairs):
        raise _refusal((), "BAD_FORMAT")
    for name in ("variables", "extensions"):
        if name in found:
            found[name] = _load(found[name].encode(), settings)
    return _asked(found)


def check_length(length: int, settings: Settings) -> None:
    """Raises HttpRefusal (413) for a body over the limit."""
    if length > settings.body_limit_bytes:
        error = TooLarge("body", limit=settings.body_limit_bytes)
        raise HttpRefusal(413, error, {"Connection": "close"})


def _is_json(content_type: str) -> bool:
    kind, _, parameters = content_type.partition(";")
    charset = parameters.strip().lower()
    return kind.strip().lower() == "application/json" and charset in (
        "",
        "charset=utf-8",
        'charset="utf-8"',
    )


def _load(body: bytes, settings: Settings) -> Any:
    brackets = body.count(b"[") + body.count(b"{")
    if brackets > BRACKETS_LIMIT:
        raise HttpRefusal(400, TooComplex("json", limit=BRACKETS_LIMIT))
    try:
        found = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise HttpRefusal(400, ParseFailed("json")) from None
    if brackets > settings.json_depth_limit and nests_too_deep(found, settings):
        raise HttpRefusal(400, TooComplex("jsonDepth", limit=settings.json_depth_limit))
    return found


def _check_unique_keys(body: bytes) -> None:
    if any(body.count(each) > KEYS_LIMIT for each in _KEYS):
        raise _refusal((), "BAD_FORMAT")

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) != len(pairs):
            raise _refusal((), "BAD_FORMAT")
        return found

    json.loads(body, object_pairs_hook=unique)


def _asked(found: Mapping[str, Any]) -> Asked:
    query, name = found.get("query"), found.get("operationName")
    variables, extensions = found.get("variables"), found.get("extensions")
    if extensions is not None and not isinstance(extensions, dict):
        raise _refusal(("extensions",), "BAD_FORMAT")
    hash = _document_hash(extensions) if extensions else None
    if query is None and hash is not None:
        query = ""
    elif not isinstance(query, str) or not query:
        raise _refusal(("query",), "BAD_FORMAT" if query else "REQUIRED")
    if name is not None and not isinstance(name, str):
        raise _refusal(("operationName",), "BAD_FORMAT")
    if variables is not None and not isinstance(variables, dict):
        raise _refusal(("variables",), "BAD_FORMAT")
    return Asked(query, variables or {}, name or None, document_hash=hash)


def _document_hash(extensions: Mapping[str, Any]) -> str | None:
    persisted = extensions.get("persistedQuery")
    hash = persisted.get("sha256Hash") if isinstance(persisted, dict) else None
    return hash if isinstance(hash, str) else None


def _refusal(path: tuple[str, ...], code: str) -> HttpRefusal:
    return HttpRefusal(400, InvalidInput([Problem(path, code)]))
