"""From a request's value to the one that is bound: types, checks, patterns, the error's path.

One converter per kind of value; operators pick from here. Does not know about SQL text.
"""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from typing import Any

from engine.base.clock import now
from engine.base.errors import TooComplex
from engine.base.identifiers import parse_id
from engine.base.text import BadText, normalize_text
from engine.base.zones import (
    last_days,
    last_days_of,
    next_days,
    next_days_of,
    period,
    period_days,
    today,
)
from engine.query.planning import Path, refuse
from engine.query.sql import Convert, Deferred
from metadata.field_types.contract import ValueKind

SQL_TYPES = {
    ValueKind.TEXT: "text",
    ValueKind.INTEGER: "bigint",
    ValueKind.DECIMAL: "numeric",
    ValueKind.BOOLEAN: "boolean",
    ValueKind.DATE: "date",
    ValueKind.DATE_TIME: "timestamptz",
    ValueKind.CHOICE: "text",
    ValueKind.CHOICES: "text",
    ValueKind.RELATION: "bigint",
    ValueKind.RELATIONS: "bigint",
}
MOST_DAYS = 3660
BIGGEST_INTEGER = 2**63 - 1


def one(kind: ValueKind, path: Path) -> Convert:
    """Checks and converts one scalar of a kind; null and a wrong value raise at `path`."""
    return partial(_convert_one, _SCALARS[kind], path)


def many(kind: ValueKind, path: Path, limit: int) -> Convert:
    """The same for a list; nulls are left out (the statement's shape takes care of them)."""
    return partial(_convert_many, _SCALARS[kind], path, limit)


def item(position: int, kind: ValueKind, path: Path) -> Convert:
    """One end of a pair, for `between`."""
    return partial(_convert_item, position, _SCALARS[kind], path)


def record_number(object_name: str, path: Path) -> Convert:
    """A global id of the object → its number."""
    return partial(_number_of, object_name, path)


def record_numbers(object_name: str, path: Path, limit: int) -> Convert:
    return partial(_convert_many, partial(_number_at, object_name), path, limit)


def pattern(before: str, after: str, path: Path) -> Convert:
    """A text → a LIKE pattern that matches it literally (M26)."""
    return partial(_pattern, before, after, path)


def period_end(position: int, name: str, kind: ValueKind) -> Deferred:
    """Start (0) or end (1, exclusive) of a named period, in the company's zone, when run."""
    return Deferred(partial(_period_end, position, name, kind))


def days_end(position: int, ahead: bool, kind: ValueKind, path: Path) -> Deferred:
    """Start or end (exclusive) of the last / next n days, today included, when run."""
    return Deferred(partial(_days_end, (position, ahead, kind), path))


def is_null(value: Any) -> bool:
    return value is None


def holds_null(value: Any) -> bool:
    return isinstance(value, list | tuple) and any(each is None for each in value)


def flag(value: Any) -> bool:
    return value is True


def escape_like(text: str) -> str:
    """`% _ \\` stand for themselves."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _text(value: Any, path: Path) -> str:
    if not isinstance(value, str):
        raise refuse(path, "BAD_FORMAT")
    try:
        return normalize_text(value) or ""
    except BadText:
        raise refuse(path, "BAD_FORMAT") from None


def _integer(value: Any, path: Path) -> int:
    if type(value) is not int:
        raise refuse(path, "BAD_FORMAT")
    if abs(value) > BIGGEST_INTEGER:
        raise refuse(path, "OUT_OF_RANGE")
    return value


def _decimal(value: Any, path: Path) -> Decimal:
    if type(value) is int:
        return Decimal(value)
    if not isinstance(value, Decimal) or not value.is_finite():
        raise refuse(path, "BAD_FORMAT")
    return value


def _exactly(kind: type, value: Any, path: Path) -> Any:
    if type(value) is not kind:
        raise refuse(path, "BAD_FORMAT")
    return value


def _moment(value: Any, path: Path) -> datetime:
    if not isinstance(value, datetime) or value.tzinfo is None:
        raise refuse(path, "BAD_FORMAT")
    return value


_Scalar = Callable[[Any, Path], Any]
_SCALARS: dict[ValueKind, _Scalar] = {
    ValueKind.TEXT: _text,
    ValueKind.CHOICE: _text,
    ValueKind.CHOICES: _text,
    ValueKind.INTEGER: _integer,
    ValueKind.DECIMAL: _decimal,
    ValueKind.BOOLEAN: partial(_exactly, bool),
    ValueKind.DATE: partial(_exactly, date),
    ValueKind.DATE_TIME: _moment,
}


def _convert_one(scalar: _Scalar, path: Path, value: Any) -> Any:
    if value is None:
        raise refuse(path, "REQUIRED")
    return scalar(value, path)


def _convert_many(scalar: _Scalar, path: Path, limit: int, value: Any) -> list[Any]:
    check_list(value, path, limit)
    return [scalar(each, (*path, at)) for at, each in enumerate(value) if each is not None]


def check_list(value: Any, path: Path, limit: int) -> None:
    """Raises when `value` is no list (InvalidInput) or too long (TooComplex)."""
    if not isinstance(value, list | tuple):
        raise refuse(path, "REQUIRED" if value is None else "BAD_FORMAT")
    if len(value) > limit:
        raise TooComplex("list", limit=limit)


def _convert_item(position: int, scalar: _Scalar, path: Path, value: Any) -> Any:
    if not isinstance(value, list | tuple) or len(value) != 2:
        raise refuse(path, "BAD_FORMAT")
    return _convert_one(scalar, (*path, position), value[position])


def _number_at(object_name: str, value: Any, path: Path) -> int:
    return _number_of(object_name, path, value)


def _number_of(object_name: str, path: Path, value: Any) -> int:
    found = parse_id(value, path)
    if found.object != object_name:
        raise refuse(path, "BAD_ID")
    return found.number


def _pattern(before: str, after: str, path: Path, value: Any) -> str:
    if value is None:
        raise refuse(path, "REQUIRED")
    return before + escape_like(_text(value, path)) + after


def _period_end(position: int, name: str, kind: ValueKind, value: Any, zone: str) -> date:
    if kind is ValueKind.DATE:
        return period_days(name, today(now(), zone))[position]
    return period(name, now(), zone)[position]


def _days_end(what: tuple[int, bool, ValueKind], path: Path, value: Any, zone: str) -> date:
    position, ahead, kind = what
    days = _convert_one(_integer, path, value)
    if not 1 <= days <= MOST_DAYS:
        raise refuse(path, "OUT_OF_RANGE", minimum=1, maximum=MOST_DAYS)
    if kind is ValueKind.DATE:
        of = next_days_of if ahead else last_days_of
        return of(days, today(now(), zone))[position]
    ends = next_days if ahead else last_days
    return ends(days, now(), zone)[position]


def record_object(path: Path) -> Convert:
    """A global id of any object → the object's name."""
    return partial(_part_of_id, "object", path)


def record_any_number(path: Path) -> Convert:
    """A global id of any object → its number."""
    return partial(_part_of_id, "number", path)


def record_objects(path: Path, limit: int) -> Convert:
    return partial(_convert_many, lambda v, at: _part_of_id("object", at, v), path, limit)


def record_any_numbers(path: Path, limit: int) -> Convert:
    return partial(_convert_many, lambda v, at: _part_of_id("number", at, v), path, limit)


def _part_of_id(part: str, path: Path, value: Any) -> Any:
    return getattr(parse_id(value, path), part)
