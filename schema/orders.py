"""`orderBy`, `groupBy`, `having` of each object."""

from collections.abc import Callable
from functools import partial
from typing import Any

from graphql import GraphQLBoolean, GraphQLInputField, GraphQLInputObjectType

from metadata.field_types.contract import Aggregate, ValueKind
from metadata.snapshot import ObjectIndex
from schema.filters import DECIMALS, FILTERS, INT
from schema.naming import DATE_BUCKET, SORT_DIRECTION, Register, input_type, shown_fields

DATES = (ValueKind.DATE, ValueKind.DATE_TIME)
Fields = dict[str, GraphQLInputField]


def order_type(register: Register, index: ObjectIndex) -> GraphQLInputObjectType:
    """`CustomerOrder`: one sort key each; relations to one lead on."""

    def fields() -> Fields:
        found = {"id": GraphQLInputField(SORT_DIRECTION)}
        for each, of in shown_fields(index):
            if of.kind is ValueKind.RELATION and each.target is not None:
                found[each.name] = GraphQLInputField(
                    order_type(register, register.object(each.target))
                )
            elif of.sortable:
                found[each.name] = GraphQLInputField(SORT_DIRECTION)
        return found

    return input_type(register, f"{index.definition.type_name}Order", fields, "")


def group_by_type(register: Register, index: ObjectIndex) -> GraphQLInputObjectType:
    """`CustomerGroupBy`: fields by their value, dates by a period, relations lead on."""
    return _grouping(register, index, "GroupBy", GraphQLBoolean)


def group_key_order_type(register: Register, index: ObjectIndex) -> GraphQLInputObjectType:
    return _grouping(register, index, "GroupKeyOrder", SORT_DIRECTION)


def _grouping(
    register: Register, index: ObjectIndex, suffix: str, leaf: Any
) -> GraphQLInputObjectType:
    def fields() -> Fields:
        found = {"id": GraphQLInputField(leaf)}
        for each, of in shown_fields(index):
            if not of.groupable:
                continue
            kind: Any = leaf
            if of.kind is ValueKind.RELATION and each.target is not None:
                kind = _grouping(register, register.object(each.target), suffix, leaf)
            elif of.kind in DATES and leaf is GraphQLBoolean:
                kind = DATE_BUCKET
            found[each.name] = GraphQLInputField(kind)
        return found

    return input_type(register, f"{index.definition.type_name}{suffix}", fields, "")


def having_type(register: Register, index: ObjectIndex) -> GraphQLInputObjectType:
    """`CustomerHaving`: conditions about a group's totals."""

    def leaf(function: Aggregate, kind: ValueKind) -> Any:
        if function is Aggregate.COUNT_DISTINCT:
            return INT
        return FILTERS[kind] if function in (Aggregate.MIN, Aggregate.MAX) else DECIMALS

    return _totals(register, index, "Having", (INT, leaf))


def group_order_type(register: Register, index: ObjectIndex) -> GraphQLInputObjectType:
    """`CustomerGroupOrder`: by a key of the group or one of its totals."""
    leaf = (SORT_DIRECTION, lambda function, kind: SORT_DIRECTION)
    return _totals(register, index, "GroupOrder", leaf)


def _totals(
    register: Register,
    index: ObjectIndex,
    suffix: str,
    leaves: tuple[Any, Callable[[Aggregate, ValueKind], Any]],
) -> GraphQLInputObjectType:
    of_count, leaf = leaves
    prefix = index.definition.type_name

    def inner(function: Aggregate) -> Fields:
        return {
            each.name: GraphQLInputField(leaf(function, of.kind))
            for each, of in shown_fields(index)
            if function in of.aggregates
        }

    def fields() -> Fields:
        found = {"count": GraphQLInputField(of_count)}
        if suffix == "GroupOrder":
            found["key"] = GraphQLInputField(group_key_order_type(register, index))
        for function in Aggregate:
            below = inner(function)
            if below:
                name = f"{prefix}{function[0].upper()}{function[1:]}{suffix}"
                kind = input_type(register, name, partial(dict, below), "")
                found[function.value] = GraphQLInputField(kind)
        return found

    return input_type(register, f"{prefix}{suffix}", fields, "")
