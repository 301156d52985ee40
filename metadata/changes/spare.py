"""Empties the columns that purged fields left, so that later fields may have them (M13).

Those of small tables within the transaction of the change; those of large ones in batches beside
the traffic. That a column is empty makes no new version: nobody but the next change looks at it.
"""

from collections.abc import Callable
from dataclasses import replace

from sqlalchemy import Connection, Engine, text

from engine.db.quoting import quote, table
from metadata.changes.change import Objects
from metadata.changes.patience import be_brief, lock_metadata
from metadata.model import ObjectDef, SpareColumn
from metadata.store import load_written, save_objects

BATCH = 5_000
Clear = Callable[[ObjectDef, SpareColumn], bool]


def empty_small(
    connection: Connection, schema: str, objects: Objects, small: Callable[[str], bool]
) -> Objects:
    """The objects with the spare columns of small tables emptied."""

    def clear(item: ObjectDef, column: SpareColumn) -> bool:
        if not small(item.table):
            return False
        name = quote(column.name)
        connection.execute(
            text(f"update {table(schema, item.table)} set {name} = null where {name} is not null")
        )
        return True

    return _cleared(objects, clear)


def empty_columns(engine: Engine, schema: str) -> int:
    """Empties what is left to be; returns the number of columns. May be stopped at any time."""
    with engine.begin() as connection:
        objects = load_written(connection, schema).objects()
    waiting = [(item, each) for item in objects for each in item.spare_columns if not each.empty]
    for item, column in waiting:
        _empty(engine, schema, item, column)
    if waiting:
        _note(engine, schema, {(item.table, column.name) for item, column in waiting})
    return len(waiting)


def _empty(engine: Engine, schema: str, item: ObjectDef, column: SpareColumn) -> None:
    rows, name = table(schema, item.table), quote(column.name)
    statement = text(
        f"update {rows} set {name} = null where id = any(array(select id from {rows}"
        f" where {name} is not null limit :batch for no key update skip locked))"
    )
    emptied = 1
    while emptied:
        with engine.begin() as connection:
            be_brief(connection)
            emptied = connection.execute(statement, {"batch": BATCH}).rowcount


def _note(engine: Engine, schema: str, emptied: set[tuple[str, str]]) -> None:
    """What no row has a value in any more is empty; what a lock kept comes next time."""
    with engine.begin() as connection:
        be_brief(connection)
        lock_metadata(connection, schema)

        def clear(item: ObjectDef, column: SpareColumn) -> bool:
            if (item.table, column.name) not in emptied:
                return False
            return not _has_values(connection, schema, item, column)

        objects = load_written(connection, schema).objects()
        save_objects(connection, schema, _cleared(objects, clear))


def _has_values(connection: Connection, schema: str, item: ObjectDef, column: SpareColumn) -> bool:
    rows, name = table(schema, item.table), quote(column.name)
    found = connection.execute(
        text(f"select exists (select 1 from {rows} where {name} is not null)")
    )
    return bool(found.scalar_one())


def _cleared(objects: Objects, clear: Clear) -> Objects:
    return tuple(
        replace(
            item,
            spare_columns=tuple(
                each if each.empty or not clear(item, each) else replace(each, empty=True)
                for each in item.spare_columns
            ),
        )
        if any(not each.empty for each in item.spare_columns)
        else item
        for item in objects
    )
