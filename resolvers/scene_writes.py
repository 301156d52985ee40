"""Mutations of scenes and list settings: JSON is checked against the object's input types and
the viewer's rights, then one command is run."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from engine.base.errors import AppError, FieldForbidden, InvalidInput, NotFound, Problem
from engine.base.identifiers import RecordId
from engine.commands.scene_commands import (
    CreateScene,
    DeleteScene,
    OrderScenes,
    SceneCommand,
    SetDefaultScene,
    SetListSettings,
    ShareScene,
    UpdateScene,
)
from engine.scenes.stored import SCENE
from engine.scenes.usable import check_condition
from metadata.scenes import is_system
from resolvers.command import run, run_once
from resolvers.context import RequestContext
from resolvers.ids import id_of, ids_of
from resolvers.scene_checks import MOST_CONDITIONS, is_too_deep, scene_problems
from resolvers.scene_reads import eyes_of, load_scene
from resolvers.scene_types import typing_of
from resolvers.scenes import SceneView, SchemaOf, check_object, column_problem, scenes
from resolvers.staleness import again_when_stale

Values = Mapping[str, Any]
Path = tuple[str | int, ...]
_WIDTHS = (30, 2_000)
_MOST_PARTS = 200


async def create_scene(
    context: RequestContext, object_name: str, values: Values, schema: SchemaOf, index: int
) -> SceneView:
    await _checked(context, lambda: _scene_problems(context, object_name, values, schema))
    made = (await run_once(context, CreateScene(object=object_name, values=values), index)).id
    return await _shown(context, object_name, made, schema)


async def update_scene(
    context: RequestContext,
    id: str,
    version: int | None,
    values: Values,
    at: tuple[SchemaOf, int],
) -> SceneView:
    """`at` is the schema, and the position of the mutation."""
    schema, index = at
    scene = _own(id)
    name = await _object_of(context, scene)
    await _checked(context, lambda: _scene_problems(context, name, values, schema))
    await run_once(context, UpdateScene(id=scene, values=values, version=version), index)
    return await _shown(context, name, scene, schema)


async def share_scene(
    context: RequestContext,
    id: str,
    whom: tuple[bool, list[str], list[str]],
    at: tuple[SchemaOf, int],
) -> SceneView:
    """`whom` is everyone, the users, the departments."""
    scene = _own(id)
    name = await _object_of(context, scene)
    everyone, users, departments = whom
    command = ShareScene(
        id=scene,
        everyone=everyone,
        users=ids_of(context, users, "users"),
        departments=ids_of(context, departments, "departments"),
    )
    await run(context, command, at[1])
    return await _shown(context, name, scene, at[0])


async def delete_scene(context: RequestContext, id: str, index: int) -> None:
    await run(context, DeleteScene(id=_own(id)), index)


async def arrange(
    context: RequestContext,
    command: OrderScenes | SetDefaultScene,
    schema: SchemaOf,
    index: int,
) -> list[SceneView]:
    """Runs the command; → all scenes of the object as they stand now."""
    await run(context, command, index)
    return await scenes(context, command.object, schema)


async def set_pinned_filters(
    context: RequestContext, object_name: str, filters: Sequence[Values], at: tuple[SchemaOf, int]
) -> None:
    await _checked(context, lambda: _pinned_problems(context, object_name, filters, at[0]))
    await _set(context, object_name, {"pinned": list(filters)}, at[1])


async def set_columns(
    context: RequestContext, object_name: str, columns: Sequence[Values], index: int
) -> None:
    await _checked(context, lambda: _column_problems(context, object_name, columns))
    await _set(context, object_name, {"columns": list(columns)}, index)


async def set_page_size(context: RequestContext, object_name: str, size: int, index: int) -> None:
    limit = context.services.settings.page_limit
    if not 1 <= size <= limit:
        params = {"minimum": 1, "maximum": limit}
        raise InvalidInput([Problem(("size",), "OUT_OF_RANGE", params)])
    await _set(context, object_name, {"page_size": size}, index)


async def set_guide_lines(
    context: RequestContext, object_name: str, shown: bool, index: int
) -> None:
    await _set(context, object_name, {"guide_lines": shown}, index)


async def _set(context: RequestContext, object_name: str, values: Values, index: int) -> None:
    command: SceneCommand = SetListSettings(object=object_name, values=values)
    await run_once(context, command, index)


def _own(id: str) -> RecordId:
    """The id of a scene that users make. Raises InvalidInput, for one of the system too."""
    if is_system(id):
        raise InvalidInput([Problem(("id",), "SYSTEM_SCENE")])
    return id_of(id, "id", SCENE)


async def _object_of(context: RequestContext, scene: RecordId) -> str:
    async def work() -> str:
        return (await load_scene(context, scene.number)).object

    return await again_when_stale(context, work)


async def _shown(
    context: RequestContext, object_name: str, scene: RecordId, schema: SchemaOf
) -> SceneView:
    found = await scenes(context, object_name, schema)
    for each in found:
        if each.id == str(scene):
            return each
    raise NotFound(id=str(scene))


async def _checked(context: RequestContext, problems: Callable[[], list[Problem]]) -> None:
    """Raises what is wrong, once it is sure that the rights it was found with are current."""
    try:
        _raise(problems())
    except AppError:
        await context.refresh(context.principal)
        context.viewer()
        _raise(problems())


def _raise(problems: list[Problem]) -> None:
    """A field that the viewer may not read is refused as in any filter (B4)."""
    for each in problems:
        if each.code == FieldForbidden.code:
            raise FieldForbidden(**each.params)
    if problems:
        raise InvalidInput(problems)


def _scene_problems(
    context: RequestContext, object_name: str, values: Values, schema: SchemaOf
) -> list[Problem]:
    check_object(context, object_name)
    typing = typing_of(schema(), context.snapshot.object(object_name).definition)
    return scene_problems((object_name, values), ("input",), eyes_of(context), typing)


def _pinned_problems(
    context: RequestContext, object_name: str, filters: Sequence[Values], schema: SchemaOf
) -> list[Problem]:
    check_object(context, object_name)
    if len(filters) > MOST_CONDITIONS:
        return [Problem(("filters",), "TOO_LONG", {"maximum": MOST_CONDITIONS})]
    if is_too_deep([*filters]):
        return [Problem(("filters",), "TOO_COMPLEX")]
    typing = typing_of(schema(), context.snapshot.object(object_name).definition)
    problems: list[Problem] = []
    for at, each in enumerate(filters):
        given: tuple[Path, Values] = (("filters", at), {each["field"]: each["value"] or {}})
        problems += check_condition(object_name, given, eyes_of(context), typing)[1]
    return problems


def _column_problems(
    context: RequestContext, object_name: str, columns: Sequence[Values]
) -> list[Problem]:
    check_object(context, object_name)
    index = context.snapshot.object(object_name)
    if len(columns) > _MOST_PARTS:
        return [Problem(("columns",), "TOO_LONG", {"maximum": _MOST_PARTS})]
    problems, seen = [], set()
    for at, each in enumerate(columns):
        found = column_problem(context, index, each["field"], ("columns", at, "field"))
        if found is None and each["field"] in seen:
            found = Problem(("columns", at, "field"), "NOT_UNIQUE")
        seen.add(each["field"])
        problems += [found] if found is not None else []
        low, high = _WIDTHS
        if each["width"] is not None and not low <= each["width"] <= high:
            params = {"minimum": low, "maximum": high}
            problems.append(Problem(("columns", at, "width"), "OUT_OF_RANGE", params))
    return problems
