"""What companies with equal objects share: the parsed objects, their schema, its documents.

A shape lives as long as a company has it; whoever asks for a new one waits for the one build of it.
All builds of a process go through one thread, so that they take no more than a share of it.
"""

import asyncio
import gc
import weakref
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from graphql import GraphQLSchema

from engine.base.settings import Settings
from metadata.model import ObjectDef
from metadata.snapshot import Snapshot, living
from metadata.store import Written
from resolvers.document_limit import DocumentLimit
from resolvers.documents import Documents
from resolvers.unfilled import filling_of
from schema.build import CompanySchema, build_schema


class Shape:
    """Objects and what was built from them. Snapshots of one version are one value."""

    def __init__(
        self, objects: Sequence[ObjectDef], schema: CompanySchema, documents: Documents
    ) -> None:
        self._objects = tuple(objects)
        self._snapshots: weakref.WeakValueDictionary[int, Snapshot] = weakref.WeakValueDictionary()
        self.schema, self.documents = schema, documents
        self.bytes = schema.bytes

    @property
    def graphql(self) -> GraphQLSchema:
        return self.schema.graphql

    def snapshot(self, version: int) -> Snapshot:
        """The snapshot of a company that has these objects at this version."""
        found = self._snapshots.get(version)
        if found is None:
            found = self._snapshots[version] = Snapshot(version, self._objects)
        return found


class Shapes:
    """The shapes of a process, by the fingerprint of their objects. Used from the event loop."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._limit = DocumentLimit(settings.documents_limit_bytes)
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="schema")
        self._known: weakref.WeakValueDictionary[bytes, Shape] = weakref.WeakValueDictionary()
        self._building: dict[bytes, asyncio.Task[Shape]] = {}

    async def get(self, written: Written) -> Shape:
        """The shape of these objects. Raises what building raises."""
        fingerprint = written.fingerprint()
        found = self._known.get(fingerprint)
        if found is not None:
            return found
        task = self._building.get(fingerprint)
        if task is None:
            task = asyncio.create_task(self._build(fingerprint, written))
            self._building[fingerprint] = task
        return await asyncio.shield(task)

    async def _build(self, fingerprint: bytes, written: Written) -> Shape:
        try:
            loop = asyncio.get_running_loop()
            shape = await loop.run_in_executor(self._thread, self._make, written)
            self._known[fingerprint] = shape
            return shape
        finally:
            self._building.pop(fingerprint, None)

    def _make(self, written: Written) -> Shape:
        objects = living(written.objects())
        with _uncollected():
            schema = build_schema(Snapshot(written.version, objects))
        filling = filling_of(objects)
        documents = Documents(schema.graphql, self._settings, self._limit, filling)
        shape = Shape(objects, schema, documents)
        # requests under way hold the shape, so that nobody uses the schema any more by then; in the
        # thread, because whoever lets it go is in a hurry: it is replaced while requests wait
        weakref.finalize(shape, self._thread.submit, schema.take_apart).atexit = False
        return shape


@contextmanager
def _uncollected() -> Iterator[None]:
    """What is made within stays, so the collector looks at it once, for what building left, and
    never again: to walk all that lives would stop everybody for some 50 ms at every change.

    The freeze takes in whatever else is alive, and would keep its circles: so garbage is collected
    before, `take_apart` leaves none, and a request lets go of its loaders (`Answering`)."""
    gc.collect()
    gc.disable()
    try:
        yield
        gc.collect(0)
        gc.freeze()
    finally:
        gc.enable()
