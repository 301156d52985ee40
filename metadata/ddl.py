"""From physical values to the statements that make them. Runs nothing itself.

All text comes from quoted identifiers and from types and expressions of `metadata/physical.py`.
"""

from collections.abc import Iterator, Sequence

from engine.db.quoting import quote, table
from metadata.formulas.triggers import with_triggers
from metadata.internal_tables import INTERNAL_TABLES
from metadata.model import ObjectDef
from metadata.physical import (
    ForeignKey,
    PhysicalColumn,
    PhysicalIndex,
    PhysicalTable,
    Routine,
    Trigger,
    physical_tables,
)

GUARD = "refuse_change"  # the function and the triggers that keep append-only tables so


def create_statements(schema: str, objects: Sequence[ObjectDef]) -> Iterator[str]:
    """Everything of a new company, in an order that works."""
    tables = company_tables(objects)
    yield from table_statements(schema, tables)
    yield from index_statements(schema, tables)


def company_tables(objects: Sequence[ObjectDef]) -> tuple[PhysicalTable, ...]:
    """All tables of a company: the internal ones and one per object."""
    return (*INTERNAL_TABLES, *object_tables(objects))


def object_tables(objects: Sequence[ObjectDef]) -> tuple[PhysicalTable, ...]:
    """The tables of the objects with what keeps their computed columns."""
    return with_triggers(physical_tables(objects), objects)


def table_statements(schema: str, tables: Sequence[PhysicalTable]) -> Iterator[str]:
    """The schema and its tables with primary keys and guards: enough to load rows."""
    yield f"create schema {quote(schema)}"
    yield create_guard(schema)
    for each in tables:
        yield from create_table(schema, each)
    for each in tables:
        yield from trigger_statements(schema, each)


def trigger_statements(schema: str, made: PhysicalTable) -> Iterator[str]:
    """The functions and triggers of a table; they may speak of tables that come later."""
    yield from (set_routine(schema, each) for each in made.routines)
    yield from (create_trigger(schema, made.name, each) for each in made.triggers)


def index_statements(schema: str, tables: Sequence[PhysicalTable]) -> Iterator[str]:
    """Indexes and foreign keys: after the rows, when there are many."""
    for each in tables:
        for index in each.indexes:
            yield create_index(schema, each.name, index)
    for each in tables:
        if each.foreign_keys:
            clauses = ", ".join(_foreign_key(schema, key) for key in each.foreign_keys)
            yield f"alter table {table(schema, each.name)} {clauses}"


def create_guard(schema: str) -> str:
    """The function behind the triggers of append-only tables."""
    return (
        f"create function {table(schema, GUARD)}() returns trigger language plpgsql as $$ begin"
        " raise exception 'this table is append-only' using errcode = 'insufficient_privilege';"
        " end $$"
    )


def create_table(schema: str, made: PhysicalTable) -> Iterator[str]:
    """A table without indexes and foreign keys."""
    parts = [column_definition(column) for column in made.columns]
    parts.append(f"primary key ({', '.join(quote(name) for name in made.primary_key)})")
    if made.primary_key == ("singleton",):
        parts.append("check (singleton)")
    name = table(schema, made.name)
    yield f"create table {name} ({', '.join(parts)})"
    if made.append_only:
        yield (
            f"create trigger {quote(GUARD)} before update or delete or truncate on {name}"
            f" for each statement execute function {table(schema, GUARD)}()"
        )
        # "always" holds for sessions in replica mode too
        yield f"alter table {name} enable always trigger {quote(GUARD)}"


def set_routine(schema: str, routine: Routine) -> str:
    """The function, new or in place of the one of that name."""
    return (
        f"create or replace function {table(schema, routine.name)}({routine.arguments})"
        f" returns {routine.returns} language plpgsql as $routine${routine_body(schema, routine)}"
        "$routine$"
    )


def routine_body(schema: str, routine: Routine) -> str:
    """The text between BEGIN and END, and these words, as the catalogue keeps it."""
    # a schema's name is a physical name: nothing in it needs to be escaped
    return routine.body.replace("{schema}", quote(schema)).replace("{name}", schema)


def drop_routine(schema: str, name: str) -> str:
    return f"drop function if exists {table(schema, name)}"


def create_trigger(schema: str, table_name: str, trigger: Trigger) -> str:
    return (
        f"create trigger {quote(trigger.name)} {trigger.when} on {table(schema, table_name)}"
        f" {trigger.each} execute function {table(schema, trigger.routine)}()"
    )


def drop_trigger(schema: str, table_name: str, name: str) -> str:
    return f"drop trigger if exists {quote(name)} on {table(schema, table_name)}"


def column_definition(column: PhysicalColumn) -> str:
    """A column as CREATE TABLE and ADD COLUMN take it."""
    definition = f"{quote(column.name)} {column.sql_type}"
    if column.identity:
        definition += " generated by default as identity"
    if column.not_null:
        definition += " not null"
    if column.default is not None:
        definition += f" default {column.default}"
    return definition


def create_index(
    schema: str, table_name: str, index: PhysicalIndex, *, concurrently: bool = False
) -> str:
    """`concurrently` does not hinder writers, but runs outside a transaction only."""
    words = "create unique index" if index.unique else "create index"
    if concurrently:
        words += " concurrently"
    statement = (
        f"{words} {quote(index.name)} on {table(schema, table_name)}"
        f" using {index.method} ({', '.join(index.terms)})"
    )
    if index.options:
        statement += f" with ({index.options})"
    if index.where:
        statement += f" where {index.where}"
    return statement


def drop_index(schema: str, name: str) -> str:
    return f"drop index if exists {table(schema, name)}"


def add_foreign_key(
    schema: str, table_name: str, key: ForeignKey, *, validated: bool = True
) -> str:
    """`validated=False` takes the lock for a moment only; rows are checked later."""
    clause = _foreign_key(schema, key) + ("" if validated else " not valid")
    return f"alter table {table(schema, table_name)} {clause}"


def _foreign_key(schema: str, key: ForeignKey) -> str:
    return (
        f"add constraint {quote(key.name)} foreign key ({quote(key.column)})"
        f' references {table(schema, key.target)} ("id") on delete {key.on_delete}'
    )
