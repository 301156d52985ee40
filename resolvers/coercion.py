"""Values of input types as graphql-core coerces them, without a visit to every field not given.

Most inputs name a few of many fields. Whatever is out of the ordinary is left to graphql-core.
"""

from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLNonNull,
    GraphQLScalarType,
    Undefined,
    is_required_input_field,
)
from graphql.utilities import coerce_input_value

_ALWAYS = "always"  # what `extensions` of a type keep for this module


def coerced(value: Any, kind: Any) -> Any:
    """The same as graphql-core's `coerce_input_value`: Undefined for what is no such value."""
    if isinstance(kind, GraphQLNonNull):
        if value is None or value is Undefined:
            return Undefined
        kind = kind.of_type
    if value is None or value is Undefined:
        return None
    if isinstance(kind, GraphQLInputObjectType):
        return _object(value, kind)
    if isinstance(kind, GraphQLScalarType | GraphQLEnumType):
        return _leaf(value, kind)
    return coerce_input_value(value, kind)


def _leaf(value: Any, kind: GraphQLScalarType | GraphQLEnumType) -> Any:
    try:
        return kind.coerce_input_value(value)
    except Exception:  # noqa: BLE001 - as graphql-core does
        return Undefined


def _object(value: Any, kind: GraphQLInputObjectType) -> Any:
    plain = isinstance(value, dict) and not kind.is_one_of
    if not plain or any(name not in value for name in _always(kind)):
        return coerce_input_value(value, kind)
    fields = kind.fields
    if any(name not in fields for name in value):
        return Undefined
    found = {}
    for name in [name for name in fields if name in value]:
        field = fields[name]
        each = coerced(value[name], field.type)
        if each is Undefined:
            return Undefined
        found[field.out_name or name] = each
    return kind.out_type(found)


def _always(kind: GraphQLInputObjectType) -> tuple[str, ...]:
    """The fields that mean something when they are not given: required, or with a default."""
    known: tuple[str, ...] | None = kind.extensions.get(_ALWAYS)
    if known is None:
        known = kind.extensions[_ALWAYS] = tuple(
            name
            for name, field in kind.fields.items()
            if is_required_input_field(field) or _has_default(field)
        )
    return known


def _has_default(field: Any) -> bool:
    return field.default is not None or field.default_value is not Undefined
