"""What every change leaves behind: rows of the operation log, of the outbox, a new access version.

Collected while a command runs, written once at its end (`write_effects`).
"""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from sqlalchemy import text

from engine.access.fields import Sight, sight
from engine.base.identifiers import RecordId
from engine.commands.rows import Record, logged, to_columns
from engine.commands.work import LogEntry, Work
from engine.db.binding import type_name
from engine.db.quoting import quote, table
from engine.outbox.write import Message, write_messages
from engine.rules.organisation import changes_access, narrows_sight
from metadata.model import Capability

# actions of the log that raise the record's version, one row each
VERSIONED = ("update", "delete", "restore")
SILENT = frozenset({"version", "updatedAt", "createdAt", "createdBy", "deletedAt"})
PAST = {
    "create": "created",
    "update": "updated",
    "derive": "updated",
    "delete": "deleted",
    "restore": "restored",
    "purge": "purged",
}


def record_change(
    work: Work, action: str, record: Record, values: Mapping[str, Any] | None = None
) -> None:
    """Notes that `record` (as it was) was created, updated … with these new values."""
    index = work.index(record.id.object)
    new = values or {}
    changes = tuple(
        {
            "field": name,
            "old": logged(index.fields[name], record.values.get(name)),
            "new": logged(index.fields[name], value),
        }
        for name, value in new.items()
        if name not in SILENT and record.values.get(name) != value
    )
    names = [str(change["field"]) for change in changes]
    note(work, record.id, action, changes)
    payload = {"object": record.id.object, "id": str(record.id), "fields": names}
    work.messages.append(Message(f"record.{PAST.get(action, action)}", payload))
    if changes_access(record.id.object, action, names):
        work.access_changed = True
    if action != "create" and narrows_sight(index.definition.parent, names):
        work.sight_narrowed = True


def note(work: Work, record: RecordId, action: str, changes: tuple[Mapping[str, Any], ...]) -> None:
    """A row of the operation log, where the object keeps one."""
    if work.definition(record.object).can(Capability.LOGGED):
        work.log.append(LogEntry(record, action, changes))


def write_effects(work: Work) -> None:
    """Writes what was collected; nothing of the command may follow."""
    if work.log:
        _write_log(work)
    write_messages(
        work.statements, work.schema, work.messages, cause=work.actor.request_id, at=work.at
    )
    if work.access_changed:
        state = table(work.schema, "state")
        work.statements.later(f"update {state} set access_version = access_version + 1")


def _write_log(work: Work) -> None:
    """All rows in one statement: what they share once, the rest as JSON."""
    shared = shared_columns(work)
    own = [entry_columns(work, each) for each in work.log]
    key = ("log", work.schema)
    sql = work.snapshot.derived.get(key, lambda: _log_sql(work, tuple(shared), tuple(own[0])))
    work.statements.later(sql, {**shared, "rows": orjson.dumps(own).decode()})


def shared_columns(work: Work) -> dict[str, Any]:
    """What all log rows of a command hold alike, by column."""
    return to_columns(
        work.index("operationLog"),
        {
            "actor": work.principal.user_id or None,  # a job acts for nobody
            "at": work.at,
            "address": work.actor.address or None,
            "requestId": work.actor.request_id,
        },
    )


def entry_columns(work: Work, entry: LogEntry) -> dict[str, Any]:
    """What a log row holds for itself, by column."""
    values = {"record": entry.record, "action": entry.action, "changes": entry.changes}
    return to_columns(work.index("operationLog"), values)


def log_insert(work: Work, values: Mapping[str, str]) -> str:
    """`insert … select …` of log rows by column and expression; FROM is the caller's."""
    where = table(work.schema, work.definition("operationLog").table)
    return (
        f"insert into {where} ({', '.join(map(quote, values))}) select {', '.join(values.values())}"
    )


def _log_sql(work: Work, shared: Sequence[str], own: Sequence[str]) -> str:
    """`shared` are the columns with one value, `own` those that each row has for itself."""
    columns = work.table("operationLog").c
    values = {**{n: f"%({n})s" for n in shared}, **{n: f"e.{quote(n)}" for n in own}}
    types = ", ".join(f"{quote(n)} {type_name(columns[n].type)}" for n in own)
    rows = f"jsonb_to_recordset(cast(%(rows)s as jsonb)) as e({types})"
    return f"{log_insert(work, values)} from {rows}"


def changed_fields_since(work: Work, record: Record, version: int) -> list[str]:
    """Names of the fields changed after `version` that the viewer may read (OBJ-20)."""
    assert record.version is not None
    log = work.table("operationLog")
    rows = work.connection.execute(
        text(
            f"select changes from {table(work.schema, log.name)}"
            " where record_object = :object and record_id = :number and action = any(:versioned)"
            " order by id desc limit :steps"
        ),
        {
            "object": record.id.object,
            "number": record.id.number,
            "versioned": list(VERSIONED),
            "steps": min(max(record.version - version, 0), 100),
        },
    ).scalars()
    fields = work.index(record.id.object).fields
    names = {change["field"] for changes in rows for change in changes or ()}
    return sorted(
        name
        for name in names
        if name in fields
        and sight(work.profile, record.id.object, fields[name]) is not Sight.HIDDEN
    )
