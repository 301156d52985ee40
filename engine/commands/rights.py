"""May this user do that to those rows? Checked and locked in one statement per object.

Row predicates are `engine/access/scopes.py`. Not visible is NotFound; visible but not allowed
is Forbidden (B13).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from engine.access.fields import Row
from engine.access.model import Scope
from engine.access.scopes import NamedParameters, Scopes, ViewerStatement
from engine.base.errors import AppError, Forbidden, NotFound
from engine.base.identifiers import RecordId
from engine.commands.rows import Record, columns_of, load_records, referred, to_record
from engine.commands.work import Work
from engine.db.binding import among
from engine.db.locks import RowLock, row_lock
from engine.db.quoting import quote, table
from engine.rules.organisation import RIGHTS_OBJECTS
from metadata.model import ObjectDef, RowScope


class Standing(Enum):
    """What a locked row is to the viewer."""

    NOT_FOUND = "notFound"
    VISIBLE = "visible"
    ALLOWED = "allowed"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which action on which rows, how strongly locked; `trashed`: those in the trash instead."""

    object: str
    action: str
    lock: RowLock
    trashed: bool = False


@dataclass(frozen=True, slots=True)
class Locked:
    """Locked rows by number: how each stands to the viewer, and what it holds."""

    standings: dict[int, Standing]
    records: Mapping[int, Record]


def authorise(work: Work, object_name: str, action: str) -> None:
    """The role has the action on the object, whatever the row. Raises Forbidden."""
    definition = work.definition(object_name)
    if not definition.writable:
        raise Forbidden("not_writable", object=definition.label)
    if not has_action(work, definition, action):
        raise Forbidden("action", object=definition.label, action=action)


def has_action(work: Work, definition: ObjectDef, action: str) -> bool:
    """PARENT and PERSONAL rows need no action of their own; the rest needs the role's."""
    if definition.row_scope in (RowScope.PARENT, RowScope.PERSONAL):
        return True
    name = "role" if definition.name in RIGHTS_OBJECTS else definition.name
    return work.profile.scope(name, action) > Scope.NONE


def lock_rows(work: Work, wanted: Wanted, numbers: Sequence[int]) -> dict[int, Standing]:
    """Locks the rows in the order of their ids (F7) and says of each what the viewer may."""
    return lock_and_load(work, wanted, numbers).standings


def lock_and_load(work: Work, wanted: Wanted, numbers: Sequence[int]) -> Locked:
    """The same with the rows as they are once locked, in one statement."""
    definition = work.definition(wanted.object)
    if definition.row_scope is RowScope.PARENT:
        return _lock_by_parent(work, wanted, numbers)
    return _lock(work, wanted, numbers)


def lock_ids(work: Work, wanted: Wanted, ids: Sequence[RecordId]) -> dict[RecordId, Standing]:
    """The standing by id, for rows of one object."""
    standings = lock_rows(work, wanted, [id.number for id in ids])
    return {id: standings[id.number] for id in ids}


def lock_record(work: Work, id: RecordId, action: str) -> Record:
    """The record, locked to be changed. Raises NotFound, Forbidden."""
    locked = lock_and_load(work, Wanted(id.object, action, RowLock.CHANGE), [id.number])
    check_standing(work, id, locked.standings[id.number])
    return locked.records[id.number]


def allowed_numbers(
    work: Work, object_name: str, action: str, numbers: Sequence[int]
) -> frozenset[int]:
    """Those of the rows on which the viewer may do the action, locked against removal."""
    definition = work.definition(object_name)
    if definition.row_scope is RowScope.PARENT and action != "read":
        wanted = Wanted(object_name, action, RowLock.REFERENCE)
        found = _lock_by_parent(work, wanted, numbers).standings
        return frozenset(n for n, standing in found.items() if standing is Standing.ALLOWED)
    parameters = NamedParameters(work.principal)
    scopes = Scopes(work.snapshot, work.profile, work.schema, parameters)
    conditions = scopes.visible(Row(work.index(object_name), "t", work.schema), action)
    condition, values = among("t.id", set(numbers))
    predicate = " and ".join([condition, *conditions])
    rows = work.statements.fetch(
        f"select t.id from {table(work.schema, definition.table)} t"
        f" where {predicate} order by t.id {row_lock(RowLock.REFERENCE, 't')}",
        {**parameters.values, **values},
    )
    return frozenset(number for (number,) in rows)


def _lock(work: Work, wanted: Wanted, numbers: Sequence[int]) -> Locked:
    work.check_deadline()
    index = work.index(wanted.object)
    columns = columns_of(index)
    condition, values = among("t.id", set(numbers))
    key = ("lock", work.schema, work.profile.key, wanted, condition)
    statement = work.snapshot.derived.get(key, lambda: _lock_statement(work, wanted, condition))
    rows = work.statements.fetch(statement.sql, {**statement.values(work.principal), **values})
    standings = dict.fromkeys(numbers, Standing.NOT_FOUND)
    records = {}
    for is_visible, is_allowed, *row_values in rows:
        record = to_record(index, dict(zip(columns, row_values, strict=True)))
        records[record.id.number] = record
        if is_visible:
            standings[record.id.number] = Standing.ALLOWED if is_allowed else Standing.VISIBLE
    return Locked(standings, records)


def _lock_statement(work: Work, wanted: Wanted, condition: str) -> ViewerStatement:
    """Locks the rows of a condition and tells of each: visible, allowed, its columns."""
    parameters = NamedParameters(work.principal)
    scopes = Scopes(work.snapshot, work.profile, work.schema, parameters)
    row = Row(work.index(wanted.object), "t", work.schema)
    # who may delete sees what is in the trash; nobody else does
    seen_by = wanted.action if wanted.trashed else "read"
    visible = scopes.visible(row, seen_by, trashed=wanted.trashed)
    allowed = scopes.visible(row, wanted.action, trashed=wanted.trashed)
    sql = (
        f"select ({' and '.join(visible) or 'true'}), ({' and '.join(allowed) or 'true'}),"
        f" {', '.join(f't.{quote(name)}' for name in columns_of(row.index))}"
        f" from {table(work.schema, row.index.definition.table)} t"
        f" where {condition} order by t.id {row_lock(wanted.lock, 't')}"
    )
    return ViewerStatement(sql, parameters.names)


def _lock_by_parent(work: Work, wanted: Wanted, numbers: Sequence[int]) -> Locked:
    """Parents first, then the rows; a row that moved meanwhile counts as not found."""
    before = load_records(work, wanted.object, sorted(set(numbers)))
    parents = {n: parent_of(work, record) for n, record in before.items()}
    may_write = parents_allowing(work, "update", [p for p in parents.values() if p])
    locked = _lock(work, wanted, numbers)
    found = locked.standings
    for number, standing in found.items():
        if standing is Standing.NOT_FOUND:
            continue
        record = locked.records[number]
        parent = parent_of(work, record)
        if parent != parents.get(number):
            found[number] = Standing.NOT_FOUND
        elif parent not in may_write and not is_author(work, record):
            found[number] = Standing.VISIBLE
    return locked


def parents_allowing(work: Work, action: str, parents: Sequence[RecordId]) -> frozenset[RecordId]:
    """Those of the records that allow the action, locked against removal, by object and id."""
    found: set[RecordId] = set()
    for name in sorted({parent.object for parent in parents}):
        numbers = [parent.number for parent in parents if parent.object == name]
        if has_action(work, work.definition(name), action):
            found |= {RecordId(name, n) for n in allowed_numbers(work, name, action, numbers)}
    return frozenset(found)


def parent_of(work: Work, record: Record) -> RecordId | None:
    """The record that a PARENT-scoped row belongs to."""
    index = work.index(record.id.object)
    name = index.definition.parent
    assert name is not None
    return next(iter(referred(index.fields[name], record.values[name])), None)


def is_author(work: Work, record: Record) -> bool:
    """What one wrote oneself (a follow-up) one may change and delete (OBJ-14)."""
    return record.values.get("author") == work.principal.user_id


def check_standing(work: Work, id: RecordId, standing: Standing) -> None:
    """Raises NotFound or Forbidden unless the row is the viewer's to act on."""
    error = refusal(work, id, standing)
    if error is not None:
        raise error


def refusal(work: Work, id: RecordId, standing: Standing) -> AppError | None:
    """The error that a row's standing means; None when the viewer may act on it."""
    if standing is Standing.NOT_FOUND:
        return NotFound(id=str(id))
    if standing is Standing.VISIBLE:
        return Forbidden("record", object=work.definition(id.object).label)
    return None
