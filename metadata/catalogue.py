"""What PostgreSQL's catalogue says a company's schema is made of, in comparable form.

Only looks; `metadata/check.py` says what is wrong with it, `changes/background.py` mends it.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Row, text

from metadata.ddl import create_index
from metadata.physical import ForeignKey, PhysicalColumn, PhysicalIndex

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


def read_catalogue(connection: Connection, schema: str) -> Mapping[str, FoundTable]:
    """The tables of a schema by name."""
    rows = _rows(connection, _TABLES, {"schema": schema})
    found = {row.relname: FoundTable(size=row.size) for row in rows}
    for statement, note in _PARTS:
        for row in _rows(connection, statement, {"schema": schema}):
            # what comes and goes between the statements is left to the next look
            if row.relname in found:
                note(found[row.relname], row, schema)
    return found


def _rows(connection: Connection, statement: str, values: dict[str, str]) -> Sequence[Row[Any]]:
    return connection.execute(text(statement), values).all()


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


def expected_type(column: PhysicalColumn) -> str:
    """The type of a column as FoundColumn spells it."""
    plain, collated = _COLLATE.subn("", column.sql_type)
    spelled = _LONG_TYPES.get(plain, plain).replace(", ", ",")
    return f"{spelled} collate c" if collated else spelled


def expected_index(schema: str, table_name: str, index: PhysicalIndex) -> str:
    """The definition of an index as FoundIndex spells it."""
    return _canonical(schema, create_index(schema, table_name, index))


def expected_key(key: ForeignKey) -> str:
    """The definition of a foreign key as FoundKey spells it."""
    return f"{key.column} -> {key.target} {key.on_delete}"


def _canonical(schema: str, definition: str) -> str:
    """Our spelling and that of `pg_get_indexdef` brought together."""
    bare = definition.lower().replace('"', "").replace("'", "").replace(f" {schema}.", " ")
    return bare.replace("where (deleted_at is null)", "where deleted_at is null")


_TABLES = """
select c.relname, coalesce(pg_relation_size(c.oid), 0) as size
from pg_class c join pg_namespace n on n.oid = c.relnamespace
where n.nspname = :schema and c.relkind in ('r', 'p', 'v', 'm', 'f') order by c.relname
"""

_COLUMNS = """
select c.relname, a.attname, a.attnotnull, a.atthasdef or a.attidentity <> '' as has_default,
  format_type(a.atttypid, a.atttypmod)
    || case when co.collname = 'C' then ' collate c' else '' end as sql_type
from pg_attribute a join pg_class c on c.oid = a.attrelid
join pg_namespace n on n.oid = c.relnamespace
left join pg_collation co on co.oid = a.attcollation
where n.nspname = :schema and c.relkind in ('r', 'p') and a.attnum > 0 and not a.attisdropped
order by c.relname, a.attnum
"""

_INDEXES = """
select c.relname, i.relname as index_name, x.indisprimary, x.indisvalid and x.indisready
    as indisvalid,
  pg_get_indexdef(x.indexrelid, 0, true) as definition,
  array(select a.attname::text from unnest(x.indkey::int2[]) with ordinality k(attnum, at)
    join pg_attribute a on a.attrelid = c.oid and a.attnum = k.attnum order by k.at) as key_columns
from pg_index x join pg_class c on c.oid = x.indrelid join pg_class i on i.oid = x.indexrelid
join pg_namespace n on n.oid = c.relnamespace
where n.nspname = :schema and c.relkind in ('r', 'p') order by c.relname, i.relname
"""

_FOREIGN_KEYS = """
select c.relname, o.conname, o.convalidated, o.confdeltype::text as confdeltype,
  t.relname as target, tn.nspname as target_schema,
  array(select a.attname::text from unnest(o.conkey) k(attnum)
    join pg_attribute a on a.attrelid = c.oid and a.attnum = k.attnum) as key_columns
from pg_constraint o join pg_class c on c.oid = o.conrelid
join pg_class t on t.oid = o.confrelid
join pg_namespace tn on tn.oid = t.relnamespace
join pg_namespace n on n.oid = c.relnamespace
where n.nspname = :schema and o.contype = 'f' order by c.relname, o.conname
"""

# 58: BEFORE, and all of UPDATE, DELETE and TRUNCATE, for each statement
_GUARDS = """
select c.relname, t.tgname from pg_trigger t join pg_class c on c.oid = t.tgrelid
join pg_namespace n on n.oid = c.relnamespace join pg_proc p on p.oid = t.tgfoid
where n.nspname = :schema and not t.tgisinternal and t.tgenabled = 'A'
  and t.tgtype & 58 = 58 and t.tgtype & 1 = 0 and p.proname = 'refuse_change'
order by c.relname, t.tgname
"""

_PARTS: tuple[tuple[str, Callable[[FoundTable, Row[Any], str], None]], ...] = (
    (_COLUMNS, _note_column),
    (_INDEXES, _note_index),
    (_FOREIGN_KEYS, _note_foreign_key),
    (_GUARDS, _note_guard),
)
