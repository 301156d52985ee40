"""The scenes of an object as the viewer arranged them, and his list settings (SCN-01 to SCN-05).

What a viewer is told of another's scene is what of it works for him.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graphql import GraphQLSchema

from engine.access.fields import Sight, sight
from engine.access.principals import check_principal
from engine.access.scopes import NamedParameters, Scopes
from engine.base.errors import Forbidden, InvalidInput, Problem
from engine.base.identifiers import RecordId
from engine.base.messages import problem_message
from engine.db.write_engine import transaction
from engine.scenes.arrangement import Arranged, arranged
from engine.scenes.stored import ListSettings, StoredScene, scenes_for, settings_for
from engine.scenes.usable import Usable, check_condition
from metadata.snapshot import ObjectIndex
from resolvers.context import RequestContext
from resolvers.scene_reads import eyes_of, of_system, of_user, usable_scene
from resolvers.scene_types import typing_of
from resolvers.staleness import again_when_stale

SchemaOf = Callable[[], GraphQLSchema]


@dataclass(frozen=True, slots=True)
class ProblemView:
    path: Sequence[str]
    code: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SceneView:
    """One scene of a list. `owner` is None for a system scene; whom it is shared with only its
    owner is told."""

    id: str
    name: str
    system: bool
    mine: bool
    place: str
    default: bool
    version: int | None
    owner: RecordId | None
    where: Mapping[str, Any]
    search: str | None
    order_by: Sequence[Mapping[str, Any]]
    everyone: bool
    users: Sequence[str]
    departments: Sequence[str]
    problems: Sequence[ProblemView]


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingsView:
    """List settings; what names a field that is gone or hidden is left out and told."""

    pinned_filters: Sequence[Mapping[str, Any]]
    columns: Sequence[Mapping[str, Any]]
    page_size: int | None
    guide_lines: bool
    problems: Sequence[ProblemView]


async def scenes(context: RequestContext, object_name: str, schema: SchemaOf) -> list[SceneView]:
    """Raises InvalidInput for no object, Forbidden for one that the viewer does not read."""
    loaded = await _loaded(context, object_name)
    definition = context.snapshot.object(object_name).definition
    return [_view(context, object_name, each, schema) for each in arranged(definition, *loaded)]


async def list_settings(
    context: RequestContext, object_name: str, schema: SchemaOf
) -> SettingsView:
    """What the viewer set for lists of the object, as far as it works now."""
    _, settings = await _loaded(context, object_name)
    index = context.snapshot.object(object_name)
    problems: list[Problem] = []
    pinned = []
    typing = typing_of(schema(), index.definition)
    for at, each in enumerate(settings.pinned):
        given = (("pinnedFilters", at), {each["field"]: each["value"] or {}})
        value, found = check_condition(object_name, given, eyes_of(context), typing)
        problems += found
        if value is not None:
            pinned.append(each)
    columns = []
    for at, each in enumerate(settings.columns):
        problem = column_problem(context, index, each["field"], ("columns", at, "field"))
        if problem is None:
            columns.append(each)
        else:
            problems.append(problem)
    return SettingsView(
        pinned_filters=pinned,
        columns=columns,
        page_size=settings.page_size,
        guide_lines=settings.guide_lines,
        problems=_told(context, problems),
    )


def column_problem(
    context: RequestContext, index: ObjectIndex, name: str, path: tuple[str | int, ...]
) -> Problem | None:
    """Why the field is no column of a list for the viewer; masked ones are shown masked."""
    field = index.fields.get(name)
    if field is None:
        return Problem(path, "FIELD_GONE", {"field": name})
    if sight(context.viewer().profile, index.name, field) is Sight.HIDDEN:
        return Problem(path, "FIELD_FORBIDDEN", {"field": name})
    return None


async def _loaded(
    context: RequestContext, object_name: str
) -> tuple[list[StoredScene], ListSettings]:
    async def work() -> tuple[list[StoredScene], ListSettings]:
        return await context.in_thread(_load, context, object_name)

    return await again_when_stale(context, work)


def _load(context: RequestContext, object_name: str) -> tuple[list[StoredScene], ListSettings]:
    viewer = context.viewer()
    with transaction(context.services.engine, context.request.deadline) as connection:
        check_principal(connection, viewer)
        check_object(context, object_name)
        stored = scenes_for(connection, viewer, object_name)
        return stored, settings_for(connection, viewer, object_name)


def check_object(context: RequestContext, object_name: str) -> None:
    """The object is there and the viewer reads it. Raises InvalidInput, Forbidden."""
    viewer, snapshot = context.viewer(), context.snapshot
    if object_name not in snapshot.by_name:
        raise InvalidInput([Problem(("object",), "UNKNOWN_OPTION")])
    scopes = Scopes(snapshot, viewer.profile, viewer.schema, NamedParameters(viewer))
    if not scopes.may(object_name):
        raise Forbidden("object", object=object_name)


def _view(context: RequestContext, object_name: str, each: Arranged, schema: SchemaOf) -> SceneView:
    scene = each.scene
    if isinstance(scene, StoredScene):
        return _stored_view(context, (each, scene), usable_scene(context, of_user(scene), schema))
    used = usable_scene(context, of_system(object_name, scene), schema)
    return SceneView(
        id=each.id,
        name=scene.label.of(context.language),
        system=True,
        mine=False,
        place=each.place,
        default=each.default,
        version=None,
        owner=None,
        where=scene.where,
        search=None,
        order_by=(),
        everyone=True,
        users=(),
        departments=(),
        problems=_told(context, used.problems),
    )


def _stored_view(
    context: RequestContext, found: tuple[Arranged, StoredScene], used: Usable
) -> SceneView:
    each, scene = found
    mine = scene.user_id == context.viewer().user_id
    return SceneView(
        id=each.id,
        name=scene.name,
        system=False,
        mine=mine,
        place=each.place,
        default=each.default,
        version=scene.version,
        owner=RecordId("user", scene.user_id),
        where=scene.where if mine else {"and": list(used.kept)},
        search=scene.search,
        order_by=scene.order_by if mine else used.scene.order_by,
        everyone=scene.everyone,
        users=_ids("user", scene.users) if mine else (),
        departments=_ids("department", scene.departments) if mine else (),
        problems=_told(context, used.problems),
    )


def _ids(object_name: str, numbers: Sequence[int]) -> list[str]:
    return [str(RecordId(object_name, each)) for each in numbers]


def _told(context: RequestContext, problems: Sequence[Problem]) -> list[ProblemView]:
    return [
        ProblemView([str(p) for p in each.path], each.code, problem_message(each, context.language))
        for each in problems
    ]
