"""What a change means beyond the objects: what it gives up for good, and, if it is one of
everything, values that rows would lose, roles and scenes. Reads rows, writes roles and scenes, in
the change's transaction.
"""

from dataclasses import dataclass

from sqlalchemy import Connection

from engine.base.errors import Problem
from metadata.changes.broken_rules import lost_cells
from metadata.changes.change import Change, Objects
from metadata.changes.given_up import given_up, rows_with_values
from metadata.changes.impact import Sources, find_impact
from metadata.changes.objects import field_of, object_of
from metadata.changes.replace_all import ReplaceAll
from metadata.changes.replace_roles import NOTHING as NO_ROLES
from metadata.changes.replace_roles import RoleChanges, compare_roles, write_roles
from metadata.changes.replace_scenes import NOTHING as NO_SCENES
from metadata.changes.replace_scenes import SceneChanges, compare_scenes, write_scenes
from metadata.model import FieldDef, ObjectDef
from metadata.references import Impact
from metadata.snapshot import Snapshot, living


@dataclass(frozen=True, slots=True)
class Beside:
    problems: tuple[Problem, ...] = ()
    impact: tuple[Impact, ...] = ()
    roles: RoleChanges = NO_ROLES
    scenes: SceneChanges = NO_SCENES

    def __bool__(self) -> bool:
        """Whether there is anything to write."""
        return bool(self.roles or self.scenes)


def look_beside(
    sources: Sources, versions: tuple[Objects, Objects], change: Change, user_id: int | None
) -> Beside:
    """`versions` are the objects before and after the change, `user_id` who makes it."""
    objects, after = versions
    connection, schema = sources.connection, sources.schema
    impact = list(given_up(connection, schema, *versions))
    if not isinstance(change, ReplaceAll):
        return Beside(impact=tuple(impact))
    problems: list[Problem] = []
    for path, part in change.deletions(objects):
        impact += find_impact(sources, objects, part)
        name = ".".join(filter(None, part.concerns))
        count = rows_with_values(connection, schema, *_named(objects, part))
        detail = "ROWS_WITH_VALUES" if count else ""
        impact.append(Impact("deleted", name, detail, {"count": count}))
        if count and change.going_back:
            problems.append(Problem(path, "VALUES_LOST", {"value": name, "count": count}))
    if change.going_back:
        problems += lost_cells(connection, schema, objects, after)
    roles = compare_roles(connection, schema, change.roles, living(after))
    if roles and not change.may_write_roles:
        problems.append(Problem(("roles",), "SUPER_ONLY"))
    spoken_of = [each.name for each in change.objects]
    scenes = compare_scenes(connection, schema, (change.scenes, spoken_of), versions, user_id)
    return Beside(
        (*problems, *roles.problems, *scenes.problems),
        (*impact, *roles.impact, *scenes.impact),
        roles,
        scenes,
    )


def write_beside(connection: Connection, place: tuple[str, Snapshot], beside: Beside) -> None:
    """`place` is the company's schema and its metadata."""
    write_roles(connection, place, beside.roles)
    write_scenes(connection, place[0], beside.scenes)


def _named(objects: Objects, part: Change) -> tuple[ObjectDef, FieldDef | None]:
    """The object that a deletion is about, and the field if it is about one."""
    object_name, field_name = part.concerns
    item = object_of(objects, object_name)
    return item, field_of(item, field_name) if field_name else None
