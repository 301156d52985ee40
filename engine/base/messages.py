"""Errors as a person reads them, in Chinese or English; chosen when the answer is written.

The texts are `message_texts.py`. Values are filled in, never interpreted.
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from engine.base.errors import AppError, InvalidInput, Problem
from engine.base.file_texts import FILE_PROBLEMS
from engine.base.impact_texts import IMPACT_DETAILS, IMPACT_NAMES
from engine.base.message_texts import (
    ACTIONS,
    ERRORS,
    LIST_SEPARATOR,
    ROW,
    SOME_FIELD,
    Texts,
)
from engine.base.message_texts import (
    PROBLEMS as VALUE_PROBLEMS,
)

PROBLEMS: Texts = {**VALUE_PROBLEMS, **FILE_PROBLEMS}
_LONGEST_VALUE = 200
# the wordings of a problem by the values that they need, the one that says most first
_VARIANTS = (
    ("between", frozenset({"minimum", "maximum"})),
    ("minimum", frozenset({"minimum"})),
    ("maximum", frozenset({"maximum"})),
    ("reserved", frozenset({"reserved"})),
    ("written", frozenset({"written"})),
    ("gone", frozenset({"gone"})),
    ("end", frozenset({"end"})),
    ("wanted", frozenset({"wanted"})),
)


def message(error: AppError, language: str) -> str:
    """What the error says; `language` "en" is English, anything else Chinese."""
    params: Mapping[str, Any] = error.params
    if isinstance(error, InvalidInput):
        if len(error.problems) == 1:
            return problem_message(error.problems[0], language)
        params = {"count": len(error.problems)}
    return _fill(_text(ERRORS, error.code, _reason(error), "INTERNAL"), params, language)


def problem_message(problem: Problem, language: str) -> str:
    """What is wrong with one value, named by its field's label where that is known."""
    params = problem.params
    field = params.get("column") or params.get("field") or _pick(SOME_FIELD, language)
    found = _text(PROBLEMS, problem.code, _variant(problem), "BAD_FORMAT")
    row = _fill(ROW, params, language) if "row" in params else ""
    return row + _fill(found, {**params, "field": field}, language)


def impact_detail(code: str, params: Mapping[str, Any], language: str) -> str:
    """What would become of something that uses what is changed."""
    return _fill(IMPACT_DETAILS.get(code, (code, code)), params, language)


def impact_name(kind: str, name: str, params: Mapping[str, Any], language: str) -> str:
    """The name of such a thing; of several that are only counted, how many there are."""
    return name or _fill(IMPACT_NAMES[kind], params, language)


def _variant(problem: Problem) -> str:
    for name, needed in _VARIANTS:
        if needed <= problem.params.keys() and f"{problem.code}.{name}" in PROBLEMS:
            return name
    return ""


def _reason(error: AppError) -> str:
    return error.reason if f"{error.code}.{error.reason}" in ERRORS else error.reason.lower()


def _text(texts: Texts, code: str, reason: str, otherwise: str) -> tuple[str, str]:
    return texts.get(f"{code}.{reason}") or texts.get(code) or texts[otherwise]


def _fill(texts: tuple[str, str], params: Mapping[str, Any], language: str) -> str:
    values = _Values({name: _value(name, each, language) for name, each in params.items()})
    return _pick(texts, language).format_map(values)


class _Values(dict[str, str]):
    """A value that is not given leaves nothing behind."""

    def __missing__(self, key: str) -> str:
        return ""


def _value(name: str, value: Any, language: str) -> str:
    if name == "action" and value in ACTIONS:
        return _pick(ACTIONS[value], language)
    if isinstance(value, list | tuple):
        return _pick(LIST_SEPARATOR, language).join(_value("", each, language) for each in value)
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, date):
        return value.isoformat()
    label = getattr(value, "of", None)
    text = str(label(language)) if callable(label) else str(value)
    return text[:_LONGEST_VALUE]


def _pick(texts: tuple[str, str], language: str) -> str:
    return texts[1] if language == "en" else texts[0]
