"""Records reached from Python (payloads, the viewer's user …): dataloaders over read plans.

One loader per selection and object; a single record is a RECORD read whose text passes through,
several are one LIST read of their ids (principle 7).
"""

import asyncio
from collections.abc import Callable, Sequence
from inspect import isawaitable
from typing import Any

import orjson
from strawberry.dataloader import DataLoader

from engine.base.errors import NotFound
from engine.base.identifiers import RecordId
from engine.query.request import Bound, ReadKind, ReadRequest, Selection
from engine.query.run import run_read
from resolvers.context import RequestContext
from resolvers.reads import Info, plan_key, selecting_of, variables_of
from resolvers.staleness import again_when_stale

OWN_KEY = "__qiansi"


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


class _Batch:
    """Loads the records of one object for one selection of the document."""

    def __init__(self, info: Info, place: tuple[str, ...], object_name: str) -> None:
        self.context: RequestContext = info.context
        self.place, self.object = place, object_name
        self.variables = variables_of(info)
        self.selections = selecting_of(info).below(info.return_type, info.field_nodes)

    async def load(self, numbers: list[int]) -> Sequence[orjson.Fragment | None]:
        if len(numbers) == 1:
            return [await self._one(numbers[0])]
        size = self.context.services.settings.page_limit
        found: dict[str, orjson.Fragment] = {}
        for start in range(0, len(numbers), size):
            found.update(await self._many(numbers[start : start + size]))
        return [found.get(self._id(number)) for number in numbers]

    def _id(self, number: int) -> str:
        return str(RecordId(self.object, number))

    async def _one(self, number: int) -> orjson.Fragment | None:
        path, id = (OWN_KEY,), self._id(number)
        selection = Selection("record", "record", {"id": Bound(path, id)}, self.selections)
        text = await self._read(ReadKind.RECORD, selection, id)
        return None if text == "null" else orjson.Fragment(text)

    async def _many(self, numbers: list[int]) -> dict[str, orjson.Fragment]:
        ids = [self._id(number) for number in numbers]
        own = Selection("id", OWN_KEY)
        nodes = Selection("nodes", "nodes", {}, (*self.selections, own))
        arguments = {
            "where": {"id": {"in": Bound((OWN_KEY,), ids)}},
            "orderBy": [{"id": "ASC"}],
            "first": self.context.services.settings.page_limit,
        }
        selection = Selection("records", "records", arguments, (nodes,))
        text = await self._read(ReadKind.LIST, selection, ids)
        found: dict[str, orjson.Fragment] = {}
        for node in orjson.loads(text)["nodes"]:
            id = node.pop(OWN_KEY)
            found[id] = orjson.Fragment(orjson.dumps(node))
        return found

    async def _read(self, kind: ReadKind, selection: Selection, own: Any) -> str:
        request = ReadRequest(kind, self.object, selection)
        variables = {**self.variables, OWN_KEY: own}
        context = self.context

        async def work() -> str:
            key = plan_key(context, (kind, self.place, self.object))
            return await run_read(request, context.reader(), key, variables)

        return await again_when_stale(context, work)
