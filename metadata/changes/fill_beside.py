"""Computed columns of large tables, filled beside the traffic in small batches, each a transaction.

`computed_fill` has how far a table is, and which rows were left out because somebody held them: so
a killed process is followed by one that goes on. A batch that holds rows waits for none (DECISIONS
51): it takes those that are free, with all records that follow from them, and comes back for the
rest. When nothing is free, it begins with waiting for one row while it holds none.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from sqlalchemy import Connection, Engine, text

from engine.db.quoting import table
from metadata.changes.computed import FILL, compute
from metadata.changes.filling import without_filling
from metadata.changes.patience import be_brief, lock_metadata, retry_when_busy
from metadata.changes.publish import publish
from metadata.configuration.history import DIFFERENCES, differences_of
from metadata.ddl import company_tables
from metadata.formulas.roll_ups import inputs_of
from metadata.formulas.triggers import RolledUp, all_rolled_up
from metadata.model import ObjectDef
from metadata.physical import PhysicalTable
from metadata.snapshot import living
from metadata.store import Written, load_version, load_written, render

BATCH = 200
LOCK_TIMEOUT_MS = 100  # for the tables themselves, which changes of metadata lock
PATIENCE_MS = 1_000  # for one row that others hold
MOST_SKIPPED = 2_000  # so many are left out before the fill goes no further without them
FILLED = "fillFields"  # what the history calls it

Expect = Callable[[Written], None]
Above = Mapping[str, Sequence[RolledUp]]  # by table: what follows when its computed fields do


@dataclass(frozen=True, slots=True)
class _Plan:
    """What a version of the metadata says of a table to be filled; None: it is gone."""

    version: int
    made: PhysicalTable | None
    above: Above


@dataclass(frozen=True, slots=True)
class _Batch:
    """What became of one: whether rows are left, and the row of a table that stood in the way when
    none could be computed."""

    plan: _Plan
    done: bool = False
    refused: tuple[str, int] | None = None


def fills_waiting(connection: Connection, schema: str) -> Mapping[str, int]:
    """The tables that are not filled to the end yet, with the id that was reached."""
    rows = connection.execute(
        text(f"select table_name, last_id from {table(schema, FILL)} order by table_name")
    )
    return {row.table_name: row.last_id for row in rows}


def is_filling(connection: Connection, schema: str) -> bool:
    """Is anything left to do here?"""
    objects = load_written(connection, schema).objects()
    return bool(fills_waiting(connection, schema)) or any(each.filling for each in objects)


def nobody_waits(written: Written) -> None:
    """For who tells nobody of metadata to come."""


def fill_waiting(engine: Engine, schema: str, expect: Expect = nobody_waits) -> int:
    """Goes on with what is noted until nothing is; returns the number of tables finished. Then
    the metadata say so, as a version of their own that `expect` is told of first."""
    finished = 0
    while True:
        with engine.begin() as connection:
            waiting = fills_waiting(connection, schema)
        for name in waiting:
            _fill(engine, schema, name)
        finished += len(waiting)
        _expect(engine, schema, expect)
        if retry_when_busy(partial(_told_filled, engine, schema)):
            return finished


def _fill(engine: Engine, schema: str, name: str) -> None:
    batch = None
    while batch is None or not batch.done:
        batch = retry_when_busy(partial(_go_on, engine, (schema, name), batch))


def _go_on(engine: Engine, place: tuple[str, str], former: _Batch | None) -> _Batch:
    """One batch and how far it came, in one transaction."""
    schema, name = place
    with engine.begin() as connection:
        if former is not None and former.refused is not None:
            _wait_for(connection, schema, *former.refused)
        be_brief(connection, LOCK_TIMEOUT_MS)
        row = connection.execute(
            text(
                f"select last_id, skipped from {table(schema, FILL)} where table_name = :name"
                " for update"  # a change of the formula begins anew, but not within a batch
            ),
            {"name": name},
        ).one_or_none()
        plan = _plan(connection, place, former)
        if row is None or plan.made is None:
            _forget(connection, place)
            return _Batch(plan, done=True)
        ids, last, skipped = _next(connection, place, row.last_id, row.skipped)
        if not ids and not skipped:
            _forget(connection, place)
            return _Batch(plan, done=True)
        locking = _Locking(connection, schema, plan.above)
        mine = locking.lock(name, ids)
        if mine:
            compute(connection, schema, plan.made, sorted(mine))
        _reached(connection, place, last, [*skipped, *(each for each in ids if each not in mine)])
        return _Batch(plan, refused=None if mine else locking.refused)


def _wait_for(connection: Connection, schema: str, name: str, id: int) -> None:
    be_brief(connection, PATIENCE_MS)
    connection.execute(
        text(f"select 1 from {table(schema, name)} where id = :id for no key update"), {"id": id}
    )


def _plan(connection: Connection, place: tuple[str, str], former: _Batch | None) -> _Plan:
    schema, name = place
    if former is not None and former.plan.version == load_version(connection, schema):
        return former.plan
    written = load_written(connection, schema)
    objects = living(written.objects())
    made = next((each for each in company_tables(objects) if each.name == name), None)
    return _Plan(written.version, made, _above(objects))


def _above(objects: Sequence[ObjectDef]) -> Above:
    """The roll-ups over computed fields: filling those writes the parents too."""
    found: defaultdict[str, list[RolledUp]] = defaultdict(list)
    for each in all_rolled_up(objects):
        names = {
            name
            for field in each.fields
            if field.roll_up is not None
            for name in inputs_of(each.children, field.roll_up)
        }
        if any(each.children.fields[name].computed for name in names):
            found[each.children.target.table].append(each)
    return found


def _next(
    connection: Connection, place: tuple[str, str], last: int, skipped: Sequence[int]
) -> tuple[list[int], int, list[int]]:
    """The next rows to be computed, the last id reached with them, and who is still left out."""
    rows = table(*place)
    if len(skipped) < MOST_SKIPPED:
        found = connection.execute(
            text(f"select id from {rows} where id > :last order by id limit :most"),
            {"last": last, "most": BATCH},
        )
        ids = list(found.scalars())
        if ids:
            return ids, ids[-1], list(skipped)
    there = connection.execute(
        text(f"select id from {rows} where id = any(cast(:ids as bigint[]))"),
        {"ids": list(skipped[:BATCH])},
    )
    return list(there.scalars()), last, list(skipped[BATCH:])


@dataclass
class _Locking:
    """Takes rows that nobody else has, each together with the records that follow from it.
    `refused` is the last row that somebody has."""

    connection: Connection
    schema: str
    above: Above
    refused: tuple[str, int] | None = None

    def __post_init__(self) -> None:
        self._ours: defaultdict[str, set[int]] = defaultdict(set)

    def lock(self, name: str, ids: Sequence[int]) -> set[int]:
        """Those of the rows that can be written without waiting for anybody."""
        ours = self._ours[name]
        known = ours.intersection(ids)
        new = self._take(name, [each for each in ids if each not in known])
        ours |= new
        free = set(new)
        for each in self.above.get(name, ()):
            parents = self._parents(each, sorted(free))
            held = self.lock(each.parent.table, sorted(set(parents.values())))
            free -= {child for child, parent in parents.items() if parent not in held}
        ours -= new - free
        return known | free

    def _take(self, name: str, ids: Sequence[int]) -> set[int]:
        """In the strength of an update that leaves the key alone, as the triggers of roll-ups."""
        if not ids:
            return set()
        found = self.connection.execute(
            text(
                f"select id from {table(self.schema, name)} where id = any(cast(:ids as bigint[]))"
                " order by id for no key update skip locked"
            ),
            {"ids": ids},
        )
        taken = set(found.scalars())
        held = next((each for each in ids if each not in taken), None)
        self.refused = self.refused if held is None else (name, held)
        return taken

    def _parents(self, each: RolledUp, ids: Sequence[int]) -> Mapping[int, int]:
        """The record that each row counts for, where it counts for any."""
        column = each.children.parent_column
        rows = self.connection.execute(
            text(
                f"select c.id, c.{column} as parent"
                f" from {table(self.schema, each.children.target.table)} c"
                f" where c.id = any(cast(:ids as bigint[])) and c.{column} is not null"
                f" and {each.children.belongs('c')}"
            ),
            {"ids": ids},
        )
        return {row.id: row.parent for row in rows}


def _reached(
    connection: Connection, place: tuple[str, str], last: int, skipped: Sequence[int]
) -> None:
    schema, name = place
    connection.execute(
        text(
            f"update {table(schema, FILL)} set last_id = :last,"
            " skipped = cast(:skipped as bigint[]) where table_name = :name"
        ),
        {"last": last, "skipped": skipped, "name": name},
    )


def _forget(connection: Connection, place: tuple[str, str]) -> None:
    schema, name = place
    connection.execute(
        text(f"delete from {table(schema, FILL)} where table_name = :name"), {"name": name}
    )


def _expect(engine: Engine, schema: str, expect: Expect) -> None:
    with engine.begin() as connection:
        written = load_written(connection, schema)
        before = written.objects()
        after = without_filling(before)
        coming = render(connection, written, before, after) if after != before else None
    if coming is not None:
        expect(coming)


def _told_filled(engine: Engine, schema: str) -> bool:
    """False when a change asked for more meanwhile."""
    with engine.begin() as connection:
        be_brief(connection)
        lock_metadata(connection, schema)
        if fills_waiting(connection, schema):
            return False
        written = load_written(connection, schema)
        before = written.objects()
        after = without_filling(before)
        if after != before:
            told = {"kind": FILLED, DIFFERENCES: differences_of(before, after)}
            publish(connection, schema, (written.version, before, after), told, None)
        return True
