"""A follow-up sets the last and the next contact time of its record (OBJ-14)."""

from typing import Any

from sqlalchemy import select

from engine.base.identifiers import RecordId
from engine.commands.change import Change, differing, write_derived, write_update
from engine.commands.rows import Record, load_records, referred, to_record
from engine.commands.work import Work
from engine.db.locks import RowLock, lock_numbers


def note_on_record(work: Work, change: Change) -> None:
    """After a follow-up was written: its record knows the newest, and when to call next; one
    that it was moved away from knows it no longer."""
    (target,) = referred(change.index.fields["record"], change.after["record"])
    if change.before is not None and "record" in change.values:
        forget(work, change.before)
    record = _locked(work, target)
    fields = work.index(target.object).fields
    next_at = change.values.get("nextContactAt")
    if next_at is not None and "nextContactAt" in fields:
        planned = differing(record, {"nextContactAt": next_at})
        if planned:
            write_update(work, record, planned)
            record = _locked(work, target)
    write_derived(work, record, _newest(work, target))


def forget(work: Work, follow_up: Record) -> None:
    """After a follow-up was deleted: the newest of those that are left counts."""
    fields = work.index("followUp").fields
    (target,) = referred(fields["record"], follow_up.values["record"])
    write_derived(work, _locked(work, target), _newest(work, target))


def _locked(work: Work, target: RecordId) -> Record:
    table = work.table(target.object)
    lock_numbers(work.connection, table, [target.number], RowLock.CHANGE)
    return load_records(work, target.object, [target.number])[target.number]


def _newest(work: Work, target: RecordId) -> dict[str, Any]:
    index = work.index("followUp")
    table = work.table("followUp")
    statement = (
        select(*table.columns)
        .where(table.c.record_object == target.object, table.c.record_id == target.number)
        .order_by(table.c.created_at.desc(), table.c.id.desc())
        .limit(1)
    )
    if "deleted_at" in table.c:
        statement = statement.where(table.c.deleted_at.is_(None))
    row = work.connection.execute(statement).mappings().first()
    values = to_record(index, row).values if row is not None else {}
    newest = {
        "lastFollowUpAt": values.get("createdAt"),
        "lastFollowUpText": values.get("text"),
    }
    known = work.index(target.object).fields
    return {name: value for name, value in newest.items() if name in known}
