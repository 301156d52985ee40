"""Share a scene with users, departments or everyone; it gives nobody a right (SCN-05).

The version rises, so that whoever may use it no longer is refused by the next statement.
"""

from collections.abc import Sequence

from engine.base.errors import InvalidInput, Problem
from engine.base.identifiers import RecordId
from engine.commands.command import Outcome
from engine.commands.each import check_batch_size
from engine.commands.scene_commands import ShareScene
from engine.commands.scene_rights import check_object, lock_scene, shared
from engine.commands.work import Work
from engine.db.quoting import table


def run_share(work: Work, command: ShareScene) -> Outcome:
    scene = lock_scene(work, command.id)
    check_object(work, scene.object)
    problems = _missing(work, "user", "users", command.users)
    problems += _missing(work, "department", "departments", command.departments)
    if problems:
        raise InvalidInput(problems)
    work.statements.later(
        f"update {table(work.schema, 'scene')} set everyone = %(everyone)s,"
        " users = cast(%(users)s as bigint[]), departments = cast(%(departments)s as bigint[]),"
        " version = version + 1 where id = %(id)s",
        {
            "id": scene.id,
            "everyone": command.everyone,
            "users": sorted({each.number for each in command.users}),
            "departments": sorted({each.number for each in command.departments}),
        },
    )
    work.sight_narrowed = work.sight_narrowed or shared(scene)
    return Outcome(done=(command.id,))


def _missing(work: Work, object_name: str, argument: str, ids: Sequence[RecordId]) -> list[Problem]:
    check_batch_size(work, tuple(ids))
    rows = work.statements.fetch(
        f"select id from {table(work.schema, work.definition(object_name).table)}"
        " where id = any(cast(%(ids)s as bigint[]))",
        {"ids": [each.number for each in ids]},
    )
    known = {number for (number,) in rows}
    return [
        Problem((argument, at), "BAD_REFERENCE")
        for at, each in enumerate(ids)
        if each.object != object_name or each.number not in known
    ]
