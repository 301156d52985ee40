"""What a request may hold before anything is done with it: counted, never executed (C1–C5).

What a plan may return and read is the planner's, of
all root fields together `resolvers/costs.py`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLSyntaxError,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    parse,
)

from engine.base.errors import ParseFailed, TooComplex, ValidationFailed
from engine.base.settings import Settings
from resolvers.merges import merges

INTROSPECTION_DEPTH = 20
DESCRIPTIONS = frozenset({"metadata", "__schema", "__type"})
FIELDS_PER_TOKEN = 5
VALUES_PER_LIST = 5
MERGES_LIMIT = 5_000  # some 10 ms of validation


@dataclass(frozen=True, slots=True)
class Size:
    """How deep and wide a selection set is with its fragments spread."""

    depth: int = 0
    fields: int = 0
    aliases: int = 0
    directives: int = 0


def parse_text(text: str, settings: Settings) -> DocumentNode:
    """The parsed document. Raises ParseFailed, TooComplex: reading a long text costs time,
    however few its tokens are."""
    if len(text) > settings.document_limit_characters:
        raise TooComplex("document", limit=settings.document_limit_characters)
    try:
        document = parse(
            text, max_lexical_tokens=settings.token_limit, max_comments=settings.token_limit
        )
    except GraphQLSyntaxError as error:
        if "tokens" in error.message:
            raise TooComplex("tokens", limit=settings.token_limit) from None
        raise ParseFailed(errors=(error,)) from None
    except (GraphQLError, RecursionError):
        raise ParseFailed(errors=()) from None
    _unlink_tokens(document)
    return document


def _unlink_tokens(document: DocumentNode) -> None:
    """Each token knows those before and after it, which nothing here asks for: a circle, so that a
    document that is let go would wait for a collection."""
    token = document.loc.start_token if document.loc is not None else None
    while token is not None:
        token.prev, token = None, token.next


def check_document(document: DocumentNode, settings: Settings) -> None:
    """Raises TooComplex for an operation that is too deep or too wide, fragments included;
    ValidationFailed for fragments in a circle, which the rule for them looks at again and again.
    """
    fragments = {
        each.name.value: each
        for each in document.definitions
        if isinstance(each, FragmentDefinitionNode)
    }
    measuring = _Measuring(fragments)
    for name in fragments:
        measuring.fragment(name)
    for each in document.definitions:
        if isinstance(each, OperationDefinitionNode):
            _check(measuring, each, settings)
        elif not isinstance(each, FragmentDefinitionNode):
            continue
        if _own_directives(each) > settings.directive_limit:
            raise TooComplex("directives", limit=settings.directive_limit)


def _own_directives(definition: OperationDefinitionNode | FragmentDefinitionNode) -> int:
    """Those of an operation or a fragment itself and of its variables."""
    variables = definition.variable_definitions or ()
    return len(definition.directives or ()) + sum(len(each.directives or ()) for each in variables)


def nests_too_deep(value: Any, settings: Settings) -> bool:
    """Whether JSON nests deeper than it may. Not more of it is looked at than `check_variables`
    lets through; its parser takes nothing that is deeper than Python's stack."""
    stack: list[tuple[Any, int]] = [(value, 1)]
    left = VALUES_PER_LIST * settings.list_length_limit
    while stack and left:
        each, depth = stack.pop()
        left -= 1
        if not isinstance(each, dict | list):
            continue
        if depth > settings.json_depth_limit:
            return True
        inner = each.values() if isinstance(each, dict) else each
        stack.extend((value, depth + 1) for value in islice(inner, left))
    return False


def check_variables(variables: Mapping[str, Any], settings: Settings) -> None:
    """Raises TooComplex for lists that are too long or too many objects (M2), as soon as it is
    clear: no more is looked at than may be there."""
    most_values = VALUES_PER_LIST * settings.list_length_limit
    objects = values = 0
    stack: list[Any] = list(variables.values())
    while stack:
        each = stack.pop()
        values += 1
        if values > most_values:
            raise TooComplex("values", limit=most_values)
        if isinstance(each, dict):
            objects += 1
            if objects > settings.input_objects_limit:
                raise TooComplex("inputObjects", limit=settings.input_objects_limit)
            stack.extend(each.values())
        elif isinstance(each, list):
            if len(each) > settings.list_length_limit:
                raise TooComplex("list", limit=settings.list_length_limit)
            stack.extend(each)


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
        (size.directives, "directives", settings.directive_limit),
        (size.fields, "fields", FIELDS_PER_TOKEN * settings.token_limit),
    ):
        if found > limit:
            raise TooComplex(reason, limit=limit, estimate=found)
    compared = merges(operation.selection_set, measuring.fragments)
    if compared > MERGES_LIMIT:
        raise TooComplex("merges", limit=MERGES_LIMIT, estimate=compared)


def _check_descriptions(measuring: "_Measuring", roots: Sequence[FieldNode]) -> None:
    """What describes the company's objects is large: each kind once in an operation, and nothing
    of it twice (C7)."""
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
        self._open: set[str] = set()

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
                inner = self.fragment(each.name.value)
            else:
                inner = self.size(each.selection_set)  # type: ignore[attr-defined]
            depth = max(depth, own + inner.depth)
            fields += inner.fields
            aliases += inner.aliases
            directives += inner.directives
        return Size(depth, fields, aliases, directives)

    def fragment(self, name: str) -> Size:
        """Raises ValidationFailed for one that is spread within itself."""
        known = self._known.get(name)
        if known is None:
            if name in self._open:
                text = f"Cannot spread fragment '{name}' within itself."
                raise ValidationFailed(errors=(GraphQLError(text, self.fragments[name]),))
            self._open.add(name)
            definition = self.fragments.get(name)
            known = Size() if definition is None else self.size(definition.selection_set)
            self._known[name] = known
        return known
