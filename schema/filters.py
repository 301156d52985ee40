"""`where`: the operators each kind of value offers, and the filter input of each object.

The operators here are those that `engine/query/operators.py` compiles.
"""

from collections.abc import Mapping
from typing import Any

from graphql import (
    GraphQLBoolean,
    GraphQLEnumType,
    GraphQLID,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInt,
    GraphQLList,
    GraphQLString,
)

from engine.base.zones import PERIODS
from metadata.field_types.contract import ValueKind
from metadata.snapshot import ObjectIndex
from schema.naming import Register, input_type, shown_fields
from schema.scalars import DATE, DATE_TIME, DECIMAL
from schema.values import DATE_RANGE_INPUT, listed

PERIOD = GraphQLEnumType(
    "Period",
    {each: each for each in PERIODS},
    description="A period of days in the company's time zone; weeks begin on Monday.",
)


def _filter(name: str, **operators: Any) -> GraphQLInputObjectType:
    named = {key.rstrip("_"): GraphQLInputField(kind) for key, kind in operators.items()}
    return GraphQLInputObjectType(name, named, description="All operators given apply together.")


def _among(kind: Any) -> dict[str, Any]:
    return {"eq": kind, "ne": kind, "in_": GraphQLList(kind), "notIn": GraphQLList(kind)}


def _ordered(kind: Any) -> dict[str, Any]:
    compared = {"lt": kind, "lte": kind, "gt": kind, "gte": kind, "between": listed(kind)}
    return {**_among(kind), **compared, "isNull": GraphQLBoolean}


_DAYS = {"during": PERIOD, "lastDays": GraphQLInt, "nextDays": GraphQLInt}
TEXT = _filter(
    "TextFilter",
    **_among(GraphQLString),
    contains=GraphQLString,
    notContains=GraphQLString,
    startsWith=GraphQLString,
    endsWith=GraphQLString,
    isEmpty=GraphQLBoolean,
)
INT = _filter("IntFilter", **_ordered(GraphQLInt))
DECIMALS = _filter("DecimalFilter", **_ordered(DECIMAL))
DATES = _filter("DateFilter", **_ordered(DATE), **_DAYS)
DATE_TIMES = _filter("DateTimeFilter", **_ordered(DATE_TIME), **_DAYS)
BOOLEAN = _filter("BooleanFilter", eq=GraphQLBoolean, isNull=GraphQLBoolean)
CHOICE = _filter("ChoiceFilter", **_among(GraphQLString), isNull=GraphQLBoolean)
_sets = {"anyOf": listed(GraphQLString), "allOf": listed(GraphQLString)}
CHOICES = _filter(
    "ChoicesFilter",
    **_sets,
    noneOf=listed(GraphQLString),
    exactly=listed(GraphQLString),
    isEmpty=GraphQLBoolean,
)
IDS = _filter(
    "IdFilter", eq=GraphQLID, ne=GraphQLID, in_=listed(GraphQLID), notIn=listed(GraphQLID)
)
RELATIONS = _filter(
    "RelationsFilter",
    anyOf=listed(GraphQLID),
    allOf=listed(GraphQLID),
    noneOf=listed(GraphQLID),
    isEmpty=GraphQLBoolean,
    me=GraphQLBoolean,
)
RECORDS = _filter(
    "RecordFilter",
    eq=GraphQLID,
    in_=listed(GraphQLID),
    object=listed(GraphQLString),
    isNull=GraphQLBoolean,
)
REGIONS = _filter("RegionFilter", province=TEXT, city=TEXT, district=TEXT, isNull=GraphQLBoolean)
DATE_RANGES = _filter(
    "DateRangeFilter", contains=DATE, overlaps=DATE_RANGE_INPUT, isNull=GraphQLBoolean
)
PRESENCE = _filter("PresenceFilter", isNull=GraphQLBoolean)

FILTERS: Mapping[ValueKind, GraphQLInputObjectType] = {
    ValueKind.TEXT: TEXT,
    ValueKind.INTEGER: INT,
    ValueKind.DECIMAL: DECIMALS,
    ValueKind.BOOLEAN: BOOLEAN,
    ValueKind.DATE: DATES,
    ValueKind.DATE_TIME: DATE_TIMES,
    ValueKind.CHOICE: CHOICE,
    ValueKind.CHOICES: CHOICES,
    ValueKind.RELATIONS: RELATIONS,
    ValueKind.RECORD: RECORDS,
    ValueKind.REGION: REGIONS,
    ValueKind.DATE_RANGE: DATE_RANGES,
    ValueKind.LOCATION: PRESENCE,
    ValueKind.FILES: PRESENCE,
    ValueKind.ROWS: PRESENCE,
    ValueKind.JSON: PRESENCE,
}


def where_type(register: Register, index: ObjectIndex) -> GraphQLInputObjectType:
    """`CustomerWhere`."""
    name = f"{index.definition.type_name}Where"
    text = "Conditions that apply together; empty means every record."
    return input_type(register, name, lambda: _where_fields(register, index), text)


def _where_fields(register: Register, index: ObjectIndex) -> dict[str, GraphQLInputField]:
    own = where_type(register, index)
    found = {
        "and": GraphQLInputField(listed(own)),
        "or": GraphQLInputField(listed(own)),
        "not": GraphQLInputField(own),
        "id": GraphQLInputField(IDS),
    }
    for each, of in shown_fields(index):
        if of.kind is ValueKind.RELATION and each.target is not None:
            kind = _relation(register, register.object(each.target))
        elif of.kind in FILTERS:
            kind = FILTERS[of.kind]
        else:
            continue
        found[each.name] = GraphQLInputField(kind, description=each.label.zh)
    for relation in index.many.values():
        found[relation.name] = GraphQLInputField(_many(register, register.object(relation.target)))
    return found


_OF_TARGET: Mapping[str, Mapping[str, Any]] = {
    "user": {"me": GraphQLBoolean, "mySubordinates": GraphQLBoolean},
    "department": {"mine": GraphQLBoolean, "withChildrenOf": GraphQLID},
}


def _relation(register: Register, target: ObjectIndex) -> GraphQLInputObjectType:
    def fields() -> dict[str, GraphQLInputField]:
        kinds = {
            "eq": GraphQLID,
            "in": GraphQLList(GraphQLID),
            "isNull": GraphQLBoolean,
            "is": where_type(register, target),
            **_OF_TARGET.get(target.name, {}),
        }
        return {name: GraphQLInputField(kind) for name, kind in kinds.items()}

    name = f"{target.definition.type_name}RelationFilter"
    return input_type(register, name, fields, "")


def _many(register: Register, target: ObjectIndex) -> GraphQLInputObjectType:
    def fields() -> dict[str, GraphQLInputField]:
        inner = where_type(register, target)
        return {
            **{each: GraphQLInputField(inner) for each in ("some", "none", "every")},
            "count": GraphQLInputField(INT),
        }

    name = f"{target.definition.type_name}ListFilter"
    return input_type(register, name, fields, "")
