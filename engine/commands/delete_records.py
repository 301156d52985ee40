"""Delete records: to the trash, or for good where the object has none; guarded (OBJ-11)."""

from engine.base.identifiers import RecordId
from engine.commands.command import DeleteRecords, Outcome
from engine.commands.each import distinct_ids, run_each
from engine.commands.effects import record_change
from engine.commands.object_rules import rules_of
from engine.commands.purge_records import remove_for_good
from engine.commands.referrers import check_unreferenced, empty_references, find_restricting
from engine.commands.rights import Wanted, authorise, lock_ids
from engine.commands.rows import Record, load_records, next_stamps, update_record
from engine.commands.work import Work
from engine.db.locks import RowLock
from metadata.model import Capability


def authorise_delete(work: Work, command: DeleteRecords) -> None:
    authorise(work, command.object, "delete")


def run_delete(work: Work, command: DeleteRecords) -> Outcome:
    """The rows are locked first: a child made meanwhile waits and then finds no parent."""
    ids = distinct_ids(work, command.object, command.ids)
    numbers = [id.number for id in ids]
    trashable = work.definition(command.object).can(Capability.TRASHABLE)
    standings = lock_ids(work, Wanted(command.object, "delete", RowLock.REMOVE), ids)
    records = load_records(work, command.object, numbers)
    referrers = find_restricting(work, command.object, numbers, trash_too=not trashable)
    rules = rules_of(command.object)

    def act(id: RecordId) -> None:
        record = records[id.number]
        rules.check_delete(work, record)
        check_unreferenced(work, referrers.get(id.number, ()))
        empty_references(work, id)
        if trashable:
            _to_trash(work, record)
        else:
            remove_for_good(work, id)
        record_change(work, "delete", record)
        rules.after_delete(work, record)

    return run_each(work, ids, act, standings=standings, atomic=command.atomic)


def _to_trash(work: Work, record: Record) -> None:
    update_record(work, record.id, {"deletedAt": work.at, **next_stamps(work, record)})
