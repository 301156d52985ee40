"""Update a selection of records with one patch, with a result for each (OBJ-19)."""

from engine.base.identifiers import RecordId
from engine.commands.command import BatchUpdate, Outcome
from engine.commands.each import distinct_ids, run_each
from engine.commands.rights import Wanted, authorise, lock_and_load
from engine.commands.update_record import change_record
from engine.commands.work import Work
from engine.db.locks import RowLock


def authorise_batch(work: Work, command: BatchUpdate) -> None:
    authorise(work, command.object, "update")


def run_batch(work: Work, command: BatchUpdate) -> Outcome:
    ids = distinct_ids(work, command.object, command.ids)
    wanted = Wanted(command.object, "update", RowLock.CHANGE)
    locked = lock_and_load(work, wanted, [id.number for id in ids])
    standings = {id: locked.standings[id.number] for id in ids}

    def act(id: RecordId) -> None:
        change_record(work, locked.records[id.number], command.values)

    return run_each(work, ids, act, standings=standings, atomic=command.atomic)
