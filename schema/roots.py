"""The generated root fields: four reads per object, and the mutations of those one may write.

A read carries `extensions["read"]` = (kind, object), by which documents are recognised that
need no executor (`resolvers/documents.py`).
"""

from collections.abc import Callable
from functools import partial
from typing import Any

from graphql import (
    GraphQLArgument,
    GraphQLBoolean,
    GraphQLField,
    GraphQLID,
    GraphQLInt,
    GraphQLObjectType,
    GraphQLString,
)

from engine.query.request import ReadKind
from metadata.model import Capability
from metadata.snapshot import ObjectIndex
from resolvers import writes
from resolvers.loaders import resolve_record
from resolvers.reads import Info, resolve_read
from schema.filters import where_type
from schema.inputs import create_type, key_fields, key_type, patch_type, writable_fields
from schema.naming import NODE, Register, object_type, required
from schema.operations.results import BatchResult, batch_result
from schema.orders import group_by_type, group_order_type, having_type
from schema.outputs import connection_type, group_list, list_arguments, neighbors_type, record_type
from schema.values import listed

Fields = dict[str, GraphQLField]
ID = GraphQLArgument(required(GraphQLID))
FLAG = GraphQLArgument(GraphQLBoolean, default_value=False)
SCENE = GraphQLArgument(
    GraphQLID,
    description="A scene of `scenes`: its filter and search apply too, its order by default.",
)


def query_fields(register: Register) -> Fields:
    """The root fields of Query."""
    found = {"node": _read(NODE, {"id": ID}, (ReadKind.NODE, None), "Any record by its id.")}
    for index in register.snapshot.by_name.values():
        definition, name = index.definition, index.name
        label = definition.label.zh
        lists = list_arguments(register, index)
        found[name] = _read(
            record_type(register, index), {"id": ID}, (ReadKind.RECORD, name), label
        )
        found[definition.plural] = _read(
            required(connection_type(register, index)),
            {"scene": SCENE, **lists, "trashed": FLAG},
            (ReadKind.LIST, name),
            label,
        )
        found[f"{name}Groups"] = _read(
            group_list(register, index),
            _group_arguments(register, index),
            (ReadKind.GROUPS, name),
            label,
        )
        found[f"{name}Neighbors"] = _read(
            required(neighbors_type(register, index)),
            {
                "id": ID,
                "scene": SCENE,
                **{each: lists[each] for each in ("where", "search", "orderBy")},
            },
            (ReadKind.NEIGHBORS, name),
            label,
        )
    return found


def _read(
    kind: Any, arguments: dict[str, GraphQLArgument], read: tuple[ReadKind, str | None], text: str
) -> GraphQLField:
    return GraphQLField(
        kind,
        args=arguments,
        resolve=partial(resolve_read, read),
        description=text,
        extensions={"read": read},
    )


def _group_arguments(register: Register, index: ObjectIndex) -> dict[str, GraphQLArgument]:
    return {
        "scene": SCENE,
        "where": GraphQLArgument(where_type(register, index)),
        "search": GraphQLArgument(GraphQLString),
        "groupBy": GraphQLArgument(required(listed(group_by_type(register, index)))),
        "having": GraphQLArgument(having_type(register, index)),
        "orderBy": GraphQLArgument(listed(group_order_type(register, index))),
        "first": GraphQLArgument(GraphQLInt),
        "offset": GraphQLArgument(GraphQLInt),
    }


def mutation_fields(register: Register, batch_result: GraphQLObjectType) -> Fields:
    """The root fields of Mutation; `batch_result` is the type that all batches give."""
    found: Fields = {}
    for index in register.snapshot.by_name.values():
        if index.definition.writable and writable_fields(index):
            found.update(_one_record(register, index))
            found.update(_many_records(register, index, batch_result))
    return found


def _one_record(register: Register, index: ObjectIndex) -> Fields:
    suffix, name = index.definition.type_name, index.name
    payload = required(_payload_type(register, index))
    create = GraphQLArgument(required(create_type(register, index)))
    patch = GraphQLArgument(required(patch_type(register, index)))
    version = GraphQLArgument(GraphQLInt, description="The version seen; checked when given.")
    found = {
        f"create{suffix}": _write(payload, {"input": create}, writes.create, name),
        f"update{suffix}": _write(
            payload, {"id": ID, "input": patch, "version": version}, writes.update, name
        ),
    }
    if key_fields(index):
        by = GraphQLArgument(required(key_type(register, index)))
        found[f"upsert{suffix}"] = _write(payload, {"by": by, "input": create}, writes.upsert, name)
    return found


def _many_records(
    register: Register, index: ObjectIndex, batch_result: GraphQLObjectType
) -> Fields:
    definition, name = index.definition, index.name
    plural = definition.plural[0].upper() + definition.plural[1:]
    ids = {"ids": GraphQLArgument(required(listed(GraphQLID)))}
    patch = GraphQLArgument(required(patch_type(register, index)))
    result = required(batch_result)
    atomic = {"atomic": FLAG}
    found = {
        f"batchUpdate{plural}": _batch(
            result, {**ids, "input": patch, **atomic}, writes.batch_update, name
        ),
        f"delete{plural}": _batch(result, {**ids, **atomic}, writes.delete, name),
    }
    if definition.can(Capability.TRASHABLE):
        found[f"restore{plural}"] = _batch(result, {**ids, **atomic}, writes.restore, name)
        found[f"purge{plural}"] = _batch(result, {**ids, **atomic}, writes.purge, name)
    return found


def _write(
    kind: Any, arguments: dict[str, GraphQLArgument], verb: writes.OneRecord, name: str
) -> GraphQLField:
    async def resolve(_root: Any, info: Info, **given: Any) -> writes.Payload:
        return await verb(name, writes.Place(info.context, info.path.key), **given)

    return GraphQLField(kind, args=arguments, resolve=resolve, extensions={"write": (verb, name)})


def _batch(
    kind: Any, arguments: dict[str, GraphQLArgument], verb: Callable[..., Any], name: str
) -> GraphQLField:
    async def resolve(_root: Any, info: Info, **given: Any) -> BatchResult:
        outcome = await verb(name, writes.Place(info.context, info.path.key), **given)
        return batch_result(outcome, info.context.language)

    return GraphQLField(kind, args=arguments, resolve=resolve)


def _payload_type(register: Register, index: ObjectIndex) -> GraphQLObjectType:
    def fields() -> Fields:
        record = record_type(register, index)
        return {"record": GraphQLField(required(record), resolve=resolve_record)}

    return object_type(register, f"{index.definition.type_name}Payload", fields, "")
