"""Documents of a schema: parsed, measured, validated and classified once, then remembered.

A query whose root fields are all generated reads is `reads`: it needs neither executor nor
strawberry. The cache is bounded by number and by approximate bytes, least recently used first out.
"""

from collections import OrderedDict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any

from graphql import (
    DirectiveNode,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLSchema,
    GraphQLSyntaxError,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    Undefined,
    parse,
    validate,
)
from graphql.execution.get_variable_signature import (
    GraphQLVariableSignature,
    get_variable_signature,
)
from graphql.utilities import coerce_input_value, validate_input_value
from graphql.utilities.coerce_input_value import coerce_default_value

from engine.base.errors import InvalidInput, ParseFailed, Problem, TooComplex, ValidationFailed
from engine.base.settings import Settings
from metadata.snapshot import Snapshot
from resolvers.arguments import StructureOf, structure_of
from resolvers.limits import check_document
from resolvers.reads import RootRead
from resolvers.selection import Selecting, directive_variables

MOST_PROBLEMS = 20
MOST_DOCUMENTS = 2_000
BYTES_PER_CHARACTER = 30  # what parsed nodes weigh against their text
_numbers = count(1)


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable of the operation; `structure` gives what of its value shapes a plan."""

    signature: GraphQLVariableSignature
    structure: StructureOf | None
    decides: bool


@dataclass(frozen=True, slots=True)
class Document:
    """A valid operation. `reads` is None when an executor is needed; `roots` are the response
    keys and names of its root fields, fragments spread. `number` is unique in the process."""

    number: int
    node: DocumentNode
    operation: OperationDefinitionNode
    fragments: Mapping[str, FragmentDefinitionNode]
    variables: tuple[Variable, ...]
    roots: tuple[tuple[str, str], ...]
    reads: tuple[RootRead, ...] | None

    @property
    def name(self) -> str | None:
        return self.operation.name.value if self.operation.name is not None else None

    @property
    def is_query(self) -> bool:
        return self.operation.operation is OperationType.QUERY

    def coerce(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """The variables' values by type. Raises InvalidInput with every problem's path; the
        refused values themselves are not repeated (D10)."""
        found: dict[str, Any] = {}
        problems: list[Problem] = []
        for each in self.variables:
            _coerce(each.signature, given, found, problems)
        if problems:
            raise InvalidInput(problems[:MOST_PROBLEMS])
        return found

    def key(self, coerced: Mapping[str, Any]) -> Hashable:
        """Document and structure of its variables: what plans of its fields depend on."""
        shape: list[Hashable] = []
        for each in self.variables:
            name = each.signature.name
            if name not in coerced:
                shape.append(0)
            elif each.decides:
                shape.append(("decides", bool(coerced[name])))
            else:
                shape.append(1 if each.structure is None else each.structure(coerced[name]))
        return (self.number, tuple(shape))


class Documents:
    """The documents of one schema."""

    def __init__(
        self,
        schema: GraphQLSchema,
        snapshot: Snapshot,
        settings: Settings,
        max_bytes: int = 120_000_000,
    ) -> None:
        self._schema, self._snapshot, self._settings = schema, snapshot, settings
        self._known: OrderedDict[tuple[str, str | None], tuple[Document, int]] = OrderedDict()
        self._max_bytes = max_bytes
        self.bytes = 0

    def find(self, text: str, operation_name: str | None) -> Document | None:
        known = self._known.get((text, operation_name))
        if known is None:
            return None
        self._known.move_to_end((text, operation_name))
        return known[0]

    def read(self, text: str, operation_name: str | None) -> Document:
        """The document of a text. Raises ParseFailed, TooComplex, ValidationFailed."""
        node = _parse(text, self._settings)
        check_document(node, self._settings)
        errors = validate(self._schema, node, max_errors=MOST_PROBLEMS, hide_suggestions=True)
        if errors:
            raise ValidationFailed(extensions={}, errors=tuple(errors))
        operation = _operation(node, operation_name)
        document = _document(self._schema, self._snapshot, node, operation)
        size = BYTES_PER_CHARACTER * len(text)
        self._known[text, operation_name] = (document, size)
        self.bytes += size
        while self.bytes > self._max_bytes or len(self._known) > MOST_DOCUMENTS:
            _, (_, gone) = self._known.popitem(last=False)
            self.bytes -= gone
        return document


def _parse(text: str, settings: Settings) -> DocumentNode:
    try:
        return parse(
            text, max_lexical_tokens=settings.token_limit, max_comments=settings.token_limit
        )
    except GraphQLSyntaxError as error:
        if "tokens" in error.message:
            raise TooComplex("tokens", limit=settings.token_limit) from None
        raise ParseFailed(errors=(error,)) from None
    except (GraphQLError, RecursionError):
        raise ParseFailed(errors=()) from None


def _operation(node: DocumentNode, name: str | None) -> OperationDefinitionNode:
    found = [each for each in node.definitions if isinstance(each, OperationDefinitionNode)]
    if name is not None:
        found = [each for each in found if each.name is not None and each.name.value == name]
    if len(found) != 1:
        raise ValidationFailed("operationName", errors=())
    return found[0]


def _document(
    schema: GraphQLSchema,
    snapshot: Snapshot,
    node: DocumentNode,
    operation: OperationDefinitionNode,
) -> Document:
    fragments = {
        each.name.value: each
        for each in node.definitions
        if isinstance(each, FragmentDefinitionNode)
    }
    roots, conditional = _roots(operation, fragments)
    deciding = directive_variables(_directives(node))
    return Document(
        number=next(_numbers),
        node=node,
        operation=operation,
        fragments=fragments,
        variables=tuple(_variables(schema, operation, deciding)),
        roots=tuple((key, nodes[0].name.value) for key, nodes in roots.items()),
        reads=None if conditional else _reads(schema, operation, roots),
    )


def _variables(
    schema: GraphQLSchema, operation: OperationDefinitionNode, deciding: set[str]
) -> list[Variable]:
    found = []
    for each in operation.variable_definitions or ():
        signature = get_variable_signature(schema, each)
        if isinstance(signature, GraphQLError):
            raise ValidationFailed(errors=(signature,))
        kind = structure_of(signature.type)
        found.append(Variable(signature, kind, signature.name in deciding))
    return found


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


def _reads(
    schema: GraphQLSchema,
    operation: OperationDefinitionNode,
    roots: Mapping[str, Sequence[FieldNode]],
) -> tuple[RootRead, ...] | None:
    query = schema.query_type
    if operation.operation is not OperationType.QUERY or operation.directives or query is None:
        return None
    found = []
    for key, nodes in roots.items():
        definition = query.fields.get(nodes[0].name.value)
        if definition is None or "read" not in definition.extensions:
            return None
        kind, name = definition.extensions["read"]
        found.append(RootRead(key, kind, name, query, nodes))
    return tuple(found)


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


def _coerce(
    signature: GraphQLVariableSignature,
    given: Mapping[str, Any],
    found: dict[str, Any],
    problems: list[Problem],
) -> None:
    name, kind = signature.name, signature.type
    if name not in given:
        if signature.default is not None:
            found[name] = coerce_default_value(signature)
            return
        if not str(kind).endswith("!"):
            return
    value = given.get(name, Undefined)
    coerced = coerce_input_value(value, kind)
    if coerced is not Undefined:
        found[name] = coerced
        return

    def note(_error: GraphQLError, path: list[str | int]) -> None:
        missing = given.get(name) is None
        problems.append(Problem((name, *path), "REQUIRED" if missing else "BAD_FORMAT"))

    validate_input_value(value, kind, note, True)


def selecting(
    document: Document, schema: GraphQLSchema, snapshot: Snapshot, variables: Mapping[str, Any]
) -> Selecting:
    """What the reads of the document convert their selections with."""
    return Selecting(schema, snapshot, document.fragments, variables)
