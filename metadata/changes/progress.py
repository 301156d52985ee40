"""How far the work is that changes of metadata left to be done beside the traffic."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, text

from metadata.changes.background import find_pending
from metadata.store import load_written

_BUILDS = """
select i.relname, p.blocks_done, p.blocks_total
from pg_stat_progress_create_index p join pg_class i on i.oid = p.index_relid
join pg_namespace n on n.oid = i.relnamespace where n.nspname = :schema
"""


@dataclass(frozen=True, slots=True)
class Step:
    """An index or key to be made of a table, or a column to be emptied. `percent` is how far its
    present phase is, None while it waits."""

    object: str
    name: str
    percent: int | None = None


def pending_steps(connection: Connection, schema: str) -> tuple[Step, ...]:
    """What is not done yet, in the order in which it will be."""
    objects = load_written(connection, schema).objects()
    names = {item.table: item.name for item in objects}
    running = _running(connection, schema)
    steps = dict.fromkeys((each.table, each.name) for each in find_pending(connection, schema))
    columns = [
        Step(item.name, each.name)
        for item in objects
        for each in item.spare_columns
        if not each.empty
    ]
    made = [Step(names.get(table, table), name, running.get(name)) for table, name in steps]
    return (*made, *columns)


def _running(connection: Connection, schema: str) -> Mapping[str, int]:
    rows = connection.execute(text(_BUILDS), {"schema": schema})
    return {
        row.relname: min(100, 100 * row.blocks_done // max(row.blocks_total, 1)) for row in rows
    }
