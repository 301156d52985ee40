"""The scalars of the API: strict grammars, one spelling per value (M15, H2).

What comes in becomes a Python value (Decimal, date, aware datetime in UTC); what goes out of
generated reads is written by the database and never passes here.
"""

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from graphql import (
    GraphQLError,
    GraphQLScalarType,
    IntValueNode,
    StringValueNode,
    ValueNode,
    value_from_ast_untyped,
)

from engine.base.decimals import parse_decimal

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_MOMENT = re.compile(
    r"\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(\.\d{1,6})?([Zz]|[+-]\d{2}:\d{2})", re.ASCII
)


def _decimal_in(value: Any) -> Decimal:
    if isinstance(value, str) or type(value) is int:
        try:
            return parse_decimal(value)
        except ValueError:
            pass
    raise GraphQLError("Decimal takes text such as '-12.50'.")


def _decimal_literal(node: ValueNode) -> Decimal:
    if isinstance(node, StringValueNode | IntValueNode):
        return _decimal_in(node.value)
    return _decimal_in(None)


def _date_in(value: Any) -> date:
    if isinstance(value, str) and _DAY.fullmatch(value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    raise GraphQLError("Date takes text such as '2026-03-31'.")


def _moment_in(value: Any) -> datetime:
    if isinstance(value, str) and _MOMENT.fullmatch(value):
        try:
            return datetime.fromisoformat(value.upper()).astimezone(UTC)
        except (ValueError, OverflowError):
            pass
    raise GraphQLError("DateTime takes text such as '2026-03-31T08:00:00+08:00'.")


def _text_of(node: ValueNode) -> Any:
    return node.value if isinstance(node, StringValueNode) else None


def _moment_out(value: datetime) -> str:
    return value.astimezone(UTC).isoformat()


DECIMAL = GraphQLScalarType(
    "Decimal",
    description="An exact number as text: digits, at most one point, no exponent.",
    coerce_output_value=str,
    coerce_input_value=_decimal_in,
    coerce_input_literal=_decimal_literal,
)
DATE = GraphQLScalarType(
    "Date",
    description="A calendar day, `2026-03-31`.",
    coerce_output_value=date.isoformat,
    coerce_input_value=_date_in,
    coerce_input_literal=lambda node: _date_in(_text_of(node)),
)
DATE_TIME = GraphQLScalarType(
    "DateTime",
    description="A moment after RFC 3339, in with any offset, out in UTC with microseconds.",
    coerce_output_value=_moment_out,
    coerce_input_value=_moment_in,
    coerce_input_literal=lambda node: _moment_in(_text_of(node)),
)
JSON = GraphQLScalarType(
    "JSON",
    description="A value without a type of its own.",
    coerce_output_value=lambda value: value,
    coerce_input_value=lambda value: value,
    coerce_input_literal=value_from_ast_untyped,
)
