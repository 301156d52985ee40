"""Computed columns of rows that were there before their formula: filled within the change.

Large tables are noted in `computed_fill` instead, for `fill_beside.py` to fill beside the traffic.
Rows written meanwhile are right by their triggers.
"""

from collections.abc import Collection, Iterator, Sequence

from sqlalchemy import Connection, text

from engine.db.quoting import table
from metadata.changes.filling import Fill
from metadata.changes.size import is_small
from metadata.changes.steps import DdlStep, SetRoutine
from metadata.ddl import company_tables
from metadata.model import ObjectDef
from metadata.physical import PhysicalTable, Routine

BATCH = 2_000
FILL = "computed_fill"


def fill_computed(
    connection: Connection,
    schema: str,
    objects: Sequence[ObjectDef],
    steps: Sequence[DdlStep],
    fill: Fill | None = None,
) -> int:
    """Fills the tables that `fill` names, else all whose functions `steps` wrote, or notes them;
    returns the rows filled."""
    written = {
        step.routine.name: step.table
        for step in steps
        if isinstance(step, SetRoutine) and _fills(step.routine)
    }
    if fill is None:
        tables = frozenset(written.values())
        now = frozenset(name for name in tables if is_small(connection, schema, name))
        fill = Fill(now, tables - now)
    for name in sorted(fill.later):
        _note(connection, schema, name)
    if not fill.now:
        return 0
    made = [each for each in company_tables(objects) if each.name in fill.now]
    return sum(_fill(connection, schema, each, written) for each in made)


def compute(
    connection: Connection,
    schema: str,
    made: PhysicalTable,
    ids: Sequence[int],
    routines: Collection[str] | None = None,
) -> None:
    """Computes these rows; `routines` are the functions for roll-ups that are worth calling."""
    for statement in _computing(schema, made, routines):
        connection.execute(text(statement), {"ids": ids})


def _fill(
    connection: Connection, schema: str, made: PhysicalTable, routines: Collection[str]
) -> int:
    target = table(schema, made.name)
    last = filled = 0
    while True:
        found = connection.execute(
            text(f"select id from {target} where id > :last order by id limit :most"),
            {"last": last, "most": BATCH},
        )
        ids = list(found.scalars())
        if not ids:
            return filled
        compute(connection, schema, made, ids, routines)
        last, filled = ids[-1], filled + len(ids)


def _computing(schema: str, made: PhysicalTable, routines: Collection[str] | None) -> Iterator[str]:
    for each in made.routines:
        if each.returns == "void" and (routines is None or each.name in routines):
            yield f"select {table(schema, each.name)}(cast(:ids as bigint[]))"
    # the trigger of the row does the rest
    yield f"update {table(schema, made.name)} set id = id where id = any(cast(:ids as bigint[]))"


def _fills(routine: Routine) -> bool:
    return routine.returns == "void" or routine.computes


def _note(connection: Connection, schema: str, name: str) -> None:
    connection.execute(
        text(
            f"insert into {table(schema, FILL)} (table_name, last_id) values (:name, 0)"
            " on conflict (table_name) do update set last_id = 0, skipped = '{}'"
        ),
        {"name": name},
    )
