"""The filter of a roll-up: the API's `where` over plain fields, as the tree of a formula.

Comparisons as `engine/query/operators.py` has them; values as the field's type takes them.
"""

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import partial
from typing import Any

from metadata.field_types.contract import FieldProblem
from metadata.field_types.registry import field_type
from metadata.formulas.tree import Call, FormulaProblem, Literal, Name, Node
from metadata.model import FieldDef

MOST_CONDITIONS = 20
MOST_VALUES = 200
_SIGNS = {"eq": "=", "ne": "<>", "lt": "<", "lte": "<=", "gt": ">", "gte": ">="}
_NEGATED = {"notIn": "in", "notContains": "contains"}
_TEXT = {"contains": "CONTAINS", "startsWith": "STARTWITH"}


def parse_where(where: str, fields: Mapping[str, FieldDef]) -> Node:
    """The condition; TRUE without a filter. Raises FormulaProblem (ROLL_UP_FILTER)."""
    if not where:
        return Literal(True)
    try:
        given = json.loads(where, parse_float=str)
        return _conditions(given, fields)
    except (ValueError, TypeError, KeyError, RecursionError, FieldProblem):
        raise FormulaProblem("ROLL_UP_FILTER", 0) from None


def _conditions(given: Any, fields: Mapping[str, FieldDef]) -> Node:
    found: list[Node] = []
    for name, operators in _members(given):
        if name not in fields:
            raise FormulaProblem("FORMULA_UNKNOWN_FIELD", 0, name=name)
        for operator, value in _members(operators):
            found.append(_condition(fields[name], operator, value))
    return Call("AND", tuple(found)) if found else Literal(True)


def _members(given: Any) -> Sequence[tuple[str, Any]]:
    if not isinstance(given, dict) or len(given) > MOST_CONDITIONS:
        raise ValueError
    return tuple(given.items())


def _condition(field: FieldDef, operator: str, value: Any) -> Node:
    name, literal = Name(field.name), partial(_literal, field)
    if operator not in field_type(field.type).operators:
        raise ValueError
    if operator in _NEGATED:
        return Call("NOT", (_condition_of(field, _NEGATED[operator], value),))
    if operator in ("isNull", "isEmpty"):
        if not isinstance(value, bool):
            raise ValueError
        return Call("ISNULL" if value else "NOTEMPTY", (name,))
    if operator == "between":
        low, high = value
        return Call("AND", (Call(">=", (name, literal(low))), Call("<=", (name, literal(high)))))
    return _condition_of(field, operator, value)


def _condition_of(field: FieldDef, operator: str, value: Any) -> Node:
    name = Name(field.name)
    if operator == "in":
        if not isinstance(value, list) or not 0 < len(value) <= MOST_VALUES:
            raise ValueError
        return Call("OR", tuple(Call("=", (name, _literal(field, each))) for each in value))
    if operator in _TEXT:
        if not isinstance(value, str):
            raise ValueError
        return Call(_TEXT[operator], (Call("LOWER", (name,)), Call("LOWER", (Literal(value),))))
    if operator not in _SIGNS:
        raise ValueError
    if value is None:
        return Call({"eq": "ISNULL", "ne": "NOTEMPTY"}[operator], (name,))
    return Call(_SIGNS[operator], (name, _literal(field, value)))


def _literal(field: FieldDef, value: Any) -> Literal:
    parsed = field_type(field.type).parse(field, value)
    return Literal(Decimal(parsed) if type(parsed) is int else parsed)
