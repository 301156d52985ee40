"""From the tables that are to the tables that shall be: the steps between them.

Pure. Drops no column and no table: what is no longer described stays with its rows.
"""

import re
from collections.abc import Iterator, Sequence

from metadata.changes.steps import (
    AddColumn,
    AddForeignKey,
    AddTable,
    CreateTrigger,
    DdlStep,
    DropForeignKey,
    DropIndex,
    DropRoutine,
    DropTrigger,
    SetRoutine,
    WidenColumn,
)
from metadata.physical import PhysicalTable

_NUMERIC = re.compile(r"numeric\((\d+), ?(\d+)\)")


def difference(
    before: Sequence[PhysicalTable], after: Sequence[PhysicalTable]
) -> tuple[DdlStep, ...]:
    """Steps in an order that works: what gives way first, then tables, columns, foreign keys."""
    known = {each.name: each for each in before}
    changed = [(known[each.name], each) for each in after if each.name in known]
    new = [each for each in after if each.name not in known]
    steps: list[DdlStep] = []
    for old, each in changed:
        steps += _dropped(old, each)
    steps += [AddTable(each) for each in new]
    for old, each in changed:
        steps += _columns(old, each)
    for old, each in changed:
        steps += _computed(old, each)
    steps += [AddForeignKey(each.name, key) for each in new for key in each.foreign_keys]
    return tuple(steps)


def is_wider(new: str, old: str) -> bool:
    """True when every value of the SQL type `old` is one of `new`, to the last digit."""
    if new == old:
        return True
    numbers = _NUMERIC.fullmatch(new), _NUMERIC.fullmatch(old)
    if numbers[0] is None or numbers[1] is None:
        return (new, old) in {("bigint", "integer"), ("numeric", "bigint")}
    (precision, scale), (old_precision, old_scale) = (
        (int(number[1]), int(number[2])) for number in numbers if number is not None
    )
    return scale >= old_scale and precision - scale >= old_precision - old_scale


def _dropped(old: PhysicalTable, new: PhysicalTable) -> Iterator[DdlStep]:
    wanted_keys, wanted = set(new.foreign_keys), {index.name for index in new.indexes}
    for key in old.foreign_keys:
        if key not in wanted_keys:
            yield DropForeignKey(old.name, key.name)
    yield from (DropIndex(index.name) for index in old.indexes if index.name not in wanted)


def _computed(old: PhysicalTable, new: PhysicalTable) -> Iterator[DdlStep]:
    """Triggers go before their functions and come after them."""
    gone = [each for each in old.triggers if each not in new.triggers]
    yield from (DropTrigger(old.name, each.name) for each in gone)
    wanted = {each.name for each in new.routines}
    yield from (DropRoutine(each.name) for each in old.routines if each.name not in wanted)
    yield from (SetRoutine(new.name, each) for each in new.routines if each not in old.routines)
    fresh = [each for each in new.triggers if each not in old.triggers]
    yield from (CreateTrigger(new.name, each) for each in fresh)


def _columns(old: PhysicalTable, new: PhysicalTable) -> Iterator[DdlStep]:
    known = {column.name: column for column in old.columns}
    for column in new.columns:
        before = known.get(column.name)
        if before is None:
            yield AddColumn(new.name, column)
        elif before.sql_type != column.sql_type and is_wider(column.sql_type, before.sql_type):
            yield WidenColumn(new.name, column)
