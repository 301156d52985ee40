"""What a request may hold before anything is done with it: counted, never executed (C1–C5).

The number of tokens is the parser's limit, the number of nodes a plan may return the planner's.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
)

from engine.base.errors import TooComplex
from engine.base.settings import Settings

INTROSPECTION_DEPTH = 20
DESCRIPTIONS = frozenset({"metadata", "__schema", "__type"})
FIELDS_PER_TOKEN = 5
VALUES_PER_LIST = 5


@dataclass(frozen=True, slots=True)
class Size:
    """How deep and wide a selection set is with its fragments spread."""

    depth: int = 0
    fields: int = 0
    aliases: int = 0
    directives: int = 0


def check_document(document: DocumentNode, settings: Settings) -> None:
    """Raises TooComplex for an operation that is too deep or too wide, fragments included.

    A fragment that spreads itself counts once here; validation refuses it after.
    """
    fragments = {
        each.name.value: each
        for each in document.definitions
        if isinstance(each, FragmentDefinitionNode)
    }
    measuring = _Measuring(fragments)
    for each in document.definitions:
        if isinstance(each, OperationDefinitionNode):
            _check(measuring, each, settings)


def check_variables(variables: Mapping[str, Any], settings: Settings) -> None:
    """Raises TooComplex for lists that are too long or too many objects (M2)."""
    objects = values = 0
    stack: list[Any] = list(variables.values())
    while stack:
        each = stack.pop()
        values += 1
        if isinstance(each, dict):
            objects += 1
            stack.extend(each.values())
        elif isinstance(each, list):
            if len(each) > settings.list_length_limit:
                raise TooComplex("list", limit=settings.list_length_limit)
            stack.extend(each)
    if objects > settings.input_objects_limit:
        raise TooComplex("inputObjects", limit=settings.input_objects_limit)
    most_values = VALUES_PER_LIST * settings.list_length_limit
    if values > most_values:
        raise TooComplex("values", limit=most_values)


def _check(measuring: "_Measuring", operation: OperationDefinitionNode, settings: Settings) -> None:
    roots = _roots(measuring, operation.selection_set)
    if operation.operation is OperationType.MUTATION and len(roots) > settings.mutation_limit:
        raise TooComplex("mutations", limit=settings.mutation_limit)
    size = measuring.size(operation.selection_set)
    _check_descriptions(measuring, roots)
    introspection = all(each.name.value.startswith("__") for each in roots)
    depth = INTROSPECTION_DEPTH if introspection else settings.depth_limit
    for found, reason, limit in (
        (size.depth, "depth", depth),
        (size.aliases, "aliases", settings.alias_limit),
        (size.directives + len(operation.directives or ()), "directives", settings.directive_limit),
        (size.fields, "fields", FIELDS_PER_TOKEN * settings.token_limit),
    ):
        if found > limit:
            raise TooComplex(reason, limit=limit)


def _check_descriptions(measuring: "_Measuring", roots: Sequence[FieldNode]) -> None:
    """What describes the company's objects is walked on the event loop, leaf by leaf: each kind
    once in an operation, and nothing of it twice (C7)."""
    seen: set[str] = set()
    for each in roots:
        name = each.name.value
        if name not in DESCRIPTIONS or each.selection_set is None:
            continue
        if name in seen or measuring.size(each.selection_set).aliases:
            raise TooComplex("aliases", limit=0)
        seen.add(name)


def _roots(measuring: "_Measuring", selections: SelectionSetNode) -> list[FieldNode]:
    """The root fields, as often as they are asked for."""
    found: list[FieldNode] = []
    stack, seen = [selections], set()
    while stack:
        for each in stack.pop().selections:
            if isinstance(each, FieldNode):
                found.append(each)
            elif not isinstance(each, FragmentSpreadNode):
                stack.append(each.selection_set)  # type: ignore[attr-defined]
            elif each.name.value in measuring.fragments and each.name.value not in seen:
                seen.add(each.name.value)
                stack.append(measuring.fragments[each.name.value].selection_set)
    return found


class _Measuring:
    """Sizes of selection sets; each fragment is measured once."""

    def __init__(self, fragments: Mapping[str, FragmentDefinitionNode]) -> None:
        self.fragments = fragments
        self._known: dict[str, Size] = {}

    def size(self, selections: SelectionSetNode) -> Size:
        depth = fields = aliases = directives = 0
        for each in selections.selections:
            own = 0
            directives += len(each.directives or ())
            if isinstance(each, FieldNode):
                own = 1
                fields += 1
                aliases += each.alias is not None
                inner = self.size(each.selection_set) if each.selection_set else Size()
            elif isinstance(each, FragmentSpreadNode):
                inner = self._fragment(each.name.value)
            else:
                inner = self.size(each.selection_set)  # type: ignore[attr-defined]
            depth = max(depth, own + inner.depth)
            fields += inner.fields
            aliases += inner.aliases
            directives += inner.directives
        return Size(depth, fields, aliases, directives)

    def _fragment(self, name: str) -> Size:
        known = self._known.get(name)
        if known is None:
            self._known[name] = Size()
            definition = self.fragments.get(name)
            known = Size() if definition is None else self.size(definition.selection_set)
            self._known[name] = known
        return known
