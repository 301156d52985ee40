"""How far the work is that changes of metadata left to be done beside the traffic, and what of it
could not be done. All by API names."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, text

from engine.base.errors import Problem
from engine.db.quoting import table
from metadata.changes.background import expected_tables, pending_of
from metadata.changes.change import Objects
from metadata.changes.fill_beside import fills_waiting
from metadata.changes.purpose import purposes
from metadata.history import load_failures
from metadata.model import FieldDef, ObjectDef
from metadata.physical import PhysicalTable
from metadata.snapshot import living
from metadata.store import load_written

_BUILDS = """
select i.relname, p.blocks_done, p.blocks_total
from pg_stat_progress_create_index p join pg_class i on i.oid = p.index_relid
join pg_namespace n on n.oid = i.relnamespace where n.nspname = :schema
"""


@dataclass(frozen=True, slots=True)
class Step:
    """Something to be done for a field: an `index` (for `unique` before it holds) or `relation` to
    be made, its `values` to be computed, what is left of a `purged` one to be emptied. `percent`
    is how far its present phase is, None while it waits. With a `problem` it was given up."""

    kind: str
    object: str
    name: str
    percent: int | None = None
    problem: Problem | None = None


def pending_steps(connection: Connection, schema: str) -> tuple[Step, ...]:
    """What is not done yet, in the order in which it will be; then what could not be."""
    written = load_written(connection, schema)
    objects = written.objects()
    steps = (
        *_made(connection, schema, (objects, expected_tables(written))),
        *_filled(connection, schema, objects),
        *_emptied(objects),
    )
    # an index to be dropped and made anew is one step, as are all columns of a field
    return (*dict.fromkeys(steps), *_failed(connection, schema, objects))


def _made(
    connection: Connection, schema: str, said: tuple[Objects, Sequence[PhysicalTable]]
) -> Iterator[Step]:
    objects, tables = said
    pending = pending_of(connection, schema, tables)
    if not pending:
        return
    waiting = {each.table for each in pending}
    items = {item.table: item for item in objects if item.table in waiting}
    known = {each.name: purposes(items[each.name], each) for each in tables if each.name in items}
    running = _running(connection, schema)
    for each in pending:
        if each.table in items:  # else it is of the product's own
            kind, name = known[each.table].get(each.name, ("index", ""))
            yield Step(kind, items[each.table].name, name, running.get(each.name))


def _filled(connection: Connection, schema: str, objects: Objects) -> Iterator[Step]:
    waiting = fills_waiting(connection, schema)
    percents = {name: _percent(connection, schema, name, last) for name, last in waiting.items()}
    for item in objects:
        if item.deleted_at is None and (item.filling or item.table in waiting):
            for field in _to_fill(item):
                yield Step("values", item.name, field.name, percents.get(item.table))


def _to_fill(item: ObjectDef) -> list[FieldDef]:
    """Where no field is marked, a release has all values computed anew, to what they are."""
    marked = [each for each in item.fields if each.name in item.filling]
    return marked or [each for each in item.fields if each.computed and not each.virtual]


def _percent(connection: Connection, schema: str, name: str, last: int) -> int | None:
    """Ids are given in their order, so the one that was reached says how far it is."""
    if last == 0:
        return None
    found = connection.execute(text(f"select max(id) from {table(schema, name)}")).scalar_one()
    return min(99, 100 * last // max(found or 0, 1))


def _emptied(objects: Objects) -> Iterator[Step]:
    for item in objects:
        for each in item.spare_columns:
            if not each.empty:
                yield Step("purged", item.name, each.purged)


def _failed(connection: Connection, schema: str, objects: Objects) -> Iterator[Step]:
    there = {item.name for item in living(objects)}
    for each in load_failures(connection, schema):
        object_name, name = (str(step) for step in each.path)
        if object_name in there:
            yield Step("unique", object_name, name, problem=each)


def _running(connection: Connection, schema: str) -> Mapping[str, int]:
    rows = connection.execute(text(_BUILDS), {"schema": schema})
    return {
        row.relname: min(100, 100 * row.blocks_done // max(row.blocks_total, 1)) for row in rows
    }
