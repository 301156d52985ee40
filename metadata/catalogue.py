"""What PostgreSQL's catalogue says a company's schema is made of, in comparable form.

Only looks; `metadata/check.py` says what is wrong with it, `changes/background.py` mends it.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Row, text

from metadata import catalogue_statements as statements
from metadata.ddl import create_index, create_trigger
from metadata.physical import ForeignKey, PhysicalColumn, PhysicalIndex, Trigger

_LONG_TYPES = {"timestamptz": "timestamp with time zone"}
_COLLATE = re.compile(r"\s+collate\s+\"?c\"?", re.IGNORECASE)
_FOUND_ON_DELETE = {"r": "restrict", "c": "cascade", "n": "set null", "a": "no action"}


@dataclass(frozen=True, slots=True)
class FoundColumn:
    """`sql_type` as `format_type` spells it, followed by ` collate c` where it has that."""

    sql_type: str
    not_null: bool
    has_default: bool


@dataclass(frozen=True, slots=True)
class FoundIndex:
    definition: str
    valid: bool


@dataclass(frozen=True, slots=True)
class FoundKey:
    definition: str
    validated: bool


@dataclass(frozen=True)
class FoundTable:
    """`guards` are the triggers that always refuse changes of rows; `size` is in bytes."""

    size: int = 0
    columns: dict[str, FoundColumn] = field(default_factory=dict)
    primary_key: list[str] = field(default_factory=list)
    indexes: dict[str, FoundIndex] = field(default_factory=dict)
    foreign_keys: dict[str, FoundKey] = field(default_factory=dict)
    guards: list[str] = field(default_factory=list)
    triggers: dict[str, str] = field(default_factory=dict)


def read_catalogue(
    connection: Connection, schema: str, only: Sequence[str] | None = None
) -> Mapping[str, FoundTable]:
    """The tables of a schema by name; `only` some of them."""
    return _read(connection, schema, only, (*_INDEX_PARTS, *_OTHER_PARTS))


def read_indexes(
    connection: Connection, schema: str, only: Sequence[str] | None = None
) -> Mapping[str, FoundTable]:
    """The same, of which only sizes, indexes with primary keys, and foreign keys are read."""
    return _read(connection, schema, only, _INDEX_PARTS)


def _read(
    connection: Connection, schema: str, only: Sequence[str] | None, parts: Sequence["_Part"]
) -> Mapping[str, FoundTable]:
    values = {"schema": schema, "only": None if only is None else list(only)}
    rows = _rows(connection, statements.TABLES, values)
    found = {row.relname: FoundTable(size=row.size) for row in rows}
    for statement, note in parts:
        for row in _rows(connection, statement, values):
            # what comes and goes between the statements is left to the next look
            if row.relname in found:
                note(found[row.relname], row, schema)
    return found


def read_routines(connection: Connection, schema: str) -> Mapping[str, str]:
    """The bodies of the functions that compute columns, by name."""
    rows = _rows(connection, statements.ROUTINES, {"schema": schema})
    return {row.proname: row.prosrc for row in rows}


_ONLY = "(cast(:only as text[]) is null or c.relname = any(:only))"


def _rows(connection: Connection, statement: str, values: Mapping[str, Any]) -> Sequence[Row[Any]]:
    return connection.execute(text(statement.replace("{only}", _ONLY)), values).all()


def _note_column(found: FoundTable, row: Row[Any], schema: str) -> None:
    found.columns[row.attname] = FoundColumn(row.sql_type, row.attnotnull, row.has_default)


def _note_index(found: FoundTable, row: Row[Any], schema: str) -> None:
    if row.indisprimary:
        found.primary_key.extend(row.key_columns)
    elif row.definition is not None:
        found.indexes[row.index_name] = FoundIndex(
            _canonical(schema, row.definition), row.indisvalid
        )


def _note_foreign_key(found: FoundTable, row: Row[Any], schema: str) -> None:
    on_delete = _FOUND_ON_DELETE.get(row.confdeltype, row.confdeltype)
    # a key that refers to another schema is told by its full name
    target = row.target if row.target_schema == schema else f"{row.target_schema}.{row.target}"
    found.foreign_keys[row.conname] = FoundKey(
        f"{','.join(row.key_columns)} -> {target} {on_delete}", row.convalidated
    )


def _note_guard(found: FoundTable, row: Row[Any], schema: str) -> None:
    found.guards.append(row.tgname)


def _note_trigger(found: FoundTable, row: Row[Any], schema: str) -> None:
    found.triggers[row.tgname] = _canonical(schema, row.definition)


def expected_type(column: PhysicalColumn) -> str:
    """The type of a column as FoundColumn spells it."""
    plain, collated = _COLLATE.subn("", column.sql_type)
    spelled = _LONG_TYPES.get(plain, plain).replace(", ", ",")
    return f"{spelled} collate c" if collated else spelled


def expected_index(schema: str, table_name: str, index: PhysicalIndex) -> str:
    """The definition of an index as FoundIndex spells it."""
    return _canonical(schema, create_index(schema, table_name, index))


def expected_trigger(schema: str, table_name: str, trigger: Trigger) -> str:
    """The definition of a trigger as FoundTable spells it."""
    return _canonical(schema, create_trigger(schema, table_name, trigger))


def expected_key(key: ForeignKey) -> str:
    """The definition of a foreign key as FoundKey spells it."""
    return f"{key.column} -> {key.target} {key.on_delete}"


def _canonical(schema: str, definition: str) -> str:
    """Our spelling and that of `pg_get_indexdef` brought together."""
    bare = definition.lower().replace('"', "").replace("'", "").replace(f" {schema}.", " ")
    return bare.replace("where (deleted_at is null)", "where deleted_at is null")


_Part = tuple[str, Callable[[FoundTable, Row[Any], str], None]]
_INDEX_PARTS: tuple[_Part, ...] = (
    (statements.INDEXES, _note_index),
    (statements.FOREIGN_KEYS, _note_foreign_key),
)
_OTHER_PARTS: tuple[_Part, ...] = (
    (statements.COLUMNS, _note_column),
    (statements.GUARDS, _note_guard),
    (statements.TRIGGERS, _note_trigger),
)
