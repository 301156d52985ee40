"""Whose scene is it? Only its owner changes one; who may use it sees that it is another's.

Reading the object is all that one needs to have scenes of it.
"""

from typing import Any

import orjson

from engine.access.scopes import NamedParameters, Scopes
from engine.base.errors import Forbidden, InvalidInput, NotFound, Problem
from engine.base.identifiers import RecordId
from engine.commands.scene_commands import DeleteScene, ShareScene, UpdateScene
from engine.commands.work import Work
from engine.db.quoting import table
from engine.scenes.stored import SCENE, StoredScene, parse_scene, scene_json
from engine.scenes.visibility import may_use
from metadata.model import Label

LABEL = Label("场景", "scene")


def authorise_own(work: Work, command: UpdateScene | DeleteScene | ShareScene) -> None:
    """Whether the scene is the actor's is known once it is locked."""
    if command.id.object != SCENE:
        raise InvalidInput([Problem(("id",), "BAD_ID")])


def check_object(work: Work, object_name: str) -> None:
    """The object is there and the actor reads it. Raises InvalidInput, Forbidden."""
    if object_name not in work.snapshot.by_name:
        raise InvalidInput([Problem(("object",), "UNKNOWN_OPTION")])
    parameters = NamedParameters(work.principal)
    if not Scopes(work.snapshot, work.profile, work.schema, parameters).may(object_name):
        raise Forbidden("action", object=work.definition(object_name).label, action="read")


def lock_scene(work: Work, id: RecordId) -> StoredScene:
    """The actor's own scene, locked. Raises NotFound, Forbidden (it is shared with him)."""
    rows = work.statements.fetch(
        f"select cast({scene_json('c')} as text) from {table(work.schema, 'scene')} c"
        f" where c.id = %(id)s and {may_use(work.schema, 'c', USER, DEPARTMENT)} for update of c",
        {"id": id.number, **viewer_values(work)},
    )
    if not rows:
        raise NotFound(id=str(id))
    found = parse_scene(orjson.loads(rows[0][0]))
    if found.user_id != work.principal.user_id:
        raise Forbidden("record", object=LABEL)
    return found


def viewer_values(work: Work) -> dict[str, Any]:
    return {"user": work.principal.user_id, "department": work.principal.department_id}


def shared(scene: StoredScene) -> bool:
    return bool(scene.everyone or scene.users or scene.departments)


USER, DEPARTMENT = "cast(%(user)s as bigint)", "cast(%(department)s as bigint)"
