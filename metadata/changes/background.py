"""Brings indexes and foreign keys to what the metadata says, beside the traffic.

Goes by what the catalogue lacks, so it may be stopped and started again at any point. Tables
and columns are made in the transaction of the change itself (principle 10).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

from sqlalchemy import Connection, Engine, text

from engine.db.quoting import quote, table
from metadata.catalogue import FoundTable, expected_index, read_catalogue
from metadata.changes.patience import LOCK_TIMEOUT_MS, Busy, retry_when_busy
from metadata.ddl import add_foreign_key, company_tables, create_index, drop_index
from metadata.physical import PhysicalTable
from metadata.store import load_snapshot

LARGE_TABLE_BYTES = 8_000_000


@dataclass(frozen=True, slots=True)
class Pending:
    """A statement that is missing. `patient` ones hinder nobody while they wait for others."""

    sql: str
    patient: bool = False


def complete_tables(engine: Engine, schema: str, *, concurrently: bool = True) -> int:
    """Runs what is missing, each statement by itself; returns how many there were.

    `concurrently=False` is for companies nobody works in yet: faster, but locks out writers.
    Raises what the database raises, e.g. for an index over rows that are not unique.
    """
    with engine.begin() as connection:
        if not find_pending(connection, schema, concurrently=concurrently):
            return 0
    with _long_running(engine) as connection:
        retry_when_busy(partial(_claim, connection, schema))
        pending = find_pending(connection, schema, concurrently=concurrently)
        for each in pending:
            retry_when_busy(partial(_run, connection, each))
    return len(pending)


def find_pending(
    connection: Connection, schema: str, *, concurrently: bool = True
) -> tuple[Pending, ...]:
    """What `complete_tables` would run now: indexes first, then foreign keys."""
    expected = company_tables(load_snapshot(connection, schema).objects)
    found = read_catalogue(connection, schema)
    present = [(each, found[each.name]) for each in expected if each.name in found]
    return (
        *(each for pair in present for each in _indexes(schema, pair, concurrently)),
        *(each for pair in present for each in _foreign_keys(schema, pair)),
    )


def _indexes(
    schema: str, pair: tuple[PhysicalTable, FoundTable], concurrently: bool
) -> Iterator[Pending]:
    each, there = pair
    # small tables are done before waiting for all other transactions would have begun
    aside = concurrently and there.size > LARGE_TABLE_BYTES
    for index in each.indexes:
        present = there.indexes.get(index.name)
        wanted = expected_index(schema, each.name, index)
        if present is not None and present.valid and present.definition == wanted:
            continue
        if present is not None:
            yield Pending(drop_index(schema, index.name))
        create = create_index(schema, each.name, index, concurrently=aside)
        yield Pending(create, patient=aside)


def _foreign_keys(schema: str, pair: tuple[PhysicalTable, FoundTable]) -> Iterator[Pending]:
    each, there = pair
    for key in each.foreign_keys:
        present = there.foreign_keys.get(key.name)
        if present is None:
            yield Pending(add_foreign_key(schema, each.name, key, validated=False))
        if present is None or not present.validated:
            name = table(schema, each.name)
            yield Pending(f"alter table {name} validate constraint {quote(key.name)}")


@contextmanager
def _long_running(engine: Engine) -> Iterator[Connection]:
    """A connection without statement timeout, each statement its own transaction.

    CREATE INDEX CONCURRENTLY cannot be told its limits within a transaction, so this connection
    is taken out of the pool for good: what is set on it ends with it.
    """
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.detach()
        _limit(connection, "statement_timeout", 0)
        yield connection


def _claim(connection: Connection, schema: str) -> None:
    """One process at a time, for as long as the connection lives. Raises Busy at once.

    Waiting inside the database would hold up the very index it waits for.
    """
    claimed = connection.execute(
        text("select pg_try_advisory_lock(hashtextextended(:key, 0))"),
        {"key": f"{schema}:indexes"},
    ).scalar_one()
    if not claimed:
        raise Busy


def _run(connection: Connection, each: Pending) -> None:
    _limit(connection, "lock_timeout", 0 if each.patient else LOCK_TIMEOUT_MS)
    connection.exec_driver_sql(each.sql)


def _limit(connection: Connection, name: str, milliseconds: int) -> None:
    connection.execute(
        text("select set_config(:name, :value, false)"), {"name": name, "value": str(milliseconds)}
    )
