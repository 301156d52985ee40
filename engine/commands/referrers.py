"""Who still refers to a record: what the delete guard tells, what gets emptied (OBJ-11).

Counts are of all rows, so that the refusal is explained; examples are those the viewer may see.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.dialects.postgresql import aggregate_order_by

from engine.base.errors import StillReferenced
from engine.base.identifiers import RecordId
from engine.commands.change import write_derived
from engine.commands.references import visible_records
from engine.commands.rows import load_records
from engine.commands.work import Work
from engine.db.locks import RowLock, lock_numbers
from metadata.field_types.contract import ValueKind
from metadata.field_types.registry import field_type
from metadata.model import Capability, FieldDef, ObjectDef, OnDelete

EXAMPLES = 5


@dataclass(frozen=True, slots=True)
class Referrers:
    """Rows of one object that refer to a record by one field; `numbers` are a few of them."""

    object: ObjectDef
    count: int
    numbers: tuple[int, ...]


def find_restricting(
    work: Work, object_name: str, numbers: Sequence[int], *, trash_too: bool
) -> dict[int, list[Referrers]]:
    """Per record what must go first; `trash_too` when the row itself is to vanish."""
    found: dict[int, list[Referrers]] = defaultdict(list)
    for owner, field in work.snapshot.references[object_name]:
        if field.on_delete is not OnDelete.RESTRICT or not _has_column(field):
            continue
        for row in work.connection.execute(_counts(work, (owner, field), numbers, trash_too)):
            found[row.target].append(Referrers(owner, row.times, tuple(row.numbers[:EXAMPLES])))
    return found


def check_unreferenced(work: Work, referrers: Sequence[Referrers]) -> None:
    """Raises StillReferenced with the objects, how many, and some that the viewer may see."""
    if not referrers:
        return
    by = []
    for each in referrers:
        ids = {RecordId(each.object.name, number) for number in each.numbers}
        seen = visible_records(work, ids)
        by.append(
            {
                "object": each.object.name,
                "label": {"zh": each.object.label.zh, "en": each.object.label.en},
                "count": each.count,
                "examples": [str(id) for id in sorted(seen, key=lambda id: id.number)],
            }
        )
    raise StillReferenced(
        labels=tuple(each.object.label for each in referrers), extensions={"by": by}
    )


def empty_references(work: Work, id: RecordId) -> None:
    """Empties the SET_NULL references to a record that goes; logged where they were."""
    for owner, field in work.snapshot.references[id.object]:
        if field.on_delete is not OnDelete.SET_NULL or not _has_column(field):
            continue
        table = work.table(owner.name)
        numbers = work.connection.execute(
            select(table.c.id).where(_refers(table.c, field, [id.number]))
        ).scalars()
        found = sorted(numbers)
        if not found:
            continue
        lock_numbers(work.connection, table, found, RowLock.CHANGE)
        for record in load_records(work, owner.name, found).values():
            write_derived(work, record, {field.name: _without(field, record.values, id.number)})


def satellites(work: Work, object_name: str) -> Iterator[tuple[ObjectDef, FieldDef]]:
    """Objects whose rows hang on records of any object, the operation log aside (OBJ-12)."""
    for each in work.snapshot.objects:
        for field in each.fields:
            if each.name != "operationLog" and object_name in field.targets:
                yield each, field


def _counts(
    work: Work, reference: tuple[ObjectDef, FieldDef], numbers: Sequence[int], trash_too: bool
) -> Select[Any]:
    owner, field = reference
    table = work.table(owner.name)
    column = table.c[field.column]
    many = field_type(field.type).kind is ValueKind.RELATIONS
    target: ColumnElement[Any] = func.unnest(column) if many else column
    rows = select(target.label("target"), table.c.id.label("id")).where(
        _refers(table.c, field, numbers)
    )
    if owner.can(Capability.TRASHABLE) and not trash_too:
        rows = rows.where(table.c.deleted_at.is_(None))
    found = rows.subquery()
    return (
        select(
            found.c.target,
            func.count().label("times"),
            func.array_agg(aggregate_order_by(found.c.id, found.c.id)).label("numbers"),
        )
        .where(found.c.target.in_(numbers))
        .group_by(found.c.target)
    )


def _refers(columns: Any, field: FieldDef, numbers: Sequence[int]) -> ColumnElement[bool]:
    column = columns[field.column]
    if field_type(field.type).kind is ValueKind.RELATIONS:
        overlaps: ColumnElement[bool] = column.op("&&")(list(numbers))
        return overlaps
    found: ColumnElement[bool] = column.in_(numbers)
    return found


def _without(field: FieldDef, values: Any, number: int) -> Any:
    if field_type(field.type).kind is ValueKind.RELATIONS:
        left = tuple(each for each in values[field.name] if each != number)
        return left or None
    return None


def _has_column(field: FieldDef) -> bool:
    return bool(field_type(field.type).columns(field))
