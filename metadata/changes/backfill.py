"""Companion columns of rows that were there before the column: sort keys, search texts.

Runs in the transaction of the change, in batches; the values come from the field types.
"""

from collections.abc import Sequence

from sqlalchemy import Connection, Table, bindparam, select, update

from metadata.changes.steps import AddColumn, DdlStep
from metadata.field_types.registry import field_type
from metadata.model import FieldDef, ObjectDef
from metadata.physical import physical_columns
from metadata.tables import sql_table

BATCH = 2_000


def fill_companions(
    connection: Connection, schema: str, objects: Sequence[ObjectDef], steps: Sequence[DdlStep]
) -> int:
    """Fills what `steps` added beside columns that are older; returns the number of rows."""
    added = {(step.table, step.column.name) for step in steps if isinstance(step, AddColumn)}
    filled = 0
    for item in objects:
        for field in item.fields:
            names = [column.name for column in physical_columns(field)]
            new = [name for name in names if (item.table, name) in added]
            if new and names[0] not in new:
                filled += _fill(connection, sql_table(schema, item), field, new)
    return filled


def _fill(connection: Connection, target: Table, field: FieldDef, names: Sequence[str]) -> int:
    last = filled = 0
    kind = field_type(field.type)
    main = target.c[physical_columns(field)[0].name]
    statement = (
        update(target)
        .where(target.c.id == bindparam("row_id"))
        .values({name: bindparam(f"new_{name}") for name in names})
    )
    while True:
        rows = connection.execute(
            select(target.c.id, *(target.c[c.name] for c in physical_columns(field)))
            .where(target.c.id > last, main.is_not(None))
            .order_by(target.c.id)
            .limit(BATCH)
        ).mappings()
        values = []
        for row in rows:
            stored = kind.store(field, kind.load(field, dict(row)))
            values.append({"row_id": row["id"], **{f"new_{n}": stored[n] for n in names}})
        if not values:
            return filled
        connection.execute(statement, values)
        last, filled = values[-1]["row_id"], filled + len(values)
