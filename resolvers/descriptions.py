"""Introspection and metadata as finished JSON: they are tens of thousands of small values, which
the executor would complete one by one on the event loop for half a second (C7).

What is selected becomes functions, what is selected alike of one thing is described once, in a
thread beside the loop; texts are kept, least recently used out first.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping, Sequence
from functools import partial
from operator import attrgetter
from typing import Any

import orjson
from graphql import (
    GraphQLBoolean,
    GraphQLField,
    GraphQLList,
    GraphQLNamedType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLString,
)

from engine.base.errors import TooComplex
from engine.query.request import Selection
from resolvers.beside import beside
from resolvers.context import RequestContext
from resolvers.metadata import MetadataView
from resolvers.reads import Info, selecting_of

DESCRIBED = (GraphQLSchema, GraphQLNamedType, MetadataView)
VALUES_PER_TYPE = 250  # a full introspection needs about 85
Reader = Callable[[Any], Any]


class Texts:
    """Texts by key, bounded by their bytes."""

    def __init__(self, max_bytes: int = 16_000_000) -> None:
        self._known: OrderedDict[Hashable, bytes] = OrderedDict()
        self._max_bytes = max_bytes
        self.bytes = 0

    def find(self, key: Hashable) -> bytes | None:
        found = self._known.get(key)
        if found is not None:
            self._known.move_to_end(key)
        return found

    def store(self, key: Hashable, text: bytes) -> None:
        self.bytes += len(text) - len(self._known.pop(key, b""))
        self._known[key] = text
        while self.bytes > self._max_bytes:
            self.bytes -= len(self._known.popitem(last=False)[1])


_texts = Texts()


async def describe(info: Info, source: Any) -> orjson.Fragment:
    """What the root field of `info` selects of `source`, one of DESCRIBED. Raises TooComplex."""
    key = _key(info, source)
    text = None if key is None else _texts.find(key)
    if text is None:
        text = await beside(_described, info, source)
        if key is not None:
            _texts.store(key, text)
    return orjson.Fragment(text)


def _key(info: Info, source: Any) -> Hashable:
    """Document and variables; a document is of one schema. Metadata depend on the viewer too.
    None when the document has no number: then nothing is kept."""
    context: RequestContext = info.context
    if context.key is None:
        return None
    viewer: Hashable = None
    if isinstance(source, MetadataView):
        viewer = (source.version, source.language, context.viewer().profile.key)
    variables = orjson.dumps(info.variable_values, default=str)
    return (context.key, info.path.key, variables, viewer)


def _described(info: Info, source: Any) -> bytes:
    selections = selecting_of(info).below(info.return_type, info.field_nodes)
    found = _Describing(info).reader(info.return_type, selections)(source)
    return orjson.dumps(found)


class _Describing:
    """Makes readers, and counts the values that they have given."""

    def __init__(self, info: Info) -> None:
        self._info = info
        self._values = 0
        self._limit = VALUES_PER_TYPE * len(info.schema.type_map)

    def reader(self, kind: Any, selections: Sequence[Selection]) -> Reader:
        """What is selected of a value of the type, as plain values for JSON."""
        if isinstance(kind, GraphQLNonNull):
            return self.reader(kind.of_type, selections)
        if isinstance(kind, GraphQLList):
            return partial(_each, self.reader(kind.of_type, selections))
        if isinstance(kind, GraphQLObjectType):
            parts = [self._part(kind, each) for each in selections]
            return partial(self._object, parts, {})
        return _itself if kind in (GraphQLString, GraphQLBoolean) else partial(_leaf, kind)

    def _part(self, kind: GraphQLObjectType, selection: Selection) -> tuple[str, Reader, Reader]:
        if selection.name == "__typename":
            return selection.key, lambda _source: kind.name, _itself
        definition = kind.fields[selection.name]
        value = self._value(definition, selection.arguments)
        return selection.key, value, self.reader(definition.type, selection.selections)

    def _value(self, definition: GraphQLField, arguments: Mapping[str, Any]) -> Reader:
        declared = definition.extensions.get("strawberry-definition")
        if declared is not None:
            return attrgetter(declared.python_name)
        resolve, info = definition.resolve, self._info
        assert resolve is not None
        given = {name: getattr(each, "value", each) for name, each in arguments.items()}
        return lambda source: resolve(source, info, **given)

    def _object(
        self, parts: Sequence[tuple[str, Reader, Reader]], known: dict[int, Any], source: Any
    ) -> dict[str, Any] | None:
        """`known` holds what was described before, with its source, so that ids stay unique."""
        if source is None:
            return None
        before = known.get(id(source))
        if before is not None:
            self._count(before[1])
            found: dict[str, Any] = before[0]
            return found
        start = self._values
        self._count(len(parts))
        found = {key: complete(value(source)) for key, value, complete in parts}
        known[id(source)] = (found, self._values - start, source)
        return found

    def _count(self, values: int) -> None:
        self._values += values
        if self._values > self._limit:
            raise TooComplex("description", limit=self._limit)


def _itself(value: Any) -> Any:
    return value


def _each(inner: Reader, values: Any) -> list[Any] | None:
    return None if values is None else [inner(each) for each in values]


def _leaf(kind: Any, value: Any) -> Any:
    return None if value is None else kind.coerce_output_value(value)
