"""Snapshot → the company's schema: strawberry's hand-written part joined with the generated one.

The generated types are plain graphql-core types with lazy fields; decorating as many classes
takes twenty times as long. Built beside the running schema, in a thread (principle 16).
"""

import time
from collections.abc import Callable
from functools import cached_property, partial
from typing import Any

import structlog
from graphql import (
    GraphQLField,
    GraphQLList,
    GraphQLNamedType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLScalarType,
    GraphQLSchema,
    get_named_type,
    print_schema,
    validate_schema,
)
from strawberry import Schema
from strawberry.schema.config import StrawberryConfig
from strawberry.schema.schema_converter import GraphQLCoreConverter
from strawberry.types.scalar import ScalarDefinition

from metadata.snapshot import Snapshot
from resolvers.loaders import resolve_placeholder
from resolvers.staleness import resolve_mutation
from schema.naming import RECORD, Register
from schema.operations.results import BatchResult
from schema.operations.roots import Mutation, Query
from schema.outputs import record_type
from schema.placeholders import SCALARS
from schema.roots import mutation_fields, query_fields

BYTES_PER_TYPE = 1_600
BYTES_PER_FIELD = 250
BYTES_PER_ARGUMENT = 150
TAKEN_APART_AT_ONCE = 20  # types
TAKEN_APART_PAUSE_SECONDS = 0.001
log = structlog.get_logger()


class CompanySchema(Schema):
    """The schema that a company's objects give; companies with equal objects may share it."""

    def __init__(self, snapshot: Snapshot) -> None:
        config = StrawberryConfig(
            disable_field_suggestions=True,
            scalar_map={kind: _scalar(of) for kind, of in SCALARS.items()},
        )
        super().__init__(Query, Mutation, config=config, types=[BatchResult])
        self._register = Register(snapshot, _payloads(self._schema))
        self._schema = _join(self._schema, self._register, self)

    @property
    def graphql(self) -> GraphQLSchema:
        """The joined schema, for graphql-core."""
        return self._schema

    @cached_property
    def bytes(self) -> int:
        """About what its types hold, by their number and that of their fields and arguments."""
        fields = arguments = 0
        for kind in self._schema.type_map.values():
            own = getattr(kind, "fields", {})
            fields += len(own)
            arguments += sum(len(getattr(each, "args", ())) for each in own.values())
        return (
            BYTES_PER_TYPE * len(self._schema.type_map)
            + BYTES_PER_FIELD * fields
            + BYTES_PER_ARGUMENT * arguments
        )

    def take_apart(self) -> None:
        """Cuts all circles, so that everything is freed and no collection has to find it. The
        schema is of no use after; what schemas share stays whole. Blocks its thread for a tenth of
        a second, most of it asleep: requests are answered meanwhile, a build has to wait."""
        written = (each.implementation for each in self.schema_converter.type_map.values())
        for at, kind in enumerate((*self._register.types.values(), *written)):
            if not isinstance(kind, GraphQLScalarType):
                vars(kind).clear()
            if at % TAKEN_APART_AT_ONCE == 0:
                time.sleep(TAKEN_APART_PAUSE_SECONDS)
        self.schema_converter.type_map.clear()
        vars(self._schema).clear()
        vars(self).clear()

    def sdl(self) -> str:
        return print_schema(self._schema)


def build_schema(snapshot: Snapshot) -> CompanySchema:
    """Builds and checks the schema. Raises ValueError when names collide; does not read the
    database."""
    started = time.perf_counter()
    built = CompanySchema(snapshot)
    log.info(
        "schema built",
        version=snapshot.version,
        types=len(built.graphql.type_map),
        milliseconds=round((time.perf_counter() - started) * 1_000),
    )
    return built


def _scalar(of: Any) -> ScalarDefinition:
    return ScalarDefinition(
        name=of.name,
        description=of.description,
        specified_by_url=None,
        serialize=None,
        parse_value=None,
        parse_literal=None,
        implementation=of,
    )


def _join(base: GraphQLSchema, register: Register, owner: CompanySchema) -> GraphQLSchema:
    assert base.query_type is not None and base.mutation_type is not None
    batch = base.type_map["BatchResult"]
    assert isinstance(batch, GraphQLObjectType)
    _add(base.query_type, query_fields(register))
    _add(base.mutation_type, mutation_fields(register, batch))
    _replace_placeholders(base, register)
    for each in base.mutation_type.fields.values():
        assert each.resolve is not None
        each.resolve = partial(resolve_mutation, each.resolve)
    _check_names(base, register)
    joined = GraphQLSchema(
        base.query_type,
        base.mutation_type,
        types=[record_type(register, index) for index in register.snapshot.by_name.values()],
        directives=base.directives,
        extensions={GraphQLCoreConverter.DEFINITION_BACKREF: owner},
    )
    joined._strawberry_schema = owner  # type: ignore[attr-defined]
    problems = validate_schema(joined)
    if problems:
        raise ValueError("; ".join(each.message for each in problems))
    return joined


def _add(root: GraphQLObjectType, fields: dict[str, GraphQLField]) -> None:
    taken = sorted(fields.keys() & root.fields.keys())
    if taken:
        raise ValueError(f"two operations are called {taken[0]}")
    root.fields.update(fields)


def _payloads(base: GraphQLSchema) -> dict[str, GraphQLNamedType]:
    """Hand-written payloads of one record serve generated mutations of the object too."""
    return {
        name: kind
        for name, kind in base.type_map.items()
        if name.endswith("Payload")
        and isinstance(kind, GraphQLObjectType)
        and list(kind.fields) == ["record"]
    }


def _check_names(base: GraphQLSchema, register: Register) -> None:
    taken = [
        name for name, kind in register.types.items() if base.type_map.get(name, kind) is not kind
    ]
    if taken:
        raise ValueError(f"two types are called {sorted(taken)[0]}")


def _replace_placeholders(base: GraphQLSchema, register: Register) -> None:
    for kind in base.type_map.values():
        if not isinstance(kind, GraphQLObjectType):
            continue
        for each in kind.fields.values():
            if get_named_type(each.type).name == "GeneratedRecord":
                _replace(each, register)


def _replace(each: GraphQLField, register: Register) -> None:
    definition = each.extensions[GraphQLCoreConverter.DEFINITION_BACKREF]
    name = definition.metadata["record"]
    target = record_type(register, register.object(name)) if name else RECORD
    each.type = _with_named(each.type, target)
    original: Callable[..., Any] | None = each.resolve
    each.resolve = partial(resolve_placeholder, original)


def _with_named(kind: Any, target: Any) -> Any:
    if isinstance(kind, GraphQLNonNull):
        return GraphQLNonNull(_with_named(kind.of_type, target))
    if isinstance(kind, GraphQLList):
        return GraphQLList(_with_named(kind.of_type, target))
    return target
