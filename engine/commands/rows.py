"""Rows of object tables in and out: parsed values by field name on one side, columns on the other.

Knows no rights and no rules; never `SELECT *` (M27). Each function that reads or writes rows
first looks whether there is time left.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import RowMapping, insert
from sqlalchemy import delete as delete_from

from engine.base.identifiers import RecordId
from engine.commands.work import Work
from engine.db.binding import among, bound
from engine.db.quoting import quote, table
from metadata.field_types.contract import ValueKind
from metadata.field_types.registry import field_type
from metadata.model import FieldDef, RowScope
from metadata.snapshot import ObjectIndex

_Load = Callable[[FieldDef, Mapping[str, Any]], Any]
_RELATIONS = (ValueKind.RELATION, ValueKind.RELATIONS)


@dataclass(frozen=True, slots=True)
class Record:
    """A loaded row: its id and the parsed value of every field."""

    id: RecordId
    values: Mapping[str, Any]

    @property
    def version(self) -> int | None:
        found: int | None = self.values.get("version")
        return found


def to_record(index: ObjectIndex, row: Mapping[str, Any] | RowMapping) -> Record:
    """A row of all columns → the record."""
    columns: Any = row
    found = {name: load(each, columns) for name, each, load in _loaded(index)}
    return Record(RecordId(index.name, columns["id"]), found)


def columns_of(index: ObjectIndex) -> tuple[str, ...]:
    """The columns that a record is made of: `id`, and those of values without companions, which
    are long and follow from the values."""
    return index.derived.get("columns", lambda: ("id", *_value_columns(index)))


def _loaded(index: ObjectIndex) -> tuple[tuple[str, FieldDef, _Load], ...]:
    """The fields that have columns, and what loads each."""
    return index.derived.get(
        "loaded",
        lambda: tuple(
            (name, each, field_type(each.type).load)
            for name, each in index.fields.items()
            if field_type(each.type).columns(each)
        ),
    )


def _value_columns(index: ObjectIndex) -> Iterator[str]:
    for each in index.fields.values():
        kind = field_type(each.type)
        found = [column.name for column in kind.columns(each)]
        # only a reference to any object needs two to be told
        yield from found if kind.kind is ValueKind.RECORD else found[:1]


def to_columns(index: ObjectIndex, values: Mapping[str, Any]) -> dict[str, Any]:
    """Column → value to bind, for the fields given, companions included."""
    found: dict[str, Any] = {}
    for name, value in values.items():
        each = index.fields[name]
        found.update(field_type(each.type).store(each, value))
    return found


def referred(each: FieldDef, value: Any) -> tuple[RecordId, ...]:
    """The records that a parsed value of a relation refers to, in rows of a sub-table too; ()
    for any other type."""
    if value is None:
        return ()
    kind = field_type(each.type).kind
    if kind is ValueKind.RECORD:
        return (value,)
    if kind is ValueKind.RELATION:
        return (RecordId(str(each.target), value),)
    if kind is ValueKind.RELATIONS:
        return tuple(RecordId(str(each.target), number) for number in value)
    if kind is ValueKind.ROWS:
        return tuple(
            record
            for row in value
            for column in each.rows
            for record in referred(column, _parsed(column, row.get(column.name)))
        )
    return ()


def _parsed(column: FieldDef, kept: Any) -> Any:
    """A value that a row of a sub-table keeps, of a relation; None of any other type."""
    kind = field_type(column.type)
    return kind.parse(column, kept) if kind.kind in _RELATIONS else None


def logged(each: FieldDef, value: Any) -> Any:
    """A parsed value as the operation log keeps it."""
    return None if value is None else field_type(each.type).log(each, value)


def load_records(work: Work, object_name: str, numbers: Sequence[int]) -> dict[int, Record]:
    """The rows with these ids, trash included, by id."""
    work.check_deadline()
    index = work.index(object_name)
    columns = columns_of(index)
    condition, values = among("id", set(numbers))
    found = work.statements.fetch(
        f"select {', '.join(map(quote, columns))} from {table(work.schema, index.definition.table)}"
        f" where {condition} order by id",
        values,
    )
    records = (to_record(index, dict(zip(columns, row, strict=True))) for row in found)
    return {record.id.number: record for record in records}


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
    rows, index = work.table(object_name), work.index(object_name)
    columns = to_columns(index, {**first_stamps(work, index), **values})
    ((number,),) = work.statements.fetch(
        _insert_sql(work.schema, rows.name, tuple(columns)), bound(rows, columns)
    )
    return RecordId(object_name, number)


@lru_cache(maxsize=1_000)
def _insert_sql(schema: str, name: str, columns: tuple[str, ...]) -> str:
    values = ", ".join(f"%({each})s" for each in columns)
    names = ", ".join(map(quote, columns))
    return f"insert into {table(schema, name)} ({names}) values ({values}) returning id"


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
    columns = to_columns(work.index(id.object), values)
    work.statements.update_later(work.table(id.object), id.number, columns)


def delete_rows(work: Work, object_name: str, numbers: Sequence[int]) -> None:
    """Deletes the rows; what hangs on them by foreign keys goes with them."""
    work.check_deadline()
    if numbers:
        rows = work.table(object_name)
        work.connection.execute(delete_from(rows).where(rows.c.id.in_(numbers)))
