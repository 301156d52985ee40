"""Shapes are shared, weighed, and gone with the last company that has them; documents are bounded."""

import asyncio
import gc
import tracemalloc

import orjson
import pytest

from engine.base.errors import ValidationFailed
from engine.base.settings import Settings
from metadata.model import ObjectDef
from metadata.snapshot import Snapshot
from metadata.standard import STANDARD
from metadata.store import Written, dump_object
from resolvers.document_limit import DocumentLimit
from resolvers.documents import BYTES_PER_CHARACTER, FOLLOWED, Document, Documents
from schema.build import build_schema
from schema.shapes import Shapes
from tests.unit.schema.small import OBJECTS, SCHEMA, SETTINGS, a_field, an_object

DOCUMENT = "{ customers { nodes { name } } }"


def written(version: int, objects: tuple[ObjectDef, ...] = OBJECTS) -> Written:
    return Written(version, tuple(orjson.dumps(dump_object(each)).decode() for each in objects))


def test_equal_objects_are_one_shape_at_any_version() -> None:
    async def both() -> None:
        shapes = Shapes(Settings())
        first, second = await asyncio.gather(shapes.get(written(1)), shapes.get(written(7)))
        assert first is second
        assert first.snapshot(7).version == 7
        assert first.snapshot(1) is first.snapshot(1)
        assert first.snapshot(1).objects is first.snapshot(7).objects
        more = (*OBJECTS, an_object("thing", a_field("name", "text")))
        assert await shapes.get(written(1, more)) is not first

    asyncio.run(both())


def test_a_shape_that_nobody_has_is_freed_without_a_collection() -> None:
    async def let_go() -> None:
        shapes = Shapes(Settings())
        shape = await shapes.get(written(1, STANDARD.objects))
        await asyncio.sleep(0)  # the task that built it ends
        gc.unfreeze()
        gc.collect()
        gc.disable()
        try:
            before = len(gc.get_objects())
            del shape
            while before - len(gc.get_objects()) < 15_000:  # noqa: ASYNC110 - memory tells nobody
                await asyncio.sleep(0.01)  # the thread that builds takes it apart
            assert gc.collect() < 500
        finally:
            gc.enable()

    asyncio.run(asyncio.wait_for(let_go(), 30))
    # what all schemas share is whole
    assert build_schema(Snapshot(1, OBJECTS)).sdl() == SCHEMA.sdl()


def test_the_weight_of_a_schema_is_near_what_it_takes() -> None:
    for objects in (OBJECTS, STANDARD.objects):
        build_schema(Snapshot(1, objects))
        gc.collect()
        tracemalloc.start()
        built = build_schema(Snapshot(1, objects))
        gc.collect()
        taken, _ = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert 0.75 < built.bytes / taken < 1.35


def test_the_schema_with_most_documents_lets_go_first() -> None:
    limit = DocumentLimit(10 * BYTES_PER_CHARACTER * len(DOCUMENT))
    few = Documents(SCHEMA.graphql, SETTINGS, limit)
    many = Documents(SCHEMA.graphql, SETTINGS, limit)
    few.read(DOCUMENT, None)
    for at in range(40):
        many.read(f"{DOCUMENT} #{at}", None)
    assert few.find(DOCUMENT, None) is not None
    assert many.find(f"{DOCUMENT} #0", None) is None
    assert many.find(f"{DOCUMENT} #39", None) is not None
    assert few.bytes + many.bytes <= 10 * BYTES_PER_CHARACTER * len(DOCUMENT)


def test_documents_that_are_gone_count_no_more() -> None:
    limit = DocumentLimit(3 * BYTES_PER_CHARACTER * len(DOCUMENT))
    gone = Documents(SCHEMA.graphql, SETTINGS, limit)
    gone.read(DOCUMENT, None)
    gone.read(DOCUMENT + " ", None)
    del gone
    kept = Documents(SCHEMA.graphql, SETTINGS, limit)
    for each in (DOCUMENT, DOCUMENT + " "):
        kept.read(each, None)
    assert kept.find(DOCUMENT, None) is not None


class Counted(Documents):
    """Documents that count how many were made."""

    made = 0

    def make(self, text: str, operation_name: str | None) -> Document:
        self.made += 1
        return super().make(text, operation_name)


def counted() -> Counted:
    return Counted(SCHEMA.graphql, SETTINGS, DocumentLimit(SETTINGS.documents_limit_bytes))


def test_a_document_that_many_ask_for_at_once_is_made_once() -> None:
    async def ask() -> None:
        documents = counted()
        found = await asyncio.gather(*(documents.read_beside(DOCUMENT, None) for _ in range(20)))
        assert documents.made == 1
        assert all(each is found[0] for each in found)
        with pytest.raises(ValidationFailed):
            await documents.read_beside("{ nothing }", None)
        with pytest.raises(ValidationFailed):
            await documents.read_beside("{ nothing }", None)
        assert documents.made == 3

    asyncio.run(ask())


def test_one_who_gives_up_a_document_takes_it_from_nobody() -> None:
    async def ask() -> None:
        documents = counted()
        first = asyncio.create_task(documents.read_beside(DOCUMENT, None))
        second = asyncio.create_task(documents.read_beside(DOCUMENT, None))
        await asyncio.sleep(0)
        first.cancel()
        assert await second is documents.find(DOCUMENT, None)
        assert documents.made == 1

    asyncio.run(ask())


def test_the_next_schema_knows_the_documents_of_the_last_that_are_valid_there() -> None:
    async def follow() -> None:
        former, following = counted(), counted()
        for at in range(FOLLOWED + 1):
            former.read(f"{DOCUMENT} #{at}", None)
        gone = Counted(
            build_schema(Snapshot(1, STANDARD.objects)).graphql,
            SETTINGS,
            DocumentLimit(SETTINGS.documents_limit_bytes),
        )
        gone.read("{ leads { totalCount } }", None)
        await following.follow(former)
        await following.follow(gone)
        assert following.find(f"{DOCUMENT} #0", None) is None
        assert following.find(f"{DOCUMENT} #1", None) is not None
        assert following.made == FOLLOWED + 1

    asyncio.run(follow())
