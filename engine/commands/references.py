"""References of an input: each target must exist and be the viewer's to read, and stay so.

A reference is a read (principle 8): a target out of scope is refused like one that is not there.
Targets are locked FOR KEY SHARE, so that no deletion slips in between.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any

from engine.base.errors import Problem
from engine.base.identifiers import RecordId
from engine.commands.rights import allowed_numbers
from engine.commands.rows import referred
from engine.commands.work import Work
from metadata.field_types.contract import FieldProblem, ValueKind
from metadata.field_types.registry import field_type
from metadata.field_types.sub_table import MOST_ROWS
from metadata.model import FieldDef
from metadata.snapshot import ObjectIndex

_Path = tuple[str | int, ...]


def check_references(
    work: Work,
    index: ObjectIndex,
    values: Mapping[str, Any],
    given: Mapping[str, Any],
    problems: Sequence[Problem],
) -> list[Problem]:
    """BAD_REFERENCE for everything in `values` that points to nothing the viewer may see; in a
    sub-table of what was `given` cell by cell, also when other `problems` keep it from `values`.
    """
    wanted: dict[_Path, tuple[RecordId, ...]] = {}
    for name, value in {**_refused_tables(index, given, problems), **values}.items():
        field = index.fields[name]
        if value is not None and field_type(field.type).kind is ValueKind.ROWS:
            wanted.update(_cells(field, given.get(name, value)))
        else:
            wanted["input", name] = referred(field, value)
    found = visible_records(work, {target for each in wanted.values() for target in each})
    return [_problem(index, path) for path, each in wanted.items() if not found.issuperset(each)]


def _refused_tables(
    index: ObjectIndex, given: Mapping[str, Any], problems: Sequence[Problem]
) -> Mapping[str, Any]:
    names = {str(problem.path[1]) for problem in problems} & given.keys()
    return {
        name: given[name]
        for name in names
        if field_type(index.fields[name].type).kind is ValueKind.ROWS
    }


def _cells(field: FieldDef, rows: Any) -> Iterator[tuple[_Path, tuple[RecordId, ...]]]:
    """What the cells of a sub-table refer to, () for one that is no reference: that is told
    elsewhere, as is a table that is none."""
    most = field.max_length or MOST_ROWS
    for at, row in enumerate(rows[:most] if isinstance(rows, list | tuple) else ()):
        for column in field.rows if isinstance(row, Mapping) else ():
            with suppress(FieldProblem):
                value = field_type(column.type).parse(column, row.get(column.name))
                yield ("input", field.name, at, column.name), referred(column, value)


def _problem(index: ObjectIndex, path: _Path) -> Problem:
    field = index.fields[str(path[1])]
    params: dict[str, Any] = {"field": field.label}
    if len(path) > 2:
        column = next(each for each in field.rows if each.name == path[3])
        params |= {"row": int(path[2]) + 1, "column": column.label}
    return Problem(path, "BAD_REFERENCE", params)


def visible_records(work: Work, records: set[RecordId]) -> frozenset[RecordId]:
    """Those of the records that the viewer may see, locked against removal; a query per object."""
    found: set[RecordId] = set()
    for name in sorted({record.object for record in records}):
        if name in work.snapshot.by_name:
            numbers = [record.number for record in records if record.object == name]
            found |= {RecordId(name, n) for n in allowed_numbers(work, name, "read", numbers)}
    return frozenset(found)
