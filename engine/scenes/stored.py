"""Stored scenes and list settings as values, and the statements that read them.

What works of a scene for a viewer is `usable.py`; changing them is `engine/commands`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

import orjson
from sqlalchemy import Connection

from engine.access.currency import still_current
from engine.access.model import Principal
from engine.db.quoting import table
from engine.scenes.visibility import may_use

SCENE = "scene"


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredScene:
    """A scene that a user made. `where` and `order_by` are JSON as it was given."""

    id: int
    version: int
    user_id: int
    object: str
    name: str
    where: Mapping[str, Any]
    search: str | None = None
    order_by: Sequence[Mapping[str, Any]] = ()
    everyone: bool = False
    users: tuple[int, ...] = ()
    departments: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ListSettings:
    """What one user set for the lists of one object. `shown` and `hidden` are ids of scenes in
    their order; those in neither are shown, last."""

    shown: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()
    default: str | None = None
    pinned: Sequence[Mapping[str, Any]] = ()
    columns: Sequence[Mapping[str, Any]] = ()
    page_size: int | None = None
    guide_lines: bool = False


def parse_scene(document: Mapping[str, Any]) -> StoredScene:
    given = dict(document)
    return StoredScene(
        **{
            **given,
            "users": tuple(given["users"]),
            "departments": tuple(given["departments"]),
        }
    )


def parse_settings(document: Mapping[str, Any]) -> ListSettings:
    """What this release knows of the settings: processes of two run side by side (I3)."""
    known = {each.name for each in fields(ListSettings)}
    given = {name: value for name, value in document.items() if name in known}
    for name in ("shown", "hidden"):
        given[name] = tuple(given.get(name, ()))
    return ListSettings(**given)


def scene_json(scene: str) -> str:
    """What `parse_scene` takes, of the row `scene` (an alias)."""
    parts = {
        "id": "id",
        "version": "version",
        "user_id": "user_id",
        "object": "object",
        "name": "name",
        "where": "filter",
        "search": "search",
        "order_by": "order_by",
        "everyone": "everyone",
        "users": "users",
        "departments": "departments",
    }
    pairs = ", ".join(f"'{name}', {scene}.{column}" for name, column in parts.items())
    return f"json_build_object({pairs})"


def one_scene(viewer: Principal, number: int, object_name: str | None) -> tuple[str, list[Any]]:
    """The statement for a read connection: JSON of a scene the viewer may use, `null` for none,
    no row when session or versions have moved; and its arguments."""
    schema = viewer.schema
    mine = may_use(schema, "c", "$6::bigint", "$7::bigint")
    current = still_current("$1::bytea", "$2::bigint", "$3::bigint")
    sql = (
        f"select coalesce((select {scene_json('c')} from {table(schema, 'scene')} c"
        f" where c.id = $4::bigint and c.object = coalesce($5::text, c.object) and {mine})::text,"
        " 'null')"
        f" from {table(schema, 'state')} v, {table(schema, 'session')} s where {current}"
    )
    who = [viewer.session_hash, viewer.metadata_version, viewer.access_version]
    return sql, [*who, number, object_name, viewer.user_id, viewer.department_id]


def scenes_for(connection: Connection, viewer: Principal, object_name: str) -> list[StoredScene]:
    """All scenes of the object that the viewer may use: the own ones first, by age."""
    schema = viewer.schema
    mine = may_use(schema, "c", "%(user)s::bigint", "%(department)s::bigint")
    rows = connection.exec_driver_sql(
        f"select cast({scene_json('c')} as text) from {table(schema, 'scene')} c"
        f" where c.object = %(object)s and {mine}"
        " order by (c.user_id = %(user)s) desc, c.id limit 1000",
        {"user": viewer.user_id, "department": viewer.department_id, "object": object_name},
    )
    return [parse_scene(orjson.loads(text)) for (text,) in rows]


def settings_for(connection: Connection, viewer: Principal, object_name: str) -> ListSettings:
    """What the viewer set for the lists of the object."""
    row = connection.exec_driver_sql(
        f"select cast(settings as text) from {table(viewer.schema, 'list_setting')}"
        " where user_id = %(user)s and object = %(object)s",
        {"user": viewer.user_id, "object": object_name},
    ).one_or_none()
    return ListSettings() if row is None else parse_settings(orjson.loads(row[0]))
