"""Delete one's own scene; where it stood in an order or as a default, it is passed over."""

from engine.commands.command import Outcome
from engine.commands.scene_commands import DeleteScene
from engine.commands.scene_rights import lock_scene, shared
from engine.commands.work import Work
from engine.db.quoting import table


def run_delete(work: Work, command: DeleteScene) -> Outcome:
    scene = lock_scene(work, command.id)
    work.statements.later(
        f"delete from {table(work.schema, 'scene')} where id = %(id)s", {"id": scene.id}
    )
    work.sight_narrowed = work.sight_narrowed or shared(scene)
    return Outcome(done=(command.id,))
