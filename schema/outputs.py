"""The types that reads give: records, connections, aggregates, groups.

Their values are written by the database; no field of them has a resolver of its own.
"""

from functools import partial
from typing import Any

from graphql import (
    GraphQLArgument,
    GraphQLBoolean,
    GraphQLField,
    GraphQLID,
    GraphQLInt,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLString,
)

from engine.query.ordering import NEVER_NULL
from metadata.field_types.contract import Aggregate, FieldType, ValueKind
from metadata.model import FieldDef
from metadata.snapshot import ObjectIndex
from schema.filters import where_type
from schema.naming import (
    NODE,
    RECORD,
    Register,
    described,
    object_type,
    required,
    shown_fields,
)
from schema.orders import order_type
from schema.scalars import DATE, DECIMAL
from schema.values import OUTPUTS, choice_type, listed

PAGE_INFO = GraphQLObjectType(
    "PageInfo",
    lambda: {
        "hasNextPage": GraphQLField(required(GraphQLBoolean)),
        "hasPreviousPage": GraphQLField(required(GraphQLBoolean)),
        "startCursor": GraphQLField(GraphQLString),
        "endCursor": GraphQLField(GraphQLString),
    },
)
Fields = dict[str, GraphQLField]


def record_type(register: Register, index: ObjectIndex) -> GraphQLObjectType:
    """`Customer`: every field and every relation, both directions."""
    definition = index.definition
    interfaces = [NODE, RECORD] if "createdAt" in index.fields else [NODE]
    return register.once(
        definition.type_name,
        lambda: GraphQLObjectType(
            definition.type_name,
            lambda: _record_fields(register, index),
            interfaces=interfaces,
            description=f"{definition.label.zh} · {definition.label.en}",
        ),
    )


def _record_fields(register: Register, index: ObjectIndex) -> Fields:
    found: Fields = {"id": GraphQLField(required(GraphQLID))}
    for each, of in shown_fields(index):
        kind = _output(register, index, each, of)
        if kind is None:
            continue
        if each.name in NEVER_NULL:
            kind = required(kind)
        found[each.name] = GraphQLField(kind, description=described(each))
    for relation in index.many.values():
        target = register.object(relation.target)
        found[relation.name] = GraphQLField(
            required(connection_type(register, target)), args=list_arguments(register, target)
        )
    return found


def _output(register: Register, index: ObjectIndex, each: FieldDef, of: FieldType) -> Any:
    if of.kind is ValueKind.RELATION and each.target is not None:
        return record_type(register, register.object(each.target))
    if of.kind is ValueKind.RELATIONS and each.target is not None:
        return listed(record_type(register, register.object(each.target)))
    if of.kind is ValueKind.RECORD:
        return RECORD
    if of.kind is ValueKind.CHOICE:
        return choice_type(register, index.definition.type_name, each)
    return OUTPUTS.get(of.kind)


def list_arguments(register: Register, index: ObjectIndex) -> dict[str, GraphQLArgument]:
    """The arguments that every list takes, nested or not."""
    return {
        "where": GraphQLArgument(where_type(register, index)),
        "search": GraphQLArgument(GraphQLString),
        "orderBy": GraphQLArgument(listed(order_type(register, index))),
        **{name: GraphQLArgument(kind) for name, kind in _PAGE.items()},
    }


_PAGE: dict[str, Any] = {
    "first": GraphQLInt,
    "after": GraphQLString,
    "last": GraphQLInt,
    "before": GraphQLString,
    "offset": GraphQLInt,
}


def connection_type(register: Register, index: ObjectIndex) -> GraphQLObjectType:
    """`CustomerConnection`; totals cost only when they are selected."""
    name = index.definition.type_name

    def fields() -> Fields:
        node = record_type(register, index)
        return {
            "nodes": GraphQLField(required(listed(node))),
            "edges": GraphQLField(required(listed(_edge_type(register, index)))),
            "pageInfo": GraphQLField(required(PAGE_INFO)),
            "totalCount": GraphQLField(required(GraphQLInt)),
            "aggregate": GraphQLField(required(aggregate_type(register, index))),
        }

    return object_type(register, f"{name}Connection", fields, "")


def _edge_type(register: Register, index: ObjectIndex) -> GraphQLObjectType:
    def fields() -> Fields:
        return {
            "node": GraphQLField(required(record_type(register, index))),
            "cursor": GraphQLField(required(GraphQLString)),
        }

    return object_type(register, f"{index.definition.type_name}Edge", fields, "")


def aggregate_type(register: Register, index: ObjectIndex) -> GraphQLObjectType:
    name = f"{index.definition.type_name}Aggregate"
    return object_type(register, name, lambda: _total_fields(register, index), "")


def _total_fields(register: Register, index: ObjectIndex) -> Fields:
    found: Fields = {"count": GraphQLField(required(GraphQLInt))}
    for function in Aggregate:
        below = {
            each.name: GraphQLField(_total(register, (index, each), of, function))
            for each, of in shown_fields(index)
            if function in of.aggregates
        }
        if below:
            name = f"{index.definition.type_name}{function[0].upper()}{function[1:]}"
            kind = object_type(register, name, partial(dict, below), "")
            found[function.value] = GraphQLField(required(kind))
    return found


def _total(
    register: Register, at: tuple[ObjectIndex, FieldDef], of: FieldType, function: Aggregate
) -> Any:
    if function is Aggregate.COUNT_DISTINCT:
        return GraphQLInt
    if function in (Aggregate.SUM, Aggregate.AVG):
        return DECIMAL
    return _output(register, at[0], at[1], of)


def group_type(register: Register, index: ObjectIndex) -> GraphQLObjectType:
    """`CustomerGroup`: its key in the shape of the record, beside totals."""

    def fields() -> Fields:
        key = GraphQLField(required(_group_key_type(register, index)))
        return {"key": key, **_total_fields(register, index)}

    return object_type(register, f"{index.definition.type_name}Group", fields, "")


def _group_key_type(register: Register, index: ObjectIndex) -> GraphQLObjectType:
    def fields() -> Fields:
        found: Fields = {"id": GraphQLField(GraphQLID)}
        for each, of in shown_fields(index):
            if not of.groupable:
                continue
            if of.kind is ValueKind.RELATION and each.target is not None:
                kind: Any = _group_key_type(register, register.object(each.target))
            elif of.kind is ValueKind.DATE_TIME:
                kind = DATE
            else:
                kind = _output(register, index, each, of)
            found[each.name] = GraphQLField(kind)
        return found

    return object_type(register, f"{index.definition.type_name}GroupKey", fields, "")


def neighbors_type(register: Register, index: ObjectIndex) -> GraphQLObjectType:
    """`CustomerNeighbors` (OBJ-07)."""

    def fields() -> Fields:
        node = record_type(register, index)
        return {"previous": GraphQLField(node), "next": GraphQLField(node)}

    return object_type(register, f"{index.definition.type_name}Neighbors", fields, "")


def group_list(register: Register, index: ObjectIndex) -> Any:
    return GraphQLNonNull(GraphQLList(GraphQLNonNull(group_type(register, index))))
