"""Which operations clients really send, and the fields these touch: kept as hashes for 30 days, so
that who deletes a field is told whom that would break.

A request only notes its document, once a minute at most; what it touches is found beside it, at
once, so that no schema is kept for it, and written once a minute. Values are looked at for their
keys alone and never kept.
"""

import asyncio
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNamedType,
    GraphQLNonNull,
    GraphQLSchema,
    ObjectFieldNode,
    TypeInfo,
    TypeInfoVisitor,
    Visitor,
    get_named_type,
    visit,
)
from sqlalchemy import Engine

from engine.db.write_engine import transaction
from metadata.changes.client_operations import Operation, save_operations
from metadata.snapshot import Snapshot
from resolvers.beside import beside

MOST_NOTED = 5_000


@dataclass(frozen=True, slots=True)
class Sent:
    """A document as it was sent, with what its fields are told by: `inputs` are its variables,
    each as (type, value). `keeping` is held so that the schema stays whole meanwhile."""

    node: DocumentNode
    name: str
    inputs: tuple[tuple[Any, Any], ...]
    schema: GraphQLSchema
    snapshot: Snapshot
    keeping: object = None


@dataclass
class SentOperations:
    """What was sent since the last look, by company and document. Used from the event loop."""

    _noted: dict[tuple[str, int], Operation | None] = field(default_factory=dict)
    _finding: set[asyncio.Task[None]] = field(default_factory=set)

    def is_new(self, schema: str, number: int) -> bool:
        """Whether the document of this number was not noted yet; asked for every request."""
        return (schema, number) not in self._noted

    def note(self, schema: str, number: int, sent: Sent) -> None:
        if len(self._noted) < MOST_NOTED:
            self._noted[schema, number] = None
            task = asyncio.create_task(self._find(schema, number, sent))
            self._finding.add(task)
            task.add_done_callback(self._finding.discard)

    async def _find(self, schema: str, number: int, sent: Sent) -> None:
        self._noted[schema, number] = await beside(operation_of, sent)

    async def take(self) -> Mapping[str, list[Operation]]:
        """What was noted, by company; from now on it is noted anew."""
        if self._finding:
            await asyncio.wait(self._finding)
        noted, self._noted = self._noted, {}
        found: dict[str, list[Operation]] = {}
        for (schema, _), operation in noted.items():
            if operation is not None:
                found.setdefault(schema, []).append(operation)
        return found


def operation_of(sent: Sent) -> Operation:
    """The hash, the name and the fields of what was sent."""
    source = sent.node.loc.source.body if sent.node.loc else ""
    key = hashlib.sha256(f"{sent.name}\0{source}".encode()).digest()
    return Operation(key, sent.name, tuple(sorted(touched(sent))))


def touched(sent: Sent) -> set[str]:
    """`object.field` of every field that is selected, filtered, sorted or written, and `object`."""
    names = sorted(sent.snapshot.by_type, key=len, reverse=True)
    found: set[str] = set()

    def note(kind: GraphQLNamedType | None, name: str) -> None:
        owner = next((each for each in names if kind and kind.name.startswith(each)), None)
        if owner is not None:
            index = sent.snapshot.by_type[owner]
            found.add(index.name)
            if name in index.fields or name in index.many:
                found.add(f"{index.name}.{name}")

    types = TypeInfo(sent.schema)
    visit(sent.node, TypeInfoVisitor(types, _Touching(types, note)))
    for kind, value in sent.inputs:
        for owner, name in _keys(kind, value):
            note(owner, name)
    return found


class _Touching(Visitor):
    def __init__(self, types: TypeInfo, note: Any) -> None:
        super().__init__()
        self._types, self._note = types, note

    def enter_field(self, node: FieldNode, *_: Any) -> None:
        self._note(self._types.get_parent_type(), node.name.value)

    def enter_object_field(self, node: ObjectFieldNode, *_: Any) -> None:
        kind = self._types.get_parent_input_type()
        self._note(None if kind is None else get_named_type(kind), node.name.value)


def _keys(kind: Any, value: Any) -> Iterator[tuple[GraphQLNamedType, str]]:
    """Every key of an input value, with the type it belongs to."""
    while isinstance(kind, GraphQLNonNull | GraphQLList):
        kind = kind.of_type
    if isinstance(value, list | tuple):
        for each in value:
            yield from _keys(kind, each)
    elif isinstance(kind, GraphQLInputObjectType) and isinstance(value, Mapping):
        for name, inner in value.items():
            yield kind, name
            if name in kind.fields:
                yield from _keys(kind.fields[name].type, inner)


def write_sent(engine: Engine, sent: Mapping[str, list[Operation]]) -> None:
    """Writes what was taken, a transaction per company; blocks."""
    for schema, each in sent.items():
        operations = {made.hash: made for made in each}
        with transaction(engine) as connection:
            save_operations(connection, schema, list(operations.values()))
