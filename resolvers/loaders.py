"""Records reached from Python (payloads, the viewer's user …): dataloaders over read plans.

One loader per selection and object; a single record is a RECORD read whose text passes through,
several are one LIST read of their ids (principle 7).
"""

import asyncio
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from inspect import isawaitable
from typing import Any

import orjson
from strawberry.dataloader import DataLoader

from engine.base.errors import AppError, NotFound
from engine.base.identifiers import RecordId
from engine.commands.run import ReadBehind
from engine.query.bind import bind
from engine.query.request import Bound, ReadKind, ReadRequest, Selection
from engine.query.run import run_read
from resolvers.context import RequestContext
from resolvers.reads import Info, plan_key, selecting_of, variables_of
from resolvers.staleness import again_when_stale

OWN_KEY = "__qiansi"
NODES_BEHIND = 10  # what a command's thread and connection may be kept with


async def resolve_placeholder(
    original: Callable[..., Any] | None, root: Any, info: Info, **arguments: Any
) -> Any:
    """Resolver of a hand-written field of type GeneratedRecord: ids in, records out."""
    assert original is not None
    found = original(root, info, **arguments)
    if isawaitable(found):
        found = await found
    if isinstance(found, list | tuple):
        return await asyncio.gather(*(load_record(info, each) for each in found))
    return None if found is None else await load_record(info, found)


async def resolve_record(root: Any, info: Info) -> orjson.Fragment:
    """The record of a payload. Raises NotFound when the viewer does not see it (any more)."""
    found = await load_record(info, root.record)
    if found is None:
        raise NotFound
    return found


async def load_record(info: Info, id: RecordId) -> orjson.Fragment | None:
    """What `info` selects of the record; None when the viewer does not see it."""
    place = tuple(step for step in info.path.as_list() if isinstance(step, str))
    loaders = info.context.loaders
    loader = loaders.get((place, id.object))
    if loader is None:
        batch = _Batch(info, place, id.object)
        loader = loaders[place, id.object] = DataLoader(load_fn=batch.load)
    found: orjson.Fragment | None = await loader.load(id.number)
    return found


@dataclass(frozen=True)
class Reading:
    """What is read of records of one object at one place of the document (its response keys).
    `selections` is asked only where no plan is known."""

    context: RequestContext
    place: tuple[str, ...]
    object: str
    variables: Mapping[str, Any]
    selections: Callable[[], tuple[Selection, ...]]


async def read_record(reading: Reading, number: int) -> str:
    """The JSON text of one record; "null" when the viewer does not see it."""
    id = str(RecordId(reading.object, number))

    def selection() -> Selection:
        bound = {"id": Bound((OWN_KEY,), id)}
        return Selection("record", "record", bound, reading.selections())

    return await _read(reading, ReadKind.RECORD, selection, id)


def read_behind(reading: Reading) -> ReadBehind | None:
    """How a command reads its record behind its commit, as the viewer of this moment; None as
    long as no plan is known, or when the plan is more than a record or two."""
    context = reading.context
    variables = {**reading.variables, OWN_KEY: str(RecordId(reading.object, 0))}
    reader = context.reader()
    try:
        plan = reader.plans.find(_key(reading, ReadKind.RECORD), variables)
    except AppError:
        return None
    if plan is None or plan.nodes > NODES_BEHIND:
        return None

    def read(id: RecordId) -> tuple[str, Sequence[Any]] | None:
        try:
            return plan.sql, bind(plan, {**variables, OWN_KEY: str(id)}, reader.principal)
        except AppError:
            return None

    return read


async def _read(
    reading: Reading, kind: ReadKind, selection: Callable[[], Selection], own: Any
) -> str:
    context = reading.context
    variables = {**reading.variables, OWN_KEY: own}

    async def work() -> str:
        key = _key(reading, kind)
        request = partial(_request, kind, reading.object, selection)
        return await run_read(request, context.reader(), key, variables)

    return await again_when_stale(context, work)


def _key(reading: Reading, kind: ReadKind) -> Hashable:
    return plan_key(reading.context, (kind, reading.place, reading.object))


def _request(kind: ReadKind, object_name: str, selection: Callable[[], Selection]) -> ReadRequest:
    return ReadRequest(kind, object_name, selection())


class _Batch:
    """Loads the records of one object for one selection of the document."""

    def __init__(self, info: Info, place: tuple[str, ...], object_name: str) -> None:
        context: RequestContext = info.context

        def selections() -> tuple[Selection, ...]:
            return selecting_of(info).below(info.return_type, info.field_nodes)

        self._reading = Reading(context, place, object_name, variables_of(info), selections)

    async def load(self, numbers: list[int]) -> Sequence[orjson.Fragment | None]:
        if len(numbers) == 1:
            text = await read_record(self._reading, numbers[0])
            return [None if text == "null" else orjson.Fragment(text)]
        size = self._reading.context.services.settings.page_limit
        found: dict[str, orjson.Fragment] = {}
        for start in range(0, len(numbers), size):
            found.update(await self._many(numbers[start : start + size]))
        return [found.get(self._id(number)) for number in numbers]

    def _id(self, number: int) -> str:
        return str(RecordId(self._reading.object, number))

    async def _many(self, numbers: list[int]) -> dict[str, orjson.Fragment]:
        ids = [self._id(number) for number in numbers]
        text = await _read(self._reading, ReadKind.LIST, partial(self._list, ids), ids)
        found: dict[str, orjson.Fragment] = {}
        for node in orjson.loads(text)["nodes"]:
            id = node.pop(OWN_KEY)
            found[id] = orjson.Fragment(orjson.dumps(node))
        return found

    def _list(self, ids: list[str]) -> Selection:
        own = Selection("id", OWN_KEY)
        nodes = Selection("nodes", "nodes", {}, (*self._reading.selections(), own))
        arguments = {
            "where": {"id": {"in": Bound((OWN_KEY,), ids)}},
            "orderBy": [{"id": "ASC"}],
            "first": self._reading.context.services.settings.page_limit,
        }
        return Selection("records", "records", arguments, (nodes,))
