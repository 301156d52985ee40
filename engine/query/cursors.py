"""Keyset cursors: where a page begins, exact to the last digit, with branches for null.

A cursor is base64url of JSON `[signature, values as text…]`. It holds only values of keys the
viewer may sort by (B5), and only binds them: what it says is checked like any other input.
"""

import binascii
import re
from base64 import urlsafe_b64decode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache, partial
from typing import Any

import orjson

from engine.base.decimals import parse_decimal
from engine.query.ordering import Key, Order
from engine.query.planning import Path, Planning, refuse
from engine.query.values import SQL_TYPES
from metadata.field_types.contract import ValueKind

# What is issued is accepted. Sorting compares 500 characters of a text, but a text keeps its length
# when that of its field is lowered: 100,000 characters of four bytes, in base64, and other keys.
LONGEST_CURSOR = 600_000
KEPT_CURSORS = 4
_INTEGER = re.compile(r"-?[0-9]{1,18}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Reading:
    """How to read the cursors of one order: its signature and the kinds of its keys."""

    signature: str
    kinds: tuple[ValueKind, ...]
    path: Path

    def values(self, cursor: Any) -> tuple[Any, ...] | None:
        """The values, typed; None for no cursor. Raises InvalidInput (BAD_CURSOR)."""
        if cursor is None:
            return None
        try:
            return _read(self.signature, self.kinds, cursor)
        except (ValueError, TypeError, AttributeError, OverflowError):
            raise refuse(self.path, "BAD_CURSOR") from None

    def nulls(self, cursor: Any) -> tuple[bool, ...] | None:
        """Which values are null: what a plan is tied to."""
        found = self.values(cursor)
        return None if found is None else tuple(value is None for value in found)

    def value(self, position: int, cursor: Any) -> Any:
        found = self.values(cursor)
        assert found is not None
        return found[position]


@lru_cache(maxsize=KEPT_CURSORS)
def _read(signature: str, kinds: tuple[ValueKind, ...], cursor: str) -> tuple[Any, ...]:
    """Its values, each of which is asked for by itself."""
    if len(cursor) > LONGEST_CURSOR or not cursor.isascii():
        raise ValueError
    padded = cursor + "=" * (-len(cursor) % 4)
    try:
        signed, *texts = orjson.loads(urlsafe_b64decode(padded))
    except binascii.Error:
        raise ValueError from None
    if signed != signature or len(texts) != len(kinds):
        raise ValueError
    return tuple(
        None if text is None else _parse(kind, text)
        for kind, text in zip(kinds, texts, strict=True)
    )


def reading_of(order: Order, path: Path) -> Reading:
    return Reading(order.signature, tuple(key.kind for key in order.keys), path)


def cursor_sql(planning: Planning, order: Order) -> str:
    """The expression of a row's cursor."""
    parts = ", ".join(f"({key.expression})::text" for key in order.keys)
    signed_as = planning.shape.constant(order.signature, "text")
    encoded = f"encode(convert_to(json_build_array({signed_as}, {parts})::text, 'UTF8'), 'base64')"
    return f"translate({encoded}, E'+/=\\n', '-_')"


def beyond_cursor(
    planning: Planning, keys: Sequence[Key], given: Any, reading: Reading, forward: bool
) -> str | None:
    """The rows strictly after the cursor (before it when not `forward`); None without one."""
    nulls = planning.shape.bake(given, reading.nulls)
    if nulls is None:
        return None
    bounds = [
        None
        if null
        else planning.shape.value(given, SQL_TYPES[key.kind], partial(reading.value, position))
        for position, (key, null) in enumerate(zip(keys, nulls, strict=True))
    ]
    one_way = len({key.descending for key in keys}) == 1
    if one_way and not any(key.nullable for key in keys):
        return _row_comparison(keys, bounds, forward)
    condition = "false"
    for key, bound in reversed(list(zip(keys, bounds, strict=True))):
        condition = _step(key, bound, condition, forward)
    return condition


def beyond_row(keys: Sequence[Key], anchor: Sequence[str], forward: bool) -> str:
    """The same against a row of the statement, whose nulls are not known beforehand."""
    condition = "false"
    for key, bound in reversed(list(zip(keys, anchor, strict=True))):
        left = key.expression
        strict = f"{left} {_sign(key, forward)} {bound}"
        if key.nullable:
            null, value = (left, bound) if forward else (bound, left)
            strict += f" or ({null} is null and {value} is not null)"
        same = f"{left} is not distinct from {bound}"
        condition = f"({strict} or ({same} and {condition}))"
    return condition


def _row_comparison(keys: Sequence[Key], bounds: Sequence[str | None], forward: bool) -> str:
    left = ", ".join(key.expression for key in keys)
    right = ", ".join(bound or "null" for bound in bounds)
    return f"({left}) {_sign(keys[0], forward)} ({right})"


def _step(key: Key, bound: str | None, rest: str, forward: bool) -> str:
    left = key.expression
    if bound is None:
        same = f"({left} is null and {rest})"
        return same if forward else f"({left} is not null or {same})"
    strict = f"{left} {_sign(key, forward)} {bound}"
    if key.nullable and forward:
        strict += f" or {left} is null"
    if rest == "false":
        return f"({strict})"
    return f"({strict} or ({left} = {bound} and {rest}))"


def _sign(key: Key, forward: bool) -> str:
    return "<" if key.descending is forward else ">"


def _parse(kind: ValueKind, text: str) -> Any:
    if kind is ValueKind.INTEGER:
        if not _INTEGER.fullmatch(text):
            raise ValueError
        return int(text)
    if kind is ValueKind.DECIMAL:
        return parse_decimal(text)
    if kind is ValueKind.BOOLEAN:
        return {"true": True, "false": False}[text] if text in ("true", "false") else _bad()
    if kind is ValueKind.DATE:
        return date.fromisoformat(text)
    if kind is ValueKind.DATE_TIME:
        moment = datetime.fromisoformat(text)
        return moment.astimezone(UTC) if moment.tzinfo is not None else _bad()
    return text if isinstance(text, str) and "\x00" not in text else _bad()


def _bad() -> Any:
    raise ValueError
