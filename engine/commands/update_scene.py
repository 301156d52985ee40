"""Change one's own scene: name, filter, search, order; those it is shared with follow at once."""

from collections.abc import Mapping
from typing import Any

from engine.base.errors import Conflict
from engine.commands.command import Outcome
from engine.commands.scene_commands import UpdateScene
from engine.commands.scene_rights import check_object, lock_scene, shared
from engine.commands.work import Work
from engine.db.quoting import table
from metadata.scene_values import check_values

_COLUMNS = {"name": "name", "where": "filter", "search": "search", "orderBy": "order_by"}
_PLACES = {name: f"cast(%({name})s as jsonb)" for name in ("where", "orderBy")}


def run_update(work: Work, command: UpdateScene) -> Outcome:
    scene = lock_scene(work, command.id)
    check_object(work, scene.object)
    if command.version is not None and command.version != scene.version:
        raise Conflict("version", extensions={"currentVersion": scene.version})
    values = check_values(command.values)
    if values:
        _write(work, scene.id, values)
        work.sight_narrowed = work.sight_narrowed or shared(scene)
    return Outcome(done=(command.id,))


def _write(work: Work, number: int, values: Mapping[str, Any]) -> None:
    sets = [f"{_COLUMNS[name]} = {_PLACES.get(name, f'%({name})s')}" for name in values]
    work.statements.later(
        f"update {table(work.schema, 'scene')} set {', '.join(sets)}, version = version + 1"
        " where id = %(id)s",
        {**values, "id": number},
    )
