"""Generated mutations: arguments → one command → its record or its result per record.

Rights, rules and validation are the command's; here only ids are read.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from graphql import GraphQLResolveInfo

from engine.base.errors import InvalidInput, Problem
from engine.base.identifiers import RecordId
from engine.commands.command import (
    BatchUpdate,
    Command,
    CreateRecord,
    DeleteRecords,
    Outcome,
    PurgeRecords,
    RestoreRecords,
    UpdateRecord,
    UpsertRecord,
)
from resolvers.command import run
from resolvers.context import RequestContext
from resolvers.ids import id_of, ids_of

Info = GraphQLResolveInfo[RequestContext]
Values = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Payload:
    """What a mutation of one record answers with; the record is read when it is selected."""

    record: RecordId


async def create(name: str, _root: Any, info: Info, *, input: Values) -> Payload:
    return await _one(info, CreateRecord(object=name, values=input))


async def update(
    name: str, _root: Any, info: Info, *, id: str, input: Values, version: int | None = None
) -> Payload:
    record = id_of(id, "id", name)
    return await _one(info, UpdateRecord(id=record, values=input, version=version))


async def upsert(name: str, _root: Any, info: Info, *, by: Values, input: Values) -> Payload:
    return await _one(info, UpsertRecord(object=name, by=by, values=input))


async def batch_update(
    name: str, _root: Any, info: Info, *, ids: list[str], input: Values, atomic: bool | None = False
) -> Outcome:
    records = _records(info, ids, name)
    command = BatchUpdate(object=name, ids=records, values=input, atomic=bool(atomic))
    return await _run(info, command)


async def delete(
    name: str, _root: Any, info: Info, *, ids: list[str], atomic: bool | None = False
) -> Outcome:
    return await _on_records(DeleteRecords, name, info, ids, bool(atomic))


async def restore(
    name: str, _root: Any, info: Info, *, ids: list[str], atomic: bool | None = False
) -> Outcome:
    return await _on_records(RestoreRecords, name, info, ids, bool(atomic))


async def purge(
    name: str, _root: Any, info: Info, *, ids: list[str], atomic: bool | None = False
) -> Outcome:
    return await _on_records(PurgeRecords, name, info, ids, bool(atomic))


async def _on_records(
    command: Callable[..., Command], name: str, info: Info, ids: list[str], atomic: bool
) -> Outcome:
    records = _records(info, ids, name)
    return await _run(info, command(object=name, ids=records, atomic=atomic))


def _records(info: Info, ids: list[str], name: str) -> tuple[RecordId, ...]:
    found = ids_of(info.context, ids, "ids")
    wrong = [Problem(("ids", at), "BAD_ID") for at, each in enumerate(found) if each.object != name]
    if wrong:
        raise InvalidInput(wrong)
    return found


async def _one(info: Info, command: Command) -> Payload:
    return Payload((await _run(info, command)).id)


async def _run(info: Info, command: Command) -> Outcome:
    return await run(info.context, command, info.context.mutation_index(info.path.key))
