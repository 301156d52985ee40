"""A scene of one's own from any filter (SCN-01)."""

from engine.base.errors import TooLarge
from engine.base.identifiers import RecordId
from engine.commands.command import Outcome
from engine.commands.scene_commands import CreateScene
from engine.commands.scene_rights import check_object
from engine.commands.work import Work
from engine.db.locks import lock_own_rows
from engine.db.quoting import table
from engine.scenes.stored import SCENE
from metadata.scene_values import MOST_SCENES, check_values


def authorise_create(work: Work, command: CreateScene) -> None:
    check_object(work, command.object)


def run_create(work: Work, command: CreateScene) -> Outcome:
    values = check_values(
        {"where": {}, "search": None, "orderBy": [], "name": "", **command.values}
    )
    user = work.principal.user_id
    lock_own_rows(work.connection, work.schema, SCENE, user)
    scenes = table(work.schema, "scene")
    ((number,),) = work.statements.fetch(
        f"select count(*) from {scenes} where user_id = %(user)s and object = %(object)s",
        {"user": user, "object": command.object},
    )
    if number >= MOST_SCENES:
        raise TooLarge("scenes", limit=MOST_SCENES)
    ((made,),) = work.statements.fetch(
        f"insert into {scenes} (user_id, object, name, filter, search, order_by)"
        " values (%(user)s, %(object)s, %(name)s, cast(%(where)s as jsonb), %(search)s,"
        " cast(%(order)s as jsonb)) returning id",
        {
            "user": user,
            "object": command.object,
            "name": values["name"],
            "where": values["where"],
            "search": values["search"],
            "order": values["orderBy"],
        },
    )
    return Outcome(done=(RecordId(SCENE, made),), created=True)
