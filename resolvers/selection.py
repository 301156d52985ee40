"""Selection sets of a checked document → the engine's selections.

Fragments are spread, `@skip` and `@include` decided, fields with one response key merged, as
the specification's CollectFields says. Does not ask whether anything is allowed.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graphql import (
    DirectiveNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    SelectionNode,
    SelectionSetNode,
    VariableNode,
    get_named_type,
)

from engine.query.request import Selection
from metadata.snapshot import Snapshot
from resolvers.arguments import arguments_of

Key = tuple[str, str | None]
Fields = dict[Key, list[FieldNode]]


@dataclass(frozen=True)
class Selecting:
    """What conversion needs of a request; `variables` are coerced."""

    schema: GraphQLSchema
    snapshot: Snapshot
    fragments: Mapping[str, FragmentDefinitionNode]
    variables: Mapping[str, Any]

    def root(self, parent: GraphQLObjectType, nodes: Sequence[FieldNode]) -> Selection:
        """The selection of one root field from all nodes with its response key."""
        return self._selection(parent, nodes, None)

    def below(self, kind: Any, nodes: Sequence[FieldNode]) -> tuple[Selection, ...]:
        """What the nodes select of a value of the type `kind`."""
        named = get_named_type(kind)
        if not isinstance(named, GraphQLObjectType | GraphQLInterfaceType):
            return ()
        collected: Fields = {}
        seen: set[Key] = set()
        for node in nodes:
            if node.selection_set is not None:
                self._collect(named, node.selection_set, collected, (None, seen))
        return tuple(
            self._selection(self._type_of(named, on), found, on)
            for (_, on), found in collected.items()
        )

    def included(self, node: SelectionNode) -> bool:
        """Whether `@skip` and `@include` leave the node in."""
        return not any(self._leaves_out(each) for each in node.directives or ())

    def _leaves_out(self, directive: DirectiveNode) -> bool:
        name = directive.name.value
        if name not in ("skip", "include"):
            return False
        value: Any = (directive.arguments or ())[0].value
        if isinstance(value, VariableNode):
            condition = self.variables.get(value.name.value)
        else:
            condition = value.value
        return bool(condition) is (name == "skip")

    def _type_of(self, kind: Any, on: str | None) -> Any:
        if on is None:
            return kind
        return self.schema.type_map[self.snapshot.object(on).definition.type_name]

    def _collect(
        self,
        kind: Any,
        selections: SelectionSetNode,
        found: Fields,
        at: tuple[str | None, set[Key]],
    ) -> None:
        on, seen = at
        for node in selections.selections:
            if not self.included(node):
                continue
            if isinstance(node, FieldNode):
                key = node.alias.value if node.alias is not None else node.name.value
                found.setdefault((key, on), []).append(node)
                continue
            fragment: Any = node
            if isinstance(node, FragmentSpreadNode):
                name = node.name.value
                if (name, on) in seen:
                    continue
                seen.add((name, on))
                fragment = self.fragments[name]
            narrowed = self._narrowed(kind, fragment, on)
            if narrowed is not None:
                self._collect(kind, fragment.selection_set, found, (*narrowed, seen))

    def _narrowed(
        self, kind: Any, fragment: InlineFragmentNode | FragmentDefinitionNode, on: str | None
    ) -> tuple[str | None] | None:
        """The object that the fragment's fields apply to (None: all), or None for no one."""
        if fragment.type_condition is None:
            return (on,)
        name = fragment.type_condition.name.value
        condition = self.schema.type_map[name]
        current = self._type_of(kind, on)
        if condition is current:
            return (on,)
        if isinstance(condition, GraphQLInterfaceType):
            fits = isinstance(current, GraphQLInterfaceType) or condition in current.interfaces
            return (on,) if fits else None
        if isinstance(current, GraphQLInterfaceType) and on is None:
            return (self.snapshot.by_type[name].name,)
        return None

    def _selection(self, parent: Any, nodes: Sequence[FieldNode], on: str | None) -> Selection:
        node = nodes[0]
        name = node.name.value
        key = node.alias.value if node.alias is not None else name
        if name.startswith("__"):
            return Selection(name, key, {"type": parent.name}, on=on)
        definition = parent.fields[name]
        return Selection(
            name=name,
            key=key,
            arguments=arguments_of(definition, node, self.variables),
            selections=self.below(definition.type, nodes),
            on=on,
        )


def directive_variables(nodes: Iterable[DirectiveNode]) -> set[str]:
    """The variables that decide about `@skip` and `@include`."""
    return {
        argument.value.name.value
        for each in nodes
        for argument in each.arguments or ()
        if isinstance(argument.value, VariableNode)
    }
