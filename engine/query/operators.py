"""The operators of the API: one comparison of one expression with one value, as SQL.

All operators of one object apply together. Blank counts as different: `ne`, `notIn` and
`notContains` match rows without a value, `not` matches whatever its condition does not.
A null given to `eq`, `ne`, `in`, `notIn` means blank; elsewhere it is refused (REQUIRED).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from engine.query import values
from engine.query.planning import Path, Planning, refuse
from engine.query.request import Bound
from engine.query.sql import Convert
from metadata.field_types.contract import ValueKind


@dataclass(frozen=True, slots=True)
class Operand:
    """What is compared: an expression of a kind; `object` is set for ids of one object."""

    expression: str
    kind: ValueKind
    object: str | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    """One operator at work: the operand, the value given, and where in the input it was."""

    planning: Planning
    operand: Operand
    value: Any
    path: Path

    @property
    def left(self) -> str:
        return self.operand.expression

    @property
    def sql_type(self) -> str:
        return values.SQL_TYPES[self.operand.kind]

    def bake(self, read: Callable[[Any], Any]) -> Any:
        return self.planning.shape.bake(self.value, read)

    def one(self, convert: Convert | None = None, sql_type: str | None = None) -> str:
        """The value as one parameter of the operand's type."""
        return self.planning.shape.value(
            self.value, sql_type or self.sql_type, convert or self._scalar(self.path)
        )

    def many(self) -> str:
        """The value as an array parameter, without its nulls."""
        limit = self.planning.settings.list_length_limit
        if isinstance(self.value, list | tuple) and any(isinstance(v, Bound) for v in self.value):
            values.check_list(self.value, self.path, limit)
            return f"array[{', '.join(self._elements())}]::{self.sql_type}[]"
        if self.operand.object is not None:
            convert = values.record_numbers(self.operand.object, self.path, limit)
        else:
            convert = values.many(self.operand.kind, self.path, limit)
        return self.planning.shape.value(self.value, f"{self.sql_type}[]", convert)

    def has_null(self) -> bool:
        """Is there a null in the list given?"""
        if isinstance(self.value, list | tuple):
            return any(self.planning.shape.bake(v, values.is_null) for v in self.value)
        return bool(self.bake(values.holds_null))

    def _elements(self) -> list[str]:
        shape = self.planning.shape
        return [
            shape.value(each, self.sql_type, self._scalar((*self.path, at)))
            for at, each in enumerate(self.value)
            if not shape.bake(each, values.is_null)
        ]

    def _scalar(self, path: Path) -> Convert:
        if self.operand.object is not None:
            return values.record_number(self.operand.object, path)
        return values.one(self.operand.kind, path)


def compare(
    planning: Planning, operand: Operand, operators: Mapping[str, Any], path: Path
) -> list[str]:
    """The conditions of one operator object, e.g. `{gte: 1, lt: 5}`."""
    return [
        _operator(operand.kind, name)(Comparison(planning, operand, value, (*path, name)))
        for name, value in operators.items()
    ]


def _operator(kind: ValueKind, name: str) -> Callable[[Comparison], str]:
    return _OF_KIND.get((kind, name)) or OPERATORS[name]


def _equal(c: Comparison) -> str:
    if c.bake(values.is_null):
        return f"{c.left} is null"
    return f"{c.left} = {c.one()}"


def _different(c: Comparison) -> str:
    if c.bake(values.is_null):
        return f"{c.left} is not null"
    return f"{c.left} is distinct from {c.one()}"


def _among(c: Comparison) -> str:
    found = f"{c.left} = any({c.many()})"
    return f"({found} or {c.left} is null)" if c.has_null() else found


def _not_among(c: Comparison) -> str:
    if c.has_null():
        return f"{c.left} <> all({c.many()})"
    return f"({c.left} <> all({c.many()}) or {c.left} is null)"


def _ordered(sign: str) -> Callable[[Comparison], str]:
    return lambda c: f"{c.left} {sign} {c.one()}"


def _between(c: Comparison) -> str:
    kind = c.operand.kind
    if isinstance(c.value, list | tuple):
        if len(c.value) != 2:
            raise refuse(c.path, "BAD_FORMAT")
        low, high = (
            c.planning.shape.value(each, c.sql_type, values.one(kind, (*c.path, at)))
            for at, each in enumerate(c.value)
        )
    else:
        low, high = (c.one(values.item(at, kind, c.path)) for at in (0, 1))
    return f"{c.left} between {low} and {high}"


def _blank(c: Comparison) -> str:
    _require(c)
    return f"{c.left} is null" if c.bake(values.flag) else f"{c.left} is not null"


def _blank_text(c: Comparison) -> str:
    return _empty(c, f"({c.left} is null or {c.left} = '')")


def _blank_list(c: Comparison) -> str:
    return _empty(c, f"coalesce(cardinality({c.left}), 0) = 0")


def _empty(c: Comparison, condition: str) -> str:
    _require(c)
    return condition if c.bake(values.flag) else f"not {condition}"


def _require(c: Comparison) -> None:
    if c.bake(values.is_null):
        raise refuse(c.path, "REQUIRED")


def _like(before: str, after: str) -> Callable[[Comparison], str]:
    return lambda c: (
        f"lower({c.left}) like lower({c.one(values.pattern(before, after, c.path), 'text')})"
    )


def _unlike(c: Comparison) -> str:
    return f"({_like('%', '%')(c)}) is not true"


def _during(c: Comparison) -> str:
    kind, shape = c.operand.kind, c.planning.shape
    start, end = (
        shape.constant(None, c.sql_type, values.period_end(at, c.value, kind)) for at in (0, 1)
    )
    return f"({c.left} >= {start} and {c.left} < {end})"


def _days(ahead: bool) -> Callable[[Comparison], str]:
    def condition(c: Comparison) -> str:
        start, end = (c.one(values.days_end(at, ahead, c.operand.kind, c.path)) for at in (0, 1))
        return f"({c.left} >= {start} and {c.left} < {end})"

    return condition


def _any_of(c: Comparison) -> str:
    return f"coalesce({c.left} && {c.many()}, false)"


def _all_of(c: Comparison) -> str:
    return f"coalesce({c.left} @> {c.many()}, false)"


def _none_of(c: Comparison) -> str:
    return f"({c.left} && {c.many()}) is not true"


def _exactly(c: Comparison) -> str:
    wanted = c.many()
    return f"coalesce({c.left} @> {wanted} and {c.left} <@ {wanted}, false)"


def _is_me(c: Comparison) -> str:
    me = c.planning.shape.principal("user_id", "bigint")
    if c.operand.kind is ValueKind.RELATIONS:
        return _yes(c, f"coalesce({c.left} @> array[{me}], false)")
    return _yes(c, f"{c.left} = {me}")


def _is_subordinate(c: Comparison) -> str:
    return _yes(c, f"{c.left} = any({c.planning.shape.principal('subordinate_ids', 'bigint[]')})")


def _is_mine(c: Comparison) -> str:
    return _yes(c, f"{c.left} = {c.planning.shape.principal('department_id', 'bigint')}")


def _yes(c: Comparison, condition: str) -> str:
    _require(c)
    return condition if c.bake(values.flag) else f"({condition}) is not true"


def _covers(c: Comparison) -> str:
    return f"coalesce({c.left} @> {c.one(values.one(ValueKind.DATE, c.path), 'date')}, false)"


def _overlaps(c: Comparison) -> str:
    ends = c.value if isinstance(c.value, Mapping) else {}
    start, end = (
        c.planning.shape.value(ends.get(at), "date", values.one(ValueKind.DATE, (*c.path, at)))
        for at in ("start", "end")
    )
    return f"coalesce({c.left} && daterange({start}, {end}, '[]'), false)"


OPERATORS: dict[str, Callable[[Comparison], str]] = {
    "eq": _equal,
    "ne": _different,
    "in": _among,
    "notIn": _not_among,
    "lt": _ordered("<"),
    "lte": _ordered("<="),
    "gt": _ordered(">"),
    "gte": _ordered(">="),
    "between": _between,
    "isNull": _blank,
    "contains": _like("%", "%"),
    "notContains": _unlike,
    "startsWith": _like("", "%"),
    "endsWith": _like("%", ""),
    "during": _during,
    "lastDays": _days(ahead=False),
    "nextDays": _days(ahead=True),
    "anyOf": _any_of,
    "allOf": _all_of,
    "noneOf": _none_of,
    "exactly": _exactly,
    "me": _is_me,
    "mySubordinates": _is_subordinate,
    "mine": _is_mine,
    "overlaps": _overlaps,
    "isEmpty": _blank,
}
_OF_KIND = {
    (ValueKind.TEXT, "isEmpty"): _blank_text,
    (ValueKind.CHOICES, "isEmpty"): _blank_list,
    (ValueKind.RELATIONS, "isEmpty"): _blank_list,
    (ValueKind.DATE_RANGE, "contains"): _covers,
}
