"""Brings indexes, foreign keys and computed columns to what the metadata says, beside the traffic.

Goes by what the catalogue lacks, so it may be stopped and started again at any point. Tables
and columns are made in the transaction of the change itself (principle 10).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial

from sqlalchemy import Connection, Engine, text

from engine.db.quoting import quote, table
from engine.db.write_engine import unbounded
from metadata.catalogue import FoundTable, expected_index, read_indexes
from metadata.changes.fill_beside import Expect, fill_waiting, is_filling, nobody_waits
from metadata.changes.patience import Busy, be_brief, retry_when_busy
from metadata.changes.size import is_long, is_small
from metadata.ddl import add_foreign_key, company_tables, create_index, drop_index
from metadata.model import ObjectDef
from metadata.physical import PhysicalTable, changed_tables
from metadata.store import Written, load_written

KEPT = 4  # companies whose tables are remembered


@dataclass(frozen=True, slots=True)
class Pending:
    """A statement that is missing, for the index or key `name` of `table`. `patient` ones hinder
    nobody while they wait for others."""

    sql: str
    table: str
    name: str
    patient: bool = False


def complete_tables(
    engine: Engine, schema: str, *, concurrently: bool = True, expect: Expect = nobody_waits
) -> int:
    """Runs what is missing, each statement by itself; returns how many there were.

    `concurrently=False` is for companies nobody works in yet: faster, but locks out writers.
    `expect` is told of the version that says that computed columns are filled.
    Raises what the database raises, e.g. for an index over rows that are not unique.
    """
    with engine.begin() as connection:
        pending = find_pending(connection, schema, concurrently=concurrently)
        if not pending and not is_filling(connection, schema):
            return 0
    # said, since a stricter default would keep a snapshot
    with engine.connect().execution_options(isolation_level="READ COMMITTED") as holder:
        holder.detach()
        retry_when_busy(partial(_claim, holder, schema))
        with engine.begin() as connection:
            pending = find_pending(connection, schema, concurrently=concurrently)
        for each in pending:
            retry_when_busy(partial(_run, engine, each))
        filled = fill_waiting(engine, schema, expect)
    return len(pending) + filled


def find_pending(
    connection: Connection, schema: str, *, concurrently: bool = True
) -> tuple[Pending, ...]:
    """What `complete_tables` would run now: indexes first, then foreign keys."""
    expected = expected_tables(load_written(connection, schema))
    return pending_of(connection, schema, expected, concurrently=concurrently)


@lru_cache(maxsize=KEPT)
def expected_tables(written: Written) -> tuple[PhysicalTable, ...]:
    """What the company's tables must be. Remembered, since who waits for the work asks again and
    again how far it is."""
    return company_tables(written.objects())


def pending_of(
    connection: Connection,
    schema: str,
    expected: Sequence[PhysicalTable],
    *,
    concurrently: bool = True,
) -> tuple[Pending, ...]:
    """What these tables lack, indexes first; one that is not there yet lacks nothing."""
    found = read_indexes(connection, schema, [each.name for each in expected])
    present = [(each, found[each.name]) for each in expected if each.name in found]
    return (
        *(each for pair in present for each in _indexes(schema, pair, concurrently)),
        *(each for pair in present for each in _foreign_keys(schema, pair)),
    )


def complete_small(
    connection: Connection, schema: str, before: Sequence[ObjectDef], after: Sequence[ObjectDef]
) -> None:
    """Makes the new indexes and keys of small tables within the transaction of the change, so
    that nothing is left to do; those of large tables stay pending."""
    old, new = changed_tables(before, after)
    known = {each.name: each for each in old}
    changed = [each for each in new if known.get(each.name, each) != each]
    small = [each for each in changed if is_small(connection, schema, each.name)]
    if not small:
        return
    for pending in pending_of(connection, schema, small, concurrently=False):
        connection.exec_driver_sql(pending.sql)


def _indexes(
    schema: str, pair: tuple[PhysicalTable, FoundTable], concurrently: bool
) -> Iterator[Pending]:
    each, there = pair
    # small tables are done before waiting for all other transactions would have begun
    aside = concurrently and is_long(there.size)
    for index in each.indexes:
        present = there.indexes.get(index.name)
        wanted = expected_index(schema, each.name, index)
        if present is not None and present.valid and present.definition == wanted:
            continue
        if present is not None:
            yield Pending(drop_index(schema, index.name), each.name, index.name)
        create = create_index(schema, each.name, index, concurrently=aside)
        yield Pending(create, each.name, index.name, patient=aside)


def _foreign_keys(schema: str, pair: tuple[PhysicalTable, FoundTable]) -> Iterator[Pending]:
    each, there = pair
    for key in each.foreign_keys:
        present = there.foreign_keys.get(key.name)
        if present is None:
            add = add_foreign_key(schema, each.name, key, validated=False)
            yield Pending(add, each.name, key.name)
        if present is None or not present.validated:
            validate = f"alter table {table(schema, each.name)} validate constraint"
            yield Pending(f"{validate} {quote(key.name)}", each.name, key.name)


def _claim(connection: Connection, schema: str) -> None:
    """One process at a time, until the transaction of this connection ends. Raises Busy at once.

    Waiting inside the database would hold up the very index it waits for; a transaction that
    only holds the lock has no snapshot, and holds up none.
    """
    be_brief(connection)
    claimed = connection.execute(
        text("select pg_try_advisory_xact_lock(hashtextextended(:key, 0))"),
        {"key": f"{schema}:indexes"},
    ).scalar_one()
    if not claimed:
        connection.rollback()
        raise Busy


def _run(engine: Engine, each: Pending) -> None:
    if each.patient:
        with unbounded(engine) as connection:
            connection.exec_driver_sql(each.sql)
        return
    with engine.begin() as connection:
        be_brief(connection)
        connection.exec_driver_sql(each.sql)
