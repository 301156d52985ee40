"""Brings indexes and foreign keys to what the metadata says, beside the traffic.

Goes by what the catalogue lacks, so it may be stopped and started again at any point. Tables
and columns are made in the transaction of the change itself (decision 10).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

from sqlalchemy import Connection, Engine, text

from engine.db.quoting import quote, table
from metadata.catalogue import FoundTable, expected_index, read_catalogue
from metadata.changes.patience import LOCK_TIMEOUT_MS, retry_when_busy
from metadata.ddl import add_foreign_key, company_tables, create_index, drop_index
from metadata.physical import PhysicalTable
from metadata.store import load_snapshot


@dataclass(frozen=True, slots=True)
class Pending:
    """Statements that are missing: what frees a name first, then indexes, then keys."""

    statements: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.statements)


def complete_tables(engine: Engine, schema: str, *, concurrently: bool = True) -> int:
    """Runs what is missing, each statement by itself; returns how many there were.

    `concurrently=False` is for companies nobody works in yet: faster, but locks out writers.
    Raises what the database raises, e.g. for an index over rows that are not unique.
    """
    with engine.begin() as connection:
        pending = find_pending(connection, schema, concurrently=concurrently)
    if not pending:
        return 0
    with _long_running(engine) as connection:
        for statement in pending.statements:
            retry_when_busy(partial(connection.exec_driver_sql, statement))
    return len(pending.statements)


def find_pending(connection: Connection, schema: str, *, concurrently: bool = True) -> Pending:
    """What `complete_tables` would run now."""
    expected = company_tables(load_snapshot(connection, schema).objects)
    found = read_catalogue(connection, schema)
    statements: list[str] = []
    for each in expected:
        there = found.get(each.name)
        if there is not None:
            statements += _indexes(schema, each, there, concurrently)
    for each in expected:
        there = found.get(each.name)
        if there is not None:
            statements += _foreign_keys(schema, each, there)
    return Pending(tuple(statements))


def _indexes(
    schema: str, each: PhysicalTable, there: FoundTable, concurrently: bool
) -> Iterator[str]:
    for index in each.indexes:
        present = there.indexes.get(index.name)
        wanted = expected_index(schema, each.name, index)
        if present is not None and present.valid and present.definition == wanted:
            continue
        if present is not None:
            yield drop_index(schema, index.name)
        yield create_index(schema, each.name, index, concurrently=concurrently)


def _foreign_keys(schema: str, each: PhysicalTable, there: FoundTable) -> Iterator[str]:
    for key in each.foreign_keys:
        present = there.foreign_keys.get(key.name)
        if present is None:
            yield add_foreign_key(schema, each.name, key, validated=False)
        if present is None or not present.validated:
            name = table(schema, each.name)
            yield f"alter table {name} validate constraint {quote(key.name)}"


@contextmanager
def _long_running(engine: Engine) -> Iterator[Connection]:
    """A connection without statement timeout, each statement its own transaction.

    CREATE INDEX CONCURRENTLY cannot be told its limits within a transaction, so this connection
    is taken out of the pool for good: what is set on it ends with it.
    """
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.detach()
        for name, value in (("statement_timeout", "0"), ("lock_timeout", str(LOCK_TIMEOUT_MS))):
            connection.execute(
                text("select set_config(:name, :value, false)"), {"name": name, "value": value}
            )
        yield connection
