"""JSON of a scene → values of the object's generated input types, as the schema has them now."""

from collections.abc import Iterator, Mapping
from typing import Any

from graphql import (
    GraphQLError,
    GraphQLID,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLSchema,
    Undefined,
    get_named_type,
)
from graphql.utilities import coerce_input_value, validate_input_value

from engine.base.errors import Problem
from engine.scenes.usable import Coerce, Path, Typing
from metadata.model import ObjectDef


def typing_of(schema: GraphQLSchema, definition: ObjectDef) -> Typing:
    """How conditions and orders of the object are read."""
    name = definition.type_name
    where: Any = schema.type_map[f"{name}Where"]
    order: Any = schema.type_map[f"{name}Order"]
    return Typing(_reading(where), _reading(order))


def ids_within(
    schema: GraphQLSchema, definition: ObjectDef, where: Mapping[str, Any]
) -> Iterator[tuple[Path, Any]]:
    """Every id in a `where` that is of the object's type, and its place in it."""
    return _ids(schema.type_map[f"{definition.type_name}Where"], where, ())


def _ids(kind: Any, given: Any, path: Path) -> Iterator[tuple[Path, Any]]:
    if isinstance(given, list):
        for at, each in enumerate(given):
            yield from _ids(kind, each, (*path, at))
        return
    named = get_named_type(kind)
    if named is GraphQLID:
        yield path, given
    elif isinstance(named, GraphQLInputObjectType) and isinstance(given, dict):
        # a condition of null is none, whatever it names
        for name, each in ((name, each) for name, each in given.items() if each is not None):
            yield from _ids(named.fields[name].type, each, (*path, name))


def _reading(kind: GraphQLInputType) -> Coerce:
    def read(given: Any, path: Path) -> tuple[Any, list[Problem]]:
        value = coerce_input_value(given, kind)
        if value is not Undefined:
            return value, []
        problems: list[Problem] = []

        def note(_error: GraphQLError, place: list[str | int]) -> None:
            problems.append(Problem((*path, *place), "BAD_FORMAT"))

        validate_input_value(given, kind, note, True)
        return None, problems

    return read
