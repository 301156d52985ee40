"""The `scene` argument of a generated list: an id → what of the scene works for the viewer.

System scenes come from the metadata, stored ones from the database once; that they are still so
is checked by the statement that uses them, so a list with a scene takes one round trip like any
other.
"""

import time
from collections.abc import Callable, Hashable

import orjson
from graphql import GraphQLSchema

from engine.base.errors import InvalidInput, NotFound, Problem, StaleVersion, TimedOut
from engine.base.identifiers import parse_id
from engine.query.planning import Place
from engine.scenes.stored import SCENE, StoredScene, one_scene, parse_scene
from engine.scenes.usable import Eyes, Usable, Written, usable
from metadata.model import Scene
from metadata.scenes import scenes_of
from resolvers.context import RequestContext
from resolvers.scene_types import typing_of


async def scene_of(
    context: RequestContext, object_name: str, id: str, schema: Callable[[], GraphQLSchema]
) -> Usable:
    """What works of the scene. Raises InvalidInput for what is no id of one, NotFound for one
    that is not there, of another object, or not the viewer's to use; StaleVersion."""
    definition = context.snapshot.object(object_name).definition
    for each in scenes_of(definition):
        if each.key == id:
            return usable_scene(context, of_system(object_name, each), schema)
    found = parse_id(id, ("scene",))
    if found.object != SCENE:
        raise InvalidInput([Problem(("scene",), "BAD_ID")])
    key = _stored_key(context, object_name, found.number)
    stored = context.services.scenes.stored.find(key)
    if stored is None:
        stored = await load_scene(context, found.number, object_name)
        context.services.scenes.stored.store(key, stored)
    return usable_scene(context, of_user(stored), schema)


def forget_scene(context: RequestContext, object_name: str, scene: Usable) -> None:
    """A statement found something stale, perhaps the scene: the next try loads it again."""
    if scene.scene.stored is not None:
        number, _ = scene.scene.stored
        context.services.scenes.stored.drop(_stored_key(context, object_name, number))


def usable_scene(
    context: RequestContext, written: Written, schema: Callable[[], GraphQLSchema]
) -> Usable:
    """What works of it for the viewer, found once for equal rights and metadata."""
    profile, snapshot = context.viewer().profile, context.snapshot
    key = (context.company.id, snapshot.version, profile.key, written.object, written.key)
    known = context.services.scenes.usable.find(key)
    if known is not None:
        return known
    typing = typing_of(schema(), snapshot.object(written.object).definition)
    return context.services.scenes.usable.store(key, usable(written, eyes_of(context), typing))


def eyes_of(context: RequestContext) -> Eyes:
    company, settings = context.company, context.services.settings
    place = Place(company.schema, company.time_zone, settings)
    return Eyes(context.snapshot, context.viewer().profile, place)


def of_system(object_name: str, scene: Scene) -> Written:
    return Written(object=object_name, key=(scene.key,), where=scene.where)


def of_user(scene: StoredScene) -> Written:
    at = (scene.id, scene.version)
    return Written(
        object=scene.object,
        key=at,
        where=scene.where,
        search=scene.search,
        order_by=scene.order_by,
        stored=at,
    )


def _stored_key(context: RequestContext, object_name: str, number: int) -> Hashable:
    return context.company.id, context.viewer().user_id, object_name, number


async def load_scene(
    context: RequestContext, number: int, object_name: str | None = None
) -> StoredScene:
    """The scene as it is now, when the viewer may use it. Raises NotFound, StaleVersion."""
    sql, arguments = one_scene(context.viewer(), number, object_name)
    left = int((context.request.deadline - time.monotonic()) * 1_000)
    if left <= 0:
        raise TimedOut
    timeout = min(left, context.services.settings.statement_timeout_ms)
    text = await context.services.pool.fetch_text(sql, arguments, timeout)
    if text is None:
        raise StaleVersion
    found = orjson.loads(text)
    if found is None or found["object"] not in context.snapshot.by_name:
        raise NotFound
    return parse_scene(found)
