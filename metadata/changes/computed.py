"""Computed columns of rows that were there before their formula: filled now, or beside the traffic.

Small tables are filled in the transaction of the change, so nobody sees them unfilled. Large ones
are noted in `computed_fill` with the id that has been reached, and filled in batches of a
transaction each, resumed where a killed process left off; until then a row that nobody writes
reads as before the change. Rows written meanwhile are right by their triggers.
"""

from collections.abc import Iterator, Sequence
from functools import partial

from sqlalchemy import Connection, Engine, text

from engine.db.quoting import table
from metadata.changes.patience import be_brief, retry_when_busy
from metadata.changes.steps import DdlStep, SetRoutine
from metadata.ddl import company_tables
from metadata.model import ObjectDef
from metadata.physical import PhysicalTable, Routine
from metadata.store import load_snapshot

BATCH = 2_000
LARGE_TABLE_BYTES = 8_000_000
FILL = "computed_fill"


def fill_computed(
    connection: Connection, schema: str, objects: Sequence[ObjectDef], steps: Sequence[DdlStep]
) -> int:
    """Fills the tables whose functions `steps` wrote, or notes them; returns the rows filled."""
    written = {
        step.table for step in steps if isinstance(step, SetRoutine) and _fills(step.routine)
    }
    filled = 0
    for each in company_tables(objects):
        if each.name not in written:
            continue
        if _size(connection, schema, each.name) > LARGE_TABLE_BYTES:
            _note(connection, schema, each.name)
            continue
        last, count = _fill_batch(connection, schema, each, 0)
        while count:
            filled += count
            last, count = _fill_batch(connection, schema, each, last)
    return filled


def fills_waiting(connection: Connection, schema: str) -> tuple[str, ...]:
    """The tables that are not filled to the end yet."""
    rows = connection.execute(
        text(f"select table_name from {table(schema, FILL)} order by table_name")
    )
    return tuple(rows.scalars())


def fill_waiting(engine: Engine, schema: str) -> int:
    """Goes on with what is noted until nothing is; returns the number of tables finished."""
    with engine.begin() as connection:
        waiting = fills_waiting(connection, schema)
    for name in waiting:
        while retry_when_busy(partial(_go_on, engine, schema, name)):
            pass
    return len(waiting)


def _go_on(engine: Engine, schema: str, name: str) -> bool:
    """One batch and how far it came, in one transaction; False when there was no row left."""
    with engine.begin() as connection:
        be_brief(connection)
        tables = company_tables(load_snapshot(connection, schema).objects)
        made = next((each for each in tables if each.name == name), None)
        last = connection.execute(
            text(f"select last_id from {table(schema, FILL)} where table_name = :name for update"),
            {"name": name},
        ).scalar_one_or_none()
        if made is not None and last is not None:
            last, count = _fill_batch(connection, schema, made, last)
            if count:
                _reached(connection, schema, name, last)
                return True
        connection.execute(
            text(f"delete from {table(schema, FILL)} where table_name = :name"), {"name": name}
        )
        return False


def _fill_batch(
    connection: Connection, schema: str, made: PhysicalTable, last: int
) -> tuple[int, int]:
    """Computes the next rows after the id `last`; returns the last id and how many."""
    target = table(schema, made.name)
    ids = connection.execute(
        text(f"select id from {target} where id > :last order by id limit :most"),
        {"last": last, "most": BATCH},
    ).scalars()
    numbers = list(ids)
    if numbers:
        for statement in _computing(schema, made):
            connection.execute(text(statement), {"ids": numbers})
    return (numbers[-1] if numbers else last), len(numbers)


def _computing(schema: str, made: PhysicalTable) -> Iterator[str]:
    for each in made.routines:
        if each.returns == "void":
            yield f"select {table(schema, each.name)}(cast(:ids as bigint[]))"
    # the trigger of the row does the rest
    yield f"update {table(schema, made.name)} set id = id where id = any(cast(:ids as bigint[]))"


def _fills(routine: Routine) -> bool:
    return routine.returns == "void" or routine.computes


def _size(connection: Connection, schema: str, name: str) -> int:
    found: int = connection.execute(
        text("select pg_relation_size(cast(:name as regclass))"), {"name": table(schema, name)}
    ).scalar_one()
    return found


def _note(connection: Connection, schema: str, name: str) -> None:
    connection.execute(
        text(
            f"insert into {table(schema, FILL)} (table_name, last_id) values (:name, 0)"
            " on conflict (table_name) do update set last_id = 0"
        ),
        {"name": name},
    )


def _reached(connection: Connection, schema: str, name: str, last: int) -> None:
    connection.execute(
        text(f"update {table(schema, FILL)} set last_id = :last where table_name = :name"),
        {"last": last, "name": name},
    )
