"""Bring records back from the trash; what must hold for living records is checked again (F4)."""

from collections.abc import Mapping
from typing import Any

from engine.base.errors import InvalidInput, violated
from engine.base.identifiers import RecordId
from engine.commands.command import Outcome, RestoreRecords
from engine.commands.each import distinct_ids, run_each
from engine.commands.effects import record_change
from engine.commands.purge_records import require_trash
from engine.commands.rights import Wanted, authorise, lock_ids
from engine.commands.rows import Record, load_records, next_stamps, referred, update_record
from engine.commands.uniqueness import find_duplicates, unique_or_refused
from engine.commands.work import Work
from engine.db.locks import RowLock, lock_numbers
from metadata.model import Capability, OnDelete


def authorise_restore(work: Work, command: RestoreRecords) -> None:
    authorise(work, command.object, "delete")
    require_trash(work.definition(command.object))


def run_restore(work: Work, command: RestoreRecords) -> Outcome:
    ids = distinct_ids(work, command.object, command.ids)
    numbers = [id.number for id in ids]
    wanted = Wanted(command.object, "delete", RowLock.CHANGE, trashed=True)
    standings = lock_ids(work, wanted, ids)
    records = load_records(work, command.object, numbers)

    def act(id: RecordId) -> None:
        restore(work, records[id.number])

    return run_each(work, ids, act, standings=standings, atomic=command.atomic)


def restore(work: Work, record: Record) -> None:
    """Raises InvalidInput (NOT_UNIQUE) or RuleViolated (what it belongs to is in the trash)."""
    index = work.index(record.id.object)
    emptied = _references_to_trash(work, record)
    problems = find_duplicates(work, index, record.values, record.id.number)
    if problems:
        raise InvalidInput([each.without_first_step() for each in problems])
    values = {**emptied, "deletedAt": None, **next_stamps(work, record)}
    with unique_or_refused(work, index, record.values, record.id.number):
        update_record(work, record.id, values)
    record_change(work, "restore", record, emptied)


def _references_to_trash(work: Work, record: Record) -> Mapping[str, Any]:
    """Fields to empty: they may point to nothing; those that may not refuse the restore."""
    index = work.index(record.id.object)
    emptied: dict[str, Any] = {}
    for name, field in index.fields.items():
        targets = referred(field, record.values.get(name))
        if all(_is_alive(work, target) for target in targets):
            continue
        if field.on_delete is not OnDelete.SET_NULL:
            raise violated("parent_in_trash", field=field.label, extensions={"field": name})
        left = [target for target in targets if _is_alive(work, target)]
        emptied[name] = tuple(each.number for each in left) or None
    return emptied


def _is_alive(work: Work, target: RecordId) -> bool:
    if not work.definition(target.object).can(Capability.TRASHABLE):
        return True
    lock_numbers(work.connection, work.table(target.object), [target.number], RowLock.REFERENCE)
    found = load_records(work, target.object, [target.number]).get(target.number)
    return found is not None and found.values.get("deletedAt") is None
