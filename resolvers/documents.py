"""Documents of a schema: parsed, measured, validated and classified once, then remembered.

A query whose root fields are all generated reads is `reads`: it needs neither executor nor
strawberry. What is remembered is bounded by approximate bytes over all schemas of the process.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Hashable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from typing import Any

from graphql import (
    DirectiveNode,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLSchema,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    validate,
)

from engine.base.errors import AppError, Problem, ValidationFailed
from engine.base.settings import Settings
from metadata.snapshot import Snapshot
from resolvers.beside import beside
from resolvers.document_limit import DocumentLimit
from resolvers.limits import check_document, parse_text
from resolvers.reads import RootRead
from resolvers.root_writes import RootWrite, root_write
from resolvers.selection import Selecting, directive_variables
from resolvers.unfilled import NO_FILLING, Filling, unfilled
from resolvers.variables import MOST_PROBLEMS, Variable, coerce_variables, variables_of

BYTES_PER_CHARACTER = 250  # what parsed nodes, their places and tokens weigh against their text
FOLLOWED = 30  # so many documents are made anew before another schema takes its place
INTROSPECTION = frozenset({"__schema", "__type"})
_numbers = count(1)


@dataclass(frozen=True, slots=True)
class Document:
    """A valid operation. `reads` is None when an executor is needed, `generated` are the
    generated reads among its root fields then too; `roots` are the response keys and names of
    these fields, fragments spread; `write` is a mutation's one write, when it needs no executor;
    `introspects` says that the schema itself is among them; `unfilled` by response key what it
    shows of computed fields that have not their value in all rows yet.
    `number` is unique in the process."""

    number: int
    node: DocumentNode
    operation: OperationDefinitionNode
    fragments: Mapping[str, FragmentDefinitionNode]
    variables: tuple[Variable, ...]
    roots: tuple[tuple[str, str], ...]
    generated: tuple[RootRead, ...]
    reads: tuple[RootRead, ...] | None
    write: RootWrite | None
    introspects: bool
    unfilled: Mapping[str, tuple[Problem, ...]]

    @property
    def name(self) -> str | None:
        return self.operation.name.value if self.operation.name is not None else None

    @property
    def is_query(self) -> bool:
        return self.operation.operation is OperationType.QUERY

    def coerce(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """The variables' values by type. Raises InvalidInput with every problem's path; the
        refused values themselves are not repeated (D10)."""
        return coerce_variables(self.variables, given)

    def key(self, coerced: Mapping[str, Any]) -> Hashable:
        """Document and structure of its variables: what plans of its fields depend on."""
        shape: list[Hashable] = []
        for each in self.variables:
            name = each.name
            if name not in coerced:
                shape.append(0)
            elif each.decides:
                shape.append(("decides", bool(coerced[name])))
            else:
                shape.append(1 if each.structure is None else each.structure(coerced[name]))
        return (self.number, tuple(shape))


class Documents:
    """The documents of one schema, least recently used first out."""

    def __init__(
        self,
        schema: GraphQLSchema,
        settings: Settings,
        limit: DocumentLimit,
        filling: Filling = NO_FILLING,
    ) -> None:
        self._schema, self._settings, self._limit = schema, settings, limit
        self._filling = filling
        self._known: OrderedDict[tuple[str, str | None], tuple[Document, int]] = OrderedDict()
        self._making: dict[tuple[str, str | None], asyncio.Future[Document]] = {}
        self.bytes = 0
        limit.add(self)

    def drop_oldest(self) -> None:
        _, (_, gone) = self._known.popitem(last=False)
        self.bytes -= gone

    def last_used(self, most: int) -> list[tuple[str, str | None]]:
        """Texts and operation names of the documents used last, the latest at the end."""
        return list(self._known)[-most:]

    def find(self, text: str, operation_name: str | None) -> Document | None:
        known = self._known.get((text, operation_name))
        if known is None:
            return None
        self._known.move_to_end((text, operation_name))
        return known[0]

    def read(self, text: str, operation_name: str | None) -> Document:
        """The document of a text, from now on known."""
        return self.store(text, operation_name, self.make(text, operation_name))

    async def read_beside(self, text: str, operation_name: str | None) -> Document:
        """The same without holding up the event loop; who asks for a document that is being made
        waits for it, so that a new schema does not have each of them made many times."""
        key = (text, operation_name)
        task = self._making.get(key)
        if task is None:
            task = self._making[key] = asyncio.ensure_future(self._made(*key))
            # read here: those who waited may all have left
            task.add_done_callback(lambda done: done.cancelled() or done.exception())
        try:
            return await asyncio.shield(task)
        finally:
            del task  # it and an error's frames would keep each other, and the schema with them

    async def _made(self, text: str, operation_name: str | None) -> Document:
        try:
            made = await beside(self.make, text, operation_name)
            return self.store(text, operation_name, made)
        finally:
            del self._making[text, operation_name]

    async def follow(self, former: "Documents") -> None:
        """Makes the documents that were used last with another schema, as far as they are valid
        here: nobody has to wait for them when this one takes its place."""
        for key in former.last_used(FOLLOWED):  # in this order, so that it is the order here too
            if key not in self._known:
                with suppress(AppError):
                    await self.read_beside(*key)

    def make(self, text: str, operation_name: str | None) -> Document:
        """The document of a text; safe in a thread. Raises ParseFailed, TooComplex,
        ValidationFailed."""
        node = parse_text(text, self._settings)
        check_document(node, self._settings)
        errors = validate(self._schema, node, max_errors=MOST_PROBLEMS, hide_suggestions=True)
        if errors:
            raise ValidationFailed(extensions={}, errors=tuple(errors))
        return _document(self._schema, node, _operation(node, operation_name), self._filling)

    def store(self, text: str, operation_name: str | None, document: Document) -> Document:
        """Remembers the document of the text; on the event loop alone."""
        size = BYTES_PER_CHARACTER * len(text)
        if (text, operation_name) in self._known:
            self.bytes -= self._known.pop((text, operation_name))[1]
        self._known[text, operation_name] = (document, size)
        self.bytes += size
        self._limit.hold()
        return document


def _operation(node: DocumentNode, name: str | None) -> OperationDefinitionNode:
    found = [each for each in node.definitions if isinstance(each, OperationDefinitionNode)]
    if name is not None:
        found = [each for each in found if each.name is not None and each.name.value == name]
    if len(found) != 1:
        raise ValidationFailed("operationName", errors=())
    return found[0]


def _document(
    schema: GraphQLSchema,
    node: DocumentNode,
    operation: OperationDefinitionNode,
    filling: Filling,
) -> Document:
    fragments = {
        each.name.value: each
        for each in node.definitions
        if isinstance(each, FragmentDefinitionNode)
    }
    roots, conditional = _roots(operation, fragments)
    deciding = directive_variables(_directives(node))
    generated = _generated(schema, operation, roots)
    bare = not conditional and not operation.directives and len(generated) == len(roots)
    return Document(
        number=next(_numbers),
        node=node,
        operation=operation,
        fragments=fragments,
        variables=tuple(variables_of(schema, operation, deciding)),
        roots=tuple((key, nodes[0].name.value) for key, nodes in roots.items()),
        generated=generated,
        reads=generated if bare and generated else None,
        write=_write(schema, operation, roots) if not conditional else None,
        introspects=any(nodes[0].name.value in INTROSPECTION for nodes in roots.values()),
        unfilled=unfilled(
            schema, filling, schema.get_root_type(operation.operation), roots, fragments
        ),
    )


def _roots(
    operation: OperationDefinitionNode, fragments: Mapping[str, FragmentDefinitionNode]
) -> tuple[dict[str, list[FieldNode]], bool]:
    """Root fields by response key in order, and whether a directive decides about one."""
    found: dict[str, list[FieldNode]] = {}
    seen: set[str] = set()

    def collect(selections: SelectionSetNode) -> bool:
        conditional = False
        for each in selections.selections:
            conditional = conditional or bool(each.directives)
            if isinstance(each, FieldNode):
                key = each.alias.value if each.alias is not None else each.name.value
                found.setdefault(key, []).append(each)
                continue
            inner: Any = each
            if isinstance(each, FragmentSpreadNode):
                if each.name.value in seen:
                    continue
                seen.add(each.name.value)
                inner = fragments[each.name.value]
            conditional = collect(inner.selection_set) or conditional
        return conditional

    conditional = collect(operation.selection_set)
    return found, conditional


def _generated(
    schema: GraphQLSchema,
    operation: OperationDefinitionNode,
    roots: Mapping[str, Sequence[FieldNode]],
) -> tuple[RootRead, ...]:
    query = schema.query_type
    if operation.operation is not OperationType.QUERY or query is None:
        return ()
    found = []
    for key, nodes in roots.items():
        definition = query.fields.get(nodes[0].name.value)
        if definition is not None and "read" in definition.extensions:
            kind, name = definition.extensions["read"]
            found.append(RootRead(key, kind, name, query, nodes))
    return tuple(found)


def _write(
    schema: GraphQLSchema,
    operation: OperationDefinitionNode,
    roots: Mapping[str, Sequence[FieldNode]],
) -> RootWrite | None:
    if operation.operation is not OperationType.MUTATION:
        return None
    return root_write(schema.mutation_type, operation, roots)


def _directives(node: DocumentNode) -> list[DirectiveNode]:
    found: list[DirectiveNode] = []
    stack: list[Any] = [
        each.selection_set for each in node.definitions if hasattr(each, "selection_set")
    ]
    while stack:
        for each in stack.pop().selections:
            found.extend(each.directives or ())
            inner = getattr(each, "selection_set", None)
            if inner is not None:
                stack.append(inner)
    return found


def selecting(
    document: Document, schema: GraphQLSchema, snapshot: Snapshot, variables: Mapping[str, Any]
) -> Selecting:
    """What the reads of the document convert their selections with."""
    return Selecting(schema, snapshot, document.fragments, variables)
