"""Takes a company's tables from one set of objects to another, inside a transaction.

Only looks at what the metadata says; `metadata/migrate.py` goes by the catalogue instead.
"""

from collections.abc import Sequence

from sqlalchemy import Connection

from metadata.changes.backfill import fill_companions
from metadata.changes.difference import difference
from metadata.changes.steps import DdlStep, DropTable
from metadata.ddl import object_tables
from metadata.model import ObjectDef


def steps_between(before: Sequence[ObjectDef], after: Sequence[ObjectDef]) -> tuple[DdlStep, ...]:
    gone = {item.table for item in after if item.purged}
    drops = [DropTable(item.table) for item in before if item.table in gone and not item.purged]
    return (*difference(object_tables(before), object_tables(after)), *drops)


def run_steps(
    connection: Connection, schema: str, objects: Sequence[ObjectDef], steps: Sequence[DdlStep]
) -> tuple[str, ...]:
    """What was done, a line per step; companions of older columns are filled."""
    statements = [statement for step in steps for statement in step.statements(schema)]
    if statements:
        connection.exec_driver_sql(";\n".join(statements))
    filled = fill_companions(connection, schema, objects, steps)
    done = tuple(str(step) for step in steps)
    return (*done, f"{filled} rows given sort and search texts") if filled else done
