"""Scenes and list settings: types, inputs, queries and mutations (SCN-01 to SCN-05).

Scene and its kin declare the attributes of the values of `resolvers/scenes.py`.
"""

from collections.abc import Callable
from enum import Enum
from typing import Any, cast

import strawberry
from graphql import GraphQLSchema
from strawberry.scalars import JSON

from resolvers import scenes as resolvers
from schema.operations.requests import Info, operation
from schema.placeholders import GeneratedRecord, generated


@strawberry.enum(description="Where a client shows a scene: the first five are on the bar.")
class ScenePlace(Enum):
    BAR = "BAR"
    MENU = "MENU"
    HIDDEN = "HIDDEN"


@strawberry.type
class ListProblem:
    """What of a scene or of list settings does not work for the viewer any more."""

    path: list[str]
    code: str
    message: str


@strawberry.type
class Scene:
    """A saved view of a list. Its `id` is for the argument `scene` of lists and groups. What of
    it does not work for the viewer is in `problems` and is not applied. Only its owner is told
    whom it is shared with."""

    id: strawberry.ID
    name: str
    system: bool
    mine: bool
    place: ScenePlace
    default: bool
    version: int | None
    where: JSON
    search: str | None
    order_by: JSON
    everyone: bool
    users: list[strawberry.ID]
    departments: list[strawberry.ID]
    problems: list[ListProblem]
    owner: GeneratedRecord | None = generated("user")


@strawberry.type
class PinnedFilter:
    """A condition on the list page with its last value, an operator object of the field."""

    field: str
    value: JSON | None


@strawberry.type
class ListColumn:
    field: str
    hidden: bool
    width: int | None
    frozen: bool


@strawberry.type
class ListSettings:
    """How the viewer has the lists of one object."""

    pinned_filters: list[PinnedFilter]
    columns: list[ListColumn]
    page_size: int | None
    guide_lines: bool
    problems: list[ListProblem]


def _values(given: Any) -> dict[str, Any]:
    """The parts that were given, by their names in the API."""
    parts = {
        "name": given.name,
        "where": given.where,
        "search": given.search,
        "orderBy": given.order_by,
    }
    return {name: value for name, value in parts.items() if value is not strawberry.UNSET}


@strawberry.input(description="`where` and `orderBy` have the shape of the list's arguments.")
class SceneInput:
    name: str
    where: JSON | None = None
    search: str | None = None
    order_by: JSON | None = None

    def values(self) -> dict[str, Any]:
        return _values(self)


@strawberry.input(description="An absent part is left alone.")
class ScenePatch:
    name: str | None = strawberry.UNSET
    where: JSON | None = strawberry.UNSET
    search: str | None = strawberry.UNSET
    order_by: JSON | None = strawberry.UNSET

    def values(self) -> dict[str, Any]:
        return _values(self)


@strawberry.input
class PinnedFilterInput:
    field: str
    value: JSON | None = None


@strawberry.input
class ListColumnInput:
    field: str
    hidden: bool = False
    width: int | None = None
    frozen: bool = False


@strawberry.type
class ScenePayload:
    scene: Scene


def schema_of(info: Info) -> Callable[[], GraphQLSchema]:
    """The schema of the request, where it is needed."""
    return lambda: info._raw_info.schema


@strawberry.type
class SceneQueries:
    @operation("The scenes of an object in the viewer's order.")
    async def scenes(self, info: Info, object: str) -> list[Scene]:
        return cast(list[Scene], await resolvers.scenes(info.context, object, schema_of(info)))

    @operation("How the viewer has the lists of an object.")
    async def list_settings(self, info: Info, object: str) -> ListSettings:
        return await settings_of(info, object)


async def settings_of(info: Info, object: str) -> ListSettings:
    """The viewer's list settings as they stand now."""
    found = await resolvers.list_settings(info.context, object, schema_of(info))
    return ListSettings(
        pinned_filters=[PinnedFilter(**each) for each in found.pinned_filters],
        columns=[ListColumn(**each) for each in found.columns],
        page_size=found.page_size,
        guide_lines=found.guide_lines,
        problems=cast(list[ListProblem], found.problems),
    )
