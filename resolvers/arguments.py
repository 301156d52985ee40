"""GraphQL argument nodes → the values of a read request, with variables marked as Bound.

Objects and lists of objects are structure and stay plain; scalars (and lists of scalars) that
come from variables become `Bound`, so that one plan serves all their values. Enum values are
structure too: `during: THIS_YEAR` is another statement than `during: TODAY`.
"""

from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Any

from graphql import (
    FieldNode,
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    ListValueNode,
    NullValueNode,
    ObjectValueNode,
    Undefined,
    ValueNode,
    VariableNode,
)
from graphql.utilities import coerce_input_literal

from engine.base.errors import InvalidInput, Problem
from engine.query.request import Bound

Path = tuple[str | int, ...]
StructureOf = Callable[[Any], Hashable]


def arguments_of(
    definition: GraphQLField, node: FieldNode, variables: Mapping[str, Any]
) -> dict[str, Any]:
    """The arguments of one selected field; absent ones are absent, defaults are filled in."""
    given = {each.name.value: each.value for each in node.arguments or ()}
    found: dict[str, Any] = {}
    for name, argument in definition.args.items():
        value = _argument(argument, given.get(name), variables)
        if value is not Undefined:
            if value is None and isinstance(argument.type, GraphQLNonNull):
                raise InvalidInput([Problem((name,), "REQUIRED")])
            found[name] = value
    return found


def _argument(
    argument: GraphQLArgument, node: ValueNode | None, variables: Mapping[str, Any]
) -> Any:
    if node is not None:
        value = _value(node, argument.type, variables)
        if value is not Undefined:
            return value
    return argument.default_value


def _value(node: ValueNode, kind: Any, variables: Mapping[str, Any]) -> Any:
    if isinstance(node, VariableNode):
        name = node.name.value
        return _wrapped(variables[name], kind, (name,)) if name in variables else Undefined
    if isinstance(node, NullValueNode):
        return None
    if isinstance(kind, GraphQLNonNull):
        return _value(node, kind.of_type, variables)
    if isinstance(kind, GraphQLList):
        nodes: Sequence[ValueNode] = node.values if isinstance(node, ListValueNode) else [node]
        items = [_value(each, kind.of_type, variables) for each in nodes]
        return [None if each is Undefined else each for each in items]
    if isinstance(kind, GraphQLInputObjectType):
        return _object(node, kind, variables)
    return coerce_input_literal(node, kind)


def _object(
    node: ValueNode, kind: GraphQLInputObjectType, variables: Mapping[str, Any]
) -> dict[str, Any]:
    assert isinstance(node, ObjectValueNode)
    given = {each.name.value: each.value for each in node.fields}
    found: dict[str, Any] = {}
    for name, value in given.items():
        each = _value(value, kind.fields[name].type, variables)
        if each is not Undefined:
            found[name] = each
    return found


def _wrapped(value: Any, kind: Any, path: Path) -> Any:
    kind = _bare(kind)
    if not _is_structure(kind):
        return Bound(path, value)
    if value is None:
        return None
    if isinstance(kind, GraphQLList):
        return [_wrapped(each, kind.of_type, (*path, at)) for at, each in enumerate(value)]
    if isinstance(kind, GraphQLInputObjectType):
        return {
            name: _wrapped(each, kind.fields[name].type, (*path, name))
            for name, each in value.items()
        }
    return value


def structure_of(kind: Any) -> StructureOf | None:
    """A function giving what of a variable's value shapes the request; None: nothing does."""
    kind = _bare(kind)
    if isinstance(kind, GraphQLEnumType):
        return _itself
    if isinstance(kind, GraphQLInputObjectType):
        return lambda value: _object_structure(kind, value)
    if isinstance(kind, GraphQLList):
        inner = structure_of(kind.of_type)
        if inner is None:
            return None
        return lambda value: None if value is None else tuple(inner(each) for each in value)
    return None


def _object_structure(kind: GraphQLInputObjectType, value: Any) -> Hashable:
    if value is None:
        return None
    found: list[Hashable] = []
    for name, each in value.items():
        of_field = structure_of(kind.fields[name].type)
        found.append(name if of_field is None else (name, of_field(each)))
    return tuple(found)


def _itself(value: Any) -> Hashable:
    found: Hashable = value
    return found


def _bare(kind: Any) -> Any:
    return kind.of_type if isinstance(kind, GraphQLNonNull) else kind


def _is_structure(kind: Any) -> bool:
    kind = _bare(kind)
    if isinstance(kind, GraphQLList):
        return _is_structure(kind.of_type)
    return isinstance(kind, GraphQLEnumType | GraphQLInputObjectType)
