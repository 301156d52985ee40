"""Generated mutations: arguments → one command → its record or its result per record.

Rights, rules and validation are the command's; here only ids are read.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

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
from resolvers.loaders import Reading

Values = dict[str, Any]


class Place(NamedTuple):
    """A mutation field of a request: `key` is its response key, `reading` what is selected of
    its record, where that is known beforehand."""

    context: RequestContext
    key: str | int
    reading: Reading | None = None


@dataclass(frozen=True, slots=True)
class Payload:
    """What a mutation of one record answers with; the record is read when it is selected, unless
    the command could read it (`text`)."""

    record: RecordId
    text: str | None = None


OneRecord = Callable[..., Awaitable[Payload]]


async def create(name: str, place: Place, *, input: Values) -> Payload:
    return await _one(place, CreateRecord(object=name, values=input))


async def update(
    name: str, place: Place, *, id: str, input: Values, version: int | None = None
) -> Payload:
    record = id_of(id, "id", name)
    return await _one(place, UpdateRecord(id=record, values=input, version=version))


async def upsert(name: str, place: Place, *, by: Values, input: Values) -> Payload:
    return await _one(place, UpsertRecord(object=name, by=by, values=input))


async def batch_update(
    name: str, place: Place, *, ids: list[str], input: Values, atomic: bool | None = False
) -> Outcome:
    records = _records(place, ids, name)
    command = BatchUpdate(object=name, ids=records, values=input, atomic=bool(atomic))
    return await _run(place, command)


async def delete(
    name: str, place: Place, *, ids: list[str], atomic: bool | None = False
) -> Outcome:
    return await _on_records(DeleteRecords, name, place, ids, bool(atomic))


async def restore(
    name: str, place: Place, *, ids: list[str], atomic: bool | None = False
) -> Outcome:
    return await _on_records(RestoreRecords, name, place, ids, bool(atomic))


async def purge(name: str, place: Place, *, ids: list[str], atomic: bool | None = False) -> Outcome:
    return await _on_records(PurgeRecords, name, place, ids, bool(atomic))


async def _on_records(
    command: Callable[..., Command], name: str, place: Place, ids: list[str], atomic: bool
) -> Outcome:
    records = _records(place, ids, name)
    return await _run(place, command(object=name, ids=records, atomic=atomic))


def _records(place: Place, ids: list[str], name: str) -> tuple[RecordId, ...]:
    found = ids_of(place.context, ids, "ids")
    wrong = [Problem(("ids", at), "BAD_ID") for at, each in enumerate(found) if each.object != name]
    if wrong:
        raise InvalidInput(wrong)
    return found


async def _one(place: Place, command: Command) -> Payload:
    outcome = await _run(place, command)
    return Payload(outcome.id, outcome.read)


async def _run(place: Place, command: Command) -> Outcome:
    index = place.context.mutation_index(place.key)
    return await run(place.context, command, index, place.reading)
