"""Rows of object tables in and out: parsed values by field name on one side, columns on the other.

Knows no rights and no rules; never `SELECT *` (M27). Each function that reads or writes rows
first looks whether there is time left.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import RowMapping, insert, select, update
from sqlalchemy import delete as delete_from

from engine.base.identifiers import RecordId
from engine.commands.work import Work
from metadata.field_types.contract import ValueKind
from metadata.field_types.registry import field_type
from metadata.model import FieldDef, RowScope
from metadata.snapshot import ObjectIndex


@dataclass(frozen=True, slots=True)
class Record:
    """A loaded row: its id and the parsed value of every field."""

    id: RecordId
    values: Mapping[str, Any]

    @property
    def version(self) -> int | None:
        found: int | None = self.values.get("version")
        return found


def to_record(index: ObjectIndex, row: RowMapping | Mapping[str, Any]) -> Record:
    """A row of all columns → the record."""
    columns = dict(row)
    return Record(
        RecordId(index.name, columns["id"]),
        {
            name: field_type(each.type).load(each, columns)
            for name, each in index.fields.items()
            if field_type(each.type).columns(each)
        },
    )


def to_columns(index: ObjectIndex, values: Mapping[str, Any]) -> dict[str, Any]:
    """Column → value to bind, for the fields given, companions included."""
    found: dict[str, Any] = {}
    for name, value in values.items():
        each = index.fields[name]
        found.update(field_type(each.type).store(each, value))
    return found


def referred(each: FieldDef, value: Any) -> tuple[RecordId, ...]:
    """The records that a parsed value of a relation refers to; () for any other type."""
    if value is None:
        return ()
    kind = field_type(each.type).kind
    if kind is ValueKind.RECORD:
        return (value,)
    if kind is ValueKind.RELATION:
        return (RecordId(str(each.target), value),)
    if kind is ValueKind.RELATIONS:
        return tuple(RecordId(str(each.target), number) for number in value)
    return ()


def logged(each: FieldDef, value: Any) -> Any:
    """A parsed value as the operation log keeps it."""
    return None if value is None else field_type(each.type).log(each, value)


def load_records(work: Work, object_name: str, numbers: Sequence[int]) -> dict[int, Record]:
    """The rows with these ids, trash included, by id."""
    work.check_deadline()
    table = work.table(object_name)
    rows = work.connection.execute(
        select(*table.columns).where(table.c.id.in_(numbers)).order_by(table.c.id)
    ).mappings()
    index = work.index(object_name)
    return {row["id"]: to_record(index, row) for row in rows}


def first_stamps(work: Work, index: ObjectIndex) -> dict[str, Any]:
    """What every new row gets: its creator owns it (OBJ-02)."""
    me = work.principal.user_id
    stamps = {
        "version": 1,
        "owner": me,
        "author": me,
        "createdBy": me,
        "createdAt": work.at,
        "updatedAt": work.at,
    }
    if index.definition.row_scope is RowScope.PERSONAL:
        stamps[str(index.definition.parent)] = me
    return {name: value for name, value in stamps.items() if name in index.fields}


def next_stamps(work: Work, record: Record) -> dict[str, Any]:
    """What every changed row gets."""
    stamps = {"version": (record.version or 0) + 1, "updatedAt": work.at}
    fields = work.index(record.id.object).fields
    return {name: value for name, value in stamps.items() if name in fields}


def insert_record(work: Work, object_name: str, values: Mapping[str, Any]) -> RecordId:
    """Inserts one row with its first stamps; returns its id."""
    work.check_deadline()
    table, index = work.table(object_name), work.index(object_name)
    columns = to_columns(index, {**first_stamps(work, index), **values})
    number = work.connection.execute(
        insert(table).values(columns).returning(table.c.id)
    ).scalar_one()
    return RecordId(object_name, number)


def insert_records(work: Work, object_name: str, rows: Sequence[Mapping[str, Any]]) -> None:
    """Inserts many rows that give the same fields."""
    if rows:
        index = work.index(object_name)
        stamps = first_stamps(work, index)
        columns = [to_columns(index, {**stamps, **values}) for values in rows]
        work.connection.execute(insert(work.table(object_name)), columns)


def update_record(work: Work, id: RecordId, values: Mapping[str, Any]) -> None:
    """Writes these fields of the row and no others: `values` hold the stamps where they move."""
    work.check_deadline()
    table = work.table(id.object)
    columns = to_columns(work.index(id.object), values)
    work.connection.execute(update(table).where(table.c.id == id.number).values(columns))


def delete_rows(work: Work, object_name: str, numbers: Sequence[int]) -> None:
    """Deletes the rows; what hangs on them by foreign keys goes with them."""
    work.check_deadline()
    if numbers:
        table = work.table(object_name)
        work.connection.execute(delete_from(table).where(table.c.id.in_(numbers)))
