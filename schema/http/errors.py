"""Errors → the `errors` of a response: code, text in the language of the addressee, request id.

Only AppError speaks; anything else is logged and told as INTERNAL with the request's id (M8).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import structlog
from graphql import GraphQLError

from engine.base.errors import (
    AppError,
    InvalidInput,
    ParseFailed,
    Problem,
    SchemaChanged,
    StaleVersion,
    TimedOut,
    ValidationFailed,
)
from engine.base.messages import message, problem_message

log = structlog.get_logger()
LONGEST_TEXT = 1_000  # a document's own names are in some messages
Path = Sequence[str | int]
Entry = dict[str, Any]

STATUS = {
    "UNAUTHENTICATED": 401,
    "FORBIDDEN": 403,
    "FIELD_FORBIDDEN": 403,
    "NOT_FOUND": 404,
    "CONFLICT": 409,
    "TOO_LARGE": 413,
    "RATE_LIMITED": 429,
    "SCHEMA_CHANGED": 503,
    "STILL_COMPUTING": 503,
    "UNAVAILABLE": 503,
    "TIMEOUT": 504,
    "INTERNAL": 500,
}


@dataclass(frozen=True, slots=True)
class Addressee:
    """Whom the errors are told to: "zh" or "en", and the id that the log knows the request by."""

    language: str
    request_id: str


def entries(error: BaseException, addressee: Addressee, path: Path | None = None) -> list[Entry]:
    """One error of ours or anybody's as response errors (a refused document has several)."""
    if isinstance(error, GraphQLError):
        return _of_execution(error, addressee)
    if isinstance(error, StaleVersion):
        error = SchemaChanged()
    if isinstance(error, TimeoutError):
        error = TimedOut()
    if isinstance(error, ParseFailed | ValidationFailed):
        found = error.params.get("errors") or ()
        if found:
            return [_of_document(each, error.code, addressee) for each in found]
    if isinstance(error, AppError):
        return [_of_app(error, addressee, path)]
    log.error("request failed", request_id=addressee.request_id, exc_info=error)
    return [_entry(_INTERNAL[addressee.language == "en"], "INTERNAL", addressee, path)]


def status_of(found: Sequence[Entry]) -> int:
    """The HTTP status when there is no data at all."""
    code = found[0]["extensions"]["code"]
    return STATUS.get(code, 400)


_INTERNAL = ("服务器内部错误，请凭请求编号联系管理员", "Internal error; quote the request id")


def _of_execution(error: GraphQLError, addressee: Addressee) -> list[Entry]:
    if error.original_error is not None:
        return entries(error.original_error, addressee, error.path)
    return [_entry(error.message, ValidationFailed.code, addressee, error.path)]


def _of_document(error: GraphQLError, code: str, addressee: Addressee) -> Entry:
    entry: Entry = {"message": error.message[:LONGEST_TEXT]}
    if error.locations:
        entry["locations"] = [{"line": at.line, "column": at.column} for at in error.locations]
    entry["extensions"] = {"code": code, "requestId": addressee.request_id}
    return entry


def _of_app(error: AppError, addressee: Addressee, path: Path | None) -> Entry:
    problems = []
    if isinstance(error, InvalidInput):
        problems = [problem_entry(each, addressee.language) for each in error.problems]
    text = problems[0]["message"] if len(problems) == 1 else message(error, addressee.language)
    entry = _entry(str(text), error.code, addressee, path)
    entry["extensions"].update(error.extensions)
    if problems:
        entry["extensions"]["problems"] = problems
    return entry


def problem_entry(problem: Problem, language: str) -> Entry:
    """One problem with its text."""
    text = problem_message(problem, language)
    return {"path": list(problem.path), "code": problem.code, "message": text}


def _entry(text: str, code: str, addressee: Addressee, path: Path | None) -> Entry:
    entry: Entry = {"message": text}
    if path is not None:
        entry["path"] = list(path)
    entry["extensions"] = {"code": code, "requestId": addressee.request_id}
    return entry
