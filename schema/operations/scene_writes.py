"""The mutations of scenes and list settings; their types are `scenes.py`."""

from typing import cast

import strawberry

from engine.commands.scene_commands import OrderScenes, SetDefaultScene
from resolvers import scene_writes as resolvers
from schema.operations.requests import Info, index_of, operation
from schema.operations.scenes import (
    ListColumnInput,
    ListSettings,
    PinnedFilterInput,
    Scene,
    SceneInput,
    ScenePatch,
    ScenePayload,
    schema_of,
    settings_of,
)


@strawberry.type
class SceneMutations:
    @operation("A scene of one's own.")
    async def create_scene(self, info: Info, object: str, input: SceneInput) -> ScenePayload:
        found = await resolvers.create_scene(
            info.context, object, input.values(), schema_of(info), index_of(info)
        )
        return ScenePayload(scene=cast(Scene, found))

    @operation("Rename a scene of one's own, change its filter, search or order.")
    async def update_scene(
        self, info: Info, id: strawberry.ID, input: ScenePatch, version: int | None = None
    ) -> ScenePayload:
        found = await resolvers.update_scene(
            info.context, id, version, input.values(), (schema_of(info), index_of(info))
        )
        return ScenePayload(scene=cast(Scene, found))

    @operation("Delete a scene of one's own.")
    async def delete_scene(self, info: Info, id: strawberry.ID) -> bool:
        await resolvers.delete_scene(info.context, id, index_of(info))
        return True

    @operation("Share a scene of one's own with these alone; with nobody to end sharing.")
    async def share_scene(
        self,
        info: Info,
        id: strawberry.ID,
        *,
        everyone: bool = False,
        users: list[strawberry.ID] | None = None,
        departments: list[strawberry.ID] | None = None,
    ) -> ScenePayload:
        whom = (everyone, [*(users or ())], [*(departments or ())])
        at = (schema_of(info), index_of(info))
        found = await resolvers.share_scene(info.context, id, whom, at)
        return ScenePayload(scene=cast(Scene, found))

    @operation("Order the scenes of an object and hide some of them.")
    async def order_scenes(
        self,
        info: Info,
        object: str,
        shown: list[strawberry.ID],
        hidden: list[strawberry.ID] | None = None,
    ) -> list[Scene]:
        command = OrderScenes(object=object, shown=(*shown,), hidden=(*(hidden or ()),))
        found = await resolvers.arrange(info.context, command, schema_of(info), index_of(info))
        return cast(list[Scene], found)

    @operation("The scene that a list begins with; null for the first one shown.")
    async def set_default_scene(
        self, info: Info, object: str, scene: strawberry.ID | None = None
    ) -> list[Scene]:
        command = SetDefaultScene(object=object, scene=scene)
        found = await resolvers.arrange(info.context, command, schema_of(info), index_of(info))
        return cast(list[Scene], found)

    @operation("The conditions shown on the list page, with their last values.")
    async def set_pinned_filters(
        self, info: Info, object: str, filters: list[PinnedFilterInput]
    ) -> ListSettings:
        given = [{"field": each.field, "value": each.value} for each in filters]
        at = (schema_of(info), index_of(info))
        await resolvers.set_pinned_filters(info.context, object, given, at)
        return await settings_of(info, object)

    @operation("The columns of the list in their order.")
    async def set_columns(
        self, info: Info, object: str, columns: list[ListColumnInput]
    ) -> ListSettings:
        given = [
            {"field": c.field, "hidden": c.hidden, "width": c.width, "frozen": c.frozen}
            for c in columns
        ]
        await resolvers.set_columns(info.context, object, given, index_of(info))
        return await settings_of(info, object)

    @operation("How many records a page of the list shows.")
    async def set_page_size(self, info: Info, object: str, size: int) -> ListSettings:
        await resolvers.set_page_size(info.context, object, size, index_of(info))
        return await settings_of(info, object)

    @operation("Whether lines guide the eye through the list.")
    async def set_guide_lines(self, info: Info, object: str, shown: bool) -> ListSettings:
        await resolvers.set_guide_lines(info.context, object, shown, index_of(info))
        return await settings_of(info, object)
