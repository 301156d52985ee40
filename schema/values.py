"""Value kinds → GraphQL types: what a field gives, what an input takes, what a filter offers."""

from collections.abc import Mapping
from typing import Any

from graphql import (
    GraphQLBoolean,
    GraphQLEnumType,
    GraphQLField,
    GraphQLFloat,
    GraphQLID,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInt,
    GraphQLList,
    GraphQLNamedType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLString,
)

from metadata.field_types.contract import ValueKind
from metadata.model import FieldDef
from schema.naming import ENUM_VALUE, Register
from schema.scalars import DATE, DATE_TIME, DECIMAL, JSON

REGION = GraphQLObjectType(
    "Region",
    lambda: {
        each: GraphQLField(GraphQLString) for each in ("province", "city", "district", "detail")
    },
)
LOCATION = GraphQLObjectType(
    "Location",
    lambda: {
        "address": GraphQLField(GraphQLString),
        "latitude": GraphQLField(GraphQLFloat),
        "longitude": GraphQLField(GraphQLFloat),
    },
)
DATE_RANGE = GraphQLObjectType(
    "DateRange",
    lambda: {"start": GraphQLField(DATE), "end": GraphQLField(DATE)},
    description="From and to, both included.",
)
REGION_INPUT = GraphQLInputObjectType(
    "RegionInput",
    lambda: {
        each: GraphQLInputField(GraphQLString)
        for each in ("province", "city", "district", "detail")
    },
)
LOCATION_INPUT = GraphQLInputObjectType(
    "LocationInput",
    lambda: {
        "address": GraphQLInputField(GraphQLString),
        "latitude": GraphQLInputField(GraphQLFloat),
        "longitude": GraphQLInputField(GraphQLFloat),
    },
)
DATE_RANGE_INPUT = GraphQLInputObjectType(
    "DateRangeInput",
    lambda: {"start": GraphQLInputField(DATE), "end": GraphQLInputField(DATE)},
)


def listed(kind: Any) -> GraphQLList[Any]:
    """`[kind!]`."""
    return GraphQLList(GraphQLNonNull(kind))


SCALARS: Mapping[ValueKind, GraphQLNamedType] = {
    ValueKind.TEXT: GraphQLString,
    ValueKind.INTEGER: GraphQLInt,
    ValueKind.DECIMAL: DECIMAL,
    ValueKind.BOOLEAN: GraphQLBoolean,
    ValueKind.DATE: DATE,
    ValueKind.DATE_TIME: DATE_TIME,
    ValueKind.CHOICE: GraphQLString,
}
OUTPUTS: Mapping[ValueKind, Any] = {
    **SCALARS,
    ValueKind.CHOICES: listed(GraphQLString),
    ValueKind.REGION: REGION,
    ValueKind.LOCATION: LOCATION,
    ValueKind.DATE_RANGE: DATE_RANGE,
    ValueKind.FILES: GraphQLList(JSON),
    ValueKind.ROWS: JSON,
    ValueKind.JSON: JSON,
}
INPUTS: Mapping[ValueKind, Any] = {
    **SCALARS,
    ValueKind.CHOICES: listed(GraphQLString),
    ValueKind.RELATION: GraphQLID,
    ValueKind.RELATIONS: listed(GraphQLID),
    ValueKind.RECORD: GraphQLID,
    ValueKind.REGION: REGION_INPUT,
    ValueKind.LOCATION: LOCATION_INPUT,
    ValueKind.DATE_RANGE: DATE_RANGE_INPUT,
    ValueKind.FILES: GraphQLList(JSON),
    ValueKind.ROWS: JSON,
    ValueKind.JSON: JSON,
}


def choice_type(register: Register, object_type_name: str, each: FieldDef) -> GraphQLNamedType:
    """An enum where the options ship and cannot change, else a string with labels in metadata."""
    if not each.fixed_choices or not all(ENUM_VALUE.fullmatch(c.value) for c in each.choices):
        return GraphQLString
    name = f"{object_type_name}{each.name[0].upper()}{each.name[1:]}"
    return register.once(
        name,
        lambda: GraphQLEnumType(
            name, {c.value: c.value for c in each.choices}, description=each.label.zh
        ),
    )
