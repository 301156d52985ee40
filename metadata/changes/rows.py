"""What rows say against a change: values twice in a field that shall be unique, blanks in one
that shall be required, values that another type cannot have, dangling references of one that comes
back. The first offenders by id.
"""

from collections.abc import Iterator
from dataclasses import replace

from sqlalchemy import Connection, text

from engine.base.errors import Problem
from engine.base.identifiers import RecordId
from engine.db.quoting import quote, table
from metadata.changes.change import Objects
from metadata.changes.conversions import conversion_path, type_labels, writes_anew
from metadata.changes.converted_values import (
    cell_misfits,
    converted_fields,
    is_convertible,
    misfits,
)
from metadata.changes.size import is_small
from metadata.changes.uniqueness import unique_term
from metadata.field_types.contract import ValueKind
from metadata.field_types.registry import field_type
from metadata.model import Capability, FieldDef, ObjectDef
from metadata.physical import ALIVE, physical_columns

MOST_OFFENDERS = 20


def row_problems(
    connection: Connection, schema: str, before: Objects, after: Objects
) -> tuple[Problem, ...]:
    """Why the rows that are there do not fit what shall become of their fields."""
    return tuple(
        problem
        for was, item, field in _changed(before, after)
        for problem in _field(connection, schema, (was, item), field)
    )


def late_problems(
    connection: Connection, schema: str, before: Objects, after: Objects
) -> tuple[Problem, ...]:
    """Blanks and values without counterpart that came since `row_problems` looked. Nobody writes
    one from here on: the tables are locked, but for large ones, where to look again would keep
    writers waiting."""
    blank = [
        (item, field)
        for was, item, field in _changed(before, after)
        if _becomes_required(was, field) and is_small(connection, schema, item.table)
    ]
    converted = tuple(converted_fields(before, after))
    tables = {item.table for item, _ in blank} | {item.table for item, _, _ in converted}
    for name in sorted(tables):
        rows = table(schema, name)
        connection.exec_driver_sql(f"lock table {rows} in share row exclusive mode")
    found = [_blank(connection, schema, item, field) for item, field in blank]
    found += [_misfits(connection, schema, *each) for each in converted]
    return tuple(problem for problems in found for problem in problems)


def equal_rows(
    connection: Connection, schema: str, item: ObjectDef, field: FieldDef
) -> Problem | None:
    """The rows that share a value in the field, at (object, field)."""
    ids = _duplicates(connection, schema, item, field)
    if not ids:
        return None
    return replace(_problem(item, field, "", "NOT_UNIQUE_ROWS", ids), path=(item.name, field.name))


def drop_dangling(connection: Connection, schema: str, before: Objects, after: Objects) -> None:
    """Empties what relations that came back refer to and is gone by now: while they were deleted
    no key held their targets. A new relation has none: to look for some would read the whole
    table under the lock of its new column."""
    gone = {(item.table, field.column) for item in before for field in item.deleted_fields}
    tables = {item.name: item.table for item in after if item.deleted_at is None}
    for item in after:
        for field in item.fields:
            is_relation = field_type(field.type).kind is ValueKind.RELATION
            if is_relation and (item.table, field.column) in gone:
                _drop_dangling(connection, schema, (item.table, tables[str(field.target)]), field)


def _drop_dangling(
    connection: Connection, schema: str, ends: tuple[str, str], field: FieldDef
) -> None:
    rows, targets = (table(schema, each) for each in ends)
    column = quote(physical_columns(field)[0].name)
    connection.execute(
        text(
            f"update {rows} r set {column} = null where {column} is not null"
            f" and not exists (select 1 from {targets} t where t.id = r.{column})"
        )
    )


def _field(
    connection: Connection, schema: str, items: tuple[ObjectDef, ObjectDef], field: FieldDef
) -> Iterator[Problem]:
    before, item = items
    old = _field_of(before, field.name)
    restored = old is None and any(each.name == field.name for each in before.deleted_fields)
    if field.unique and (restored or (old is not None and not old.unique)):
        ids = _duplicates(connection, schema, item, field)
        if ids:
            yield _problem(item, field, "unique", "NOT_UNIQUE_ROWS", ids)
    if _becomes_required(before, field):
        yield from _blank(connection, schema, item, field)
    if old is not None and writes_anew(old, field):
        yield from _unconvertible(connection, schema, (item, old, field))
    if old is not None and old.rows:
        yield from _misfit_cells(connection, schema, (item, old, field))


def _misfit_cells(
    connection: Connection, schema: str, change: tuple[ObjectDef, FieldDef, FieldDef]
) -> Iterator[Problem]:
    item, old, new = change
    for at, before, column, condition in cell_misfits(old, new):
        ids = _ids_where(connection, schema, item, condition)
        if ids:
            path = ("input", "rows", at, conversion_path(before, column))
            told = {**type_labels(before, column), "ids": _told(item, ids)}
            yield Problem(path, "TYPE_LOSES_ROWS", told)


def _unconvertible(
    connection: Connection, schema: str, change: tuple[ObjectDef, FieldDef, FieldDef]
) -> Iterator[Problem]:
    item, old, new = change
    if is_convertible(connection, schema, change):
        yield from _misfits(connection, schema, item, old, new)
    else:  # to write so many rows would keep everybody waiting (M28)
        path = ("input", conversion_path(old, new))
        yield Problem(path, "TYPE_TABLE_TOO_LARGE", type_labels(old, new))


def _misfits(
    connection: Connection, schema: str, item: ObjectDef, old: FieldDef, new: FieldDef
) -> Iterator[Problem]:
    """Rows whose values would be lost, in the trash too."""
    condition = misfits(old, new)
    ids = _ids_where(connection, schema, item, condition) if condition else []
    if ids:
        told = {**type_labels(old, new), "ids": _told(item, ids)}
        yield Problem(("input", conversion_path(old, new)), "TYPE_LOSES_ROWS", told)


def _changed(before: Objects, after: Objects) -> Iterator[tuple[ObjectDef, ObjectDef, FieldDef]]:
    """Every field of an object that changes, with the object as it was and as it will be."""
    known = {item.table: item for item in before}
    for item in after:
        was = known.get(item.table, item)
        if was is not item:
            yield from ((was, item, field) for field in item.fields)


def _field_of(item: ObjectDef, name: str) -> FieldDef | None:
    return next((each for each in item.fields if each.name == name), None)


def _becomes_required(was: ObjectDef, field: FieldDef) -> bool:
    old = _field_of(was, field.name)
    return field.required and old is not None and not old.required


def _blank(
    connection: Connection, schema: str, item: ObjectDef, field: FieldDef
) -> Iterator[Problem]:
    ids = _blanks(connection, schema, item, field)
    if ids:
        yield _problem(item, field, "required", "REQUIRED_ROWS", ids)


def _duplicates(connection: Connection, schema: str, item: ObjectDef, field: FieldDef) -> list[int]:
    """Rows whose value another living row has too, a group after the other."""
    term, alive = unique_term(item, field)
    rows = table(schema, item.table)
    found = connection.execute(
        text(
            f"select unnest(ids) from (select array_agg(id order by id) as ids from {rows}"
            f" where {alive}{term} is not null group by {term} having count(*) > 1"
            " order by min(id) limit :most) twice limit :most"
        ),
        {"most": MOST_OFFENDERS},
    )
    return list(found.scalars())


def _blanks(connection: Connection, schema: str, item: ObjectDef, field: FieldDef) -> list[int]:
    if field_type(field.type).kind is ValueKind.NONE:
        return []
    column = quote(physical_columns(field)[0].name)
    alive = f"{ALIVE} and " if item.can(Capability.TRASHABLE) else ""
    return _ids_where(connection, schema, item, f"{alive}{column} is null")


def _ids_where(connection: Connection, schema: str, item: ObjectDef, condition: str) -> list[int]:
    rows = table(schema, item.table)
    found = connection.exec_driver_sql(
        f"select id from {rows} where {condition} order by id limit {MOST_OFFENDERS}"
    )
    return list(found.scalars())


def _problem(item: ObjectDef, field: FieldDef, path: str, code: str, ids: list[int]) -> Problem:
    return Problem(("input", path), code, {"field": field.label, "ids": _told(item, ids)})


def _told(item: ObjectDef, ids: list[int]) -> list[str]:
    return [str(RecordId(item.name, number)) for number in ids]
