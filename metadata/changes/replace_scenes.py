"""The scenes that everybody has become those of a file, matched by object and name.

Personal scenes, and those shared with single users or departments, are people's own and are never
touched. A scene keeps its owner; a new one belongs to who applies the file. What differs is found
first, and written in the transaction of the change; whether filters work with the new metadata is
said by the caller's rehearsal (`scenes.tried`).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, text

from engine.base.errors import InvalidInput, Problem
from engine.db.locks import lock_own_rows
from engine.db.quoting import table
from metadata.changes.change import Objects
from metadata.configuration.load import load_scenes
from metadata.configuration.model import CompanyScene, Scenes
from metadata.mentions import Mention, mentions_of_filter, mentions_of_order
from metadata.references import Impact
from metadata.scene_values import MOST_SCENES, check_values
from metadata.snapshot import Snapshot, living

PURPOSE = "scene"  # of the lock that a user's own commands on scenes take
# whoever applies a file from the command line is nobody: the first who may do everything
_FIRST_USER = (
    "select u.id from {user} u left join {user_role} j on j.user_id = u.id"
    " left join {role} r on r.id = j.role_id"
    " order by coalesce(r.is_super, false) desc, u.status = 'ACTIVE' desc, u.id limit 1"
)


@dataclass(frozen=True, slots=True)
class PlacedScene:
    """A scene and its object. `known` says whether the company has one of this name."""

    object: str
    scene: CompanyScene
    known: bool = False

    @property
    def path(self) -> tuple[str, ...]:
        """Where a file says it."""
        return ("objects", self.object, "scenes", self.scene.name)


@dataclass(frozen=True, slots=True)
class SceneChanges:
    """`written` are to be made or to be brought to what they say, `deleted` are to go; `tried`
    must work with the new metadata. New ones belong to the user `owner`."""

    written: tuple[PlacedScene, ...] = ()
    deleted: tuple[PlacedScene, ...] = ()
    tried: tuple[PlacedScene, ...] = ()
    owner: int = 0
    problems: tuple[Problem, ...] = ()
    impact: tuple[Impact, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.written or self.deleted)


NOTHING = SceneChanges()


def compare_scenes(
    connection: Connection,
    schema: str,
    wanted: tuple[Scenes | None, Sequence[str]],
    versions: tuple[Objects, Objects],
    user_id: int | None,
) -> SceneChanges:
    """`wanted` are the scenes, and the objects that the file speaks of: those of others stay.
    `versions` are the objects before and after. Nothing differs when no scenes are wanted."""
    scenes, names = wanted
    if scenes is None:
        return NOTHING
    owner = _owner(connection, schema) if user_id is None else user_id
    _lock(connection, schema, (owner, names))
    known = _placed(load_scenes(connection, schema, names))
    said = _placed(scenes)
    placed, problems = _cleaned(said)
    written = tuple(
        replace(each, known=key in known) for key, each in placed.items() if each != known.get(key)
    )
    deleted = tuple(each for key, each in known.items() if key not in said)
    before, after = (Snapshot(0, living(objects)) for objects in versions)
    broken = (e for e in placed.values() if e not in written and _loses(e, before, after))
    return SceneChanges(
        written,
        deleted,
        (*written, *broken),
        owner,
        (*problems, *_too_many(connection, schema, (owner, names), (written, deleted))),
        (*_told(written), *(_impact(each, "DELETED") for each in deleted)),
    )


def missing_records(
    connection: Connection, place: tuple[str, Snapshot], ids: Mapping[str, Sequence[int]]
) -> frozenset[tuple[str, int]]:
    """Which of the numbers, by object, are of no row, in the trash or not. `place` is the company's
    schema, and metadata that may be those to come: an object without a table has no rows yet."""
    schema, snapshot = place
    found: set[tuple[str, int]] = set()
    for name, numbers in ids.items():
        rows = table(schema, snapshot.object(name).definition.table)
        known: set[int] = set()
        if connection.execute(text("select to_regclass(:rows)"), {"rows": rows}).scalar_one():
            statement = f"select id from {rows} where id = any(cast(:ids as bigint[]))"
            known = {*connection.execute(text(statement), {"ids": [*numbers]}).scalars()}
        found |= {(name, each) for each in numbers if each not in known}
    return frozenset(found)


def write_scenes(connection: Connection, schema: str, changes: SceneChanges) -> None:
    """The version of a changed scene rises, so that every process loads it again. One that goes
    takes with it those of the same name, which the file did not tell apart."""
    scenes = table(schema, "scene")
    for each in changes.deleted:
        connection.execute(
            text(f"delete from {scenes} where everyone and object = :object and name = :name"),
            {"object": each.object, "name": each.scene.name},
        )
    for each in changes.written:
        values = {**_stored(each.scene), "object": each.object, "owner": changes.owner}
        connection.execute(text((_UPDATE if each.known else _INSERT).format(scene=scenes)), values)


_UPDATE = (
    "update {scene} set filter = cast(:where as jsonb), search = cast(:search as text),"
    " order_by = cast(:orderBy as jsonb), version = version + 1 where id ="
    " (select min(id) from {scene} where everyone and object = :object and name = :name)"
)
_INSERT = (
    "insert into {scene} (user_id, object, name, filter, search, order_by, everyone)"
    " values (:owner, :object, :name, cast(:where as jsonb), cast(:search as text),"
    " cast(:orderBy as jsonb), true)"
)


def _owner(connection: Connection, schema: str) -> int:
    names = {name: table(schema, name) for name in ("user", "user_role", "role")}
    found: int = connection.execute(text(_FIRST_USER.format(**names))).scalar_one()
    return found


def _lock(connection: Connection, schema: str, whose: tuple[int, Sequence[str]]) -> None:
    """So that what was compared is still so when it is written."""
    owner, names = whose
    lock_own_rows(connection, schema, PURPOSE, owner)
    connection.execute(
        text(
            f"select 1 from {table(schema, 'scene')} where everyone"
            " and object = any(cast(:objects as text[])) order by id for update"
        ),
        {"objects": [*names]},
    )


def _placed(scenes: Scenes) -> dict[tuple[str, str], PlacedScene]:
    return {
        (name, each.name): PlacedScene(name, each)
        for name, found in scenes.items()
        for each in found
    }


def _cleaned(
    placed: Mapping[tuple[str, str], PlacedScene],
) -> tuple[dict[tuple[str, str], PlacedScene], list[Problem]]:
    """The scenes as they would be stored, and what no scene may hold."""
    found: dict[tuple[str, str], PlacedScene] = {}
    problems: list[Problem] = []
    for key, each in placed.items():
        try:
            values = _stored(each.scene)
        except InvalidInput as error:
            problems += [replace(e, path=(*each.path, *e.path[1:])) for e in error.problems]
            continue
        if values["name"] != each.scene.name:  # blanks around it, or the like
            problems.append(Problem((*each.path, "name"), "BAD_FORMAT"))
        found[key] = replace(each, scene=replace(each.scene, search=values["search"]))
    return found, problems


def _stored(scene: CompanyScene) -> dict[str, Any]:
    return check_values(
        {
            "name": scene.name,
            "where": scene.where,
            "search": scene.search,
            "orderBy": [*scene.order_by],
        }
    )


def _loses(each: PlacedScene, before: Snapshot, after: Snapshot) -> bool:
    """Whether the change takes away what the scene names: what was broken before stays so."""
    return bool(_gone(each, after) - _gone(each, before))


def _gone(each: PlacedScene, snapshot: Snapshot) -> set[tuple[str | int, ...]]:
    if each.object not in snapshot.by_name:
        return set()
    return {found.path for found in _mentions(each, snapshot) if found.field is None}


def _mentions(each: PlacedScene, snapshot: Snapshot) -> Iterator[Mention]:
    yield from mentions_of_filter(snapshot, each.object, each.scene.where, ("where",))
    for at, order in enumerate(each.scene.order_by):
        yield from mentions_of_order(snapshot, each.object, order, ("orderBy", at))


def _too_many(
    connection: Connection,
    schema: str,
    whose: tuple[int, Sequence[str]],
    changes: tuple[Sequence[PlacedScene], Sequence[PlacedScene]],
) -> Iterator[Problem]:
    """A user has so many scenes of an object at most, the new ones among them."""
    owner, names = whose
    written, deleted = changes
    for name in names:
        added = sum(each.object == name and not each.known for each in written)
        if not added:
            continue
        there = connection.execute(
            text(
                f"select count(*) from {table(schema, 'scene')} where user_id = :owner"
                " and object = :object and not (everyone and name = any(cast(:gone as text[])))"
            ),
            {
                "owner": owner,
                "object": name,
                "gone": [e.scene.name for e in deleted if e.object == name],
            },
        ).scalar_one()
        if there + added > MOST_SCENES:
            yield Problem(("objects", name, "scenes"), "TOO_MANY_SCENES", {"limit": MOST_SCENES})


def _told(written: Sequence[PlacedScene]) -> Iterator[Impact]:
    for each in written:
        yield _impact(each, "CHANGED" if each.known else "ADDED")


def _impact(each: PlacedScene, what: str) -> Impact:
    return Impact("scene", f"{each.object}: {each.scene.name}", what)
