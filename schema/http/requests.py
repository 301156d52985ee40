"""An HTTP request → the operation asked for, checked before anything is parsed (C3, C5, C11).

GraphQL over HTTP as specified: POST with a JSON object, GET for queries. Nothing else is taken,
so a form of another site cannot reach the API (C10).
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

import orjson

from engine.base.errors import AppError, InvalidInput, ParseFailed, Problem, TooComplex, TooLarge
from engine.base.settings import Settings

BRACKETS_LIMIT = 20_000
# possessive, and a string may stay open: whatever comes, each byte is looked at once
_MARKS = re.compile(rb'"(?:[^"\\]++|\\.)*+"?|[\[{]|[\]}]', re.DOTALL)
_KEYS = (b'"query"', b'"variables"', b'"operationName"', b'"extensions"')


class HttpRefusal(Exception):
    """A request that is no GraphQL request: the HTTP status and what to tell."""

    def __init__(self, status: int, error: AppError, headers: Mapping[str, str] | None = None):
        super().__init__(status)
        self.status = status
        self.error = error
        self.headers = dict(headers or {})


@dataclass(frozen=True, slots=True)
class Asked:
    """What a request asks to run. `body_hash` is set for idempotency;
    `query` is empty when only the hash of a registered document came."""

    query: str
    variables: dict[str, Any] = field(default_factory=dict)
    operation_name: str | None = None
    body_hash: bytes = b""
    document_hash: str | None = None


def asked_in_body(body: bytes, content_type: str, settings: Settings) -> Asked:
    """The operation of a POST. Raises HttpRefusal (400, 413, 415)."""
    if not _is_json(content_type):
        raise HttpRefusal(415, ParseFailed("contentType"))
    found = _load(body, settings)
    if not isinstance(found, dict):
        raise _refusal((), "BAD_FORMAT")
    if any(body.count(each) > 1 for each in _KEYS):
        _check_unique_keys(body)
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
    _check_nesting(body, settings)
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        raise HttpRefusal(400, ParseFailed("json")) from None


def _check_nesting(body: bytes, settings: Settings) -> None:
    brackets = body.count(b"[") + body.count(b"{")
    if brackets <= settings.json_depth_limit:
        return
    if brackets > BRACKETS_LIMIT:
        raise HttpRefusal(400, TooComplex("json", limit=BRACKETS_LIMIT))
    depth = 0
    for mark in _MARKS.finditer(body):
        first = body[mark.start()]
        if first in b"[{":
            depth += 1
        elif first in b"]}":
            depth -= 1
        if depth > settings.json_depth_limit:
            raise HttpRefusal(400, TooComplex("jsonDepth", limit=settings.json_depth_limit))


def _check_unique_keys(body: bytes) -> None:
    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) != len(pairs):
            raise _refusal((), "BAD_FORMAT")
        return found

    json.loads(body, object_pairs_hook=unique)


def _asked(found: Mapping[str, Any]) -> Asked:
    query, name = found.get("query"), found.get("operationName")
    variables = found.get("variables")
    hash = _document_hash(found)
    if query is None and hash is not None:
        query = ""
    elif not isinstance(query, str) or not query:
        raise _refusal(("query",), "BAD_FORMAT" if query else "REQUIRED")
    if name is not None and not isinstance(name, str):
        raise _refusal(("operationName",), "BAD_FORMAT")
    if variables is not None and not isinstance(variables, dict):
        raise _refusal(("variables",), "BAD_FORMAT")
    if not isinstance(found.get("extensions", {}), dict | None):
        raise _refusal(("extensions",), "BAD_FORMAT")
    return Asked(
        query=query,
        variables=variables or {},
        operation_name=name or None,
        document_hash=hash,
    )


def _document_hash(found: Mapping[str, Any]) -> str | None:
    extensions = found.get("extensions") or {}
    persisted = extensions.get("persistedQuery") if isinstance(extensions, dict) else None
    hash = persisted.get("sha256Hash") if isinstance(persisted, dict) else None
    return hash if isinstance(hash, str) else None


def _refusal(path: tuple[str, ...], code: str) -> HttpRefusal:
    return HttpRefusal(400, InvalidInput([Problem(path, code)]))
