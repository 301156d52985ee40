"""Which root fields of a document show computed fields whose values are not there for all rows yet.

Found once per document and schema; the answer says so, since it shows them as null.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
)

from engine.base.errors import Problem, StillComputing
from metadata.model import ObjectDef

Filling = Mapping[str, tuple[str, frozenset[str]]]  # by GraphQL type: the object, its fields
NO_FILLING: Filling = {}
Fragments = Mapping[str, FragmentDefinitionNode]


def filling_of(objects: Sequence[ObjectDef]) -> Filling:
    return {
        item.type_name: (item.name, frozenset(item.filling)) for item in objects if item.filling
    }


def unfilled(
    schema: GraphQLSchema,
    filling: Filling,
    root: GraphQLObjectType | None,
    nodes: Mapping[str, Sequence[FieldNode]],
    fragments: Fragments,
) -> Mapping[str, tuple[Problem, ...]]:
    """By response key of the root field what it shows of those fields, each once."""
    if not filling or root is None:
        return {}
    found = {}
    for key, fields in nodes.items():
        walk = _Walk(schema, filling, fragments)
        named = dict.fromkeys(name for each in fields for name in walk.below(root, each))
        if named:
            found[key] = tuple(_problem(*name) for name in named)
    return found


def _problem(object_name: str, field: str) -> Problem:
    params = {"object": object_name, "field": field}
    return Problem((object_name, field), StillComputing.code, params)


class _Walk:
    """One pass through what is selected below a root field; a fragment is looked into once."""

    def __init__(self, schema: GraphQLSchema, filling: Filling, fragments: Fragments) -> None:
        self.schema, self.filling, self.fragments = schema, filling, fragments
        self.seen: set[str] = set()

    def below(self, parent: Any, node: FieldNode) -> Iterator[tuple[str, str]]:
        object_name, names = self.filling.get(parent.name, ("", frozenset()))
        if node.name.value in names:
            yield object_name, node.name.value
        known = isinstance(parent, GraphQLObjectType | GraphQLInterfaceType)
        field = parent.fields.get(node.name.value) if known else None
        if field is not None and node.selection_set is not None:
            yield from self._all(get_named_type(field.type), node.selection_set.selections)

    def _all(self, parent: Any, selections: Sequence[Any]) -> Iterator[tuple[str, str]]:
        for each in selections:
            if isinstance(each, FieldNode):
                yield from self.below(parent, each)
                continue
            if isinstance(each, FragmentSpreadNode):
                if each.name.value in self.seen:
                    continue
                self.seen.add(each.name.value)
                each = self.fragments[each.name.value]
            on = each.type_condition
            inner = parent if on is None else self.schema.type_map[on.name.value]
            yield from self._all(inner, each.selection_set.selections)
