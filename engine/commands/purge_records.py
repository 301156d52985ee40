"""Remove records from the trash for good, with all that hangs on them; the log stays (OBJ-11)."""

from sqlalchemy import select

from engine.base.errors import RuleViolated
from engine.base.identifiers import RecordId
from engine.commands.command import Outcome, PurgeRecords
from engine.commands.each import distinct_ids, run_each
from engine.commands.effects import record_change
from engine.commands.referrers import check_unreferenced, find_restricting, satellites
from engine.commands.rights import Wanted, authorise, lock_ids
from engine.commands.rows import delete_rows, load_records
from engine.commands.work import Work
from engine.db.locks import RowLock
from metadata.model import Capability, ObjectDef


def authorise_purge(work: Work, command: PurgeRecords) -> None:
    authorise(work, command.object, "delete")
    require_trash(work.definition(command.object))


def require_trash(definition: ObjectDef) -> None:
    if not definition.can(Capability.TRASHABLE):
        raise RuleViolated("no_trash", object=definition.label)


def run_purge(work: Work, command: PurgeRecords) -> Outcome:
    ids = distinct_ids(work, command.object, command.ids)
    numbers = [id.number for id in ids]
    wanted = Wanted(command.object, "delete", RowLock.REMOVE, trashed=True)
    standings = lock_ids(work, wanted, ids)
    records = load_records(work, command.object, numbers)
    referrers = find_restricting(work, command.object, numbers, trash_too=True)

    def act(id: RecordId) -> None:
        check_unreferenced(work, referrers.get(id.number, ()))
        remove_for_good(work, id)
        record_change(work, "purge", records[id.number])

    return run_each(work, ids, act, standings=standings, atomic=command.atomic)


def remove_for_good(work: Work, id: RecordId) -> None:
    """Deletes the row and the rows that only name it; foreign keys take the children along."""
    for owner, field in satellites(work, id.object):
        table = work.table(owner.name)
        mine = (
            table.c[f"{field.column}_object"] == id.object,
            table.c[f"{field.column}_id"] == id.number,
        )
        numbers = work.connection.execute(select(table.c.id).where(*mine)).scalars().all()
        for number in numbers:
            remove_for_good(work, RecordId(owner.name, number))
    delete_rows(work, id.object, [id.number])
