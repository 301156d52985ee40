"""What a record has already is taken back as it is, though the rules of its field became stricter.

A form sends whole records: a retired option, a text longer than is allowed by now, and columns
of rows with such values stand in nobody's way. Only what differs is judged. A blank in a field
that became required is still told.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from engine.base.errors import Problem
from engine.commands.rows import Record
from engine.commands.validation import Parsed
from metadata.field_types.contract import FieldProblem, SeveralProblems, ValueKind
from metadata.field_types.registry import field_type
from metadata.model import FieldDef
from metadata.snapshot import ObjectIndex

_ENDLESS = 10**6  # longer than any text, and more than the entries of any list
_OPTIONS = (ValueKind.CHOICE, ValueKind.CHOICES)


def accept_stored(
    index: ObjectIndex, record: Record, given: Mapping[str, Any], parsed: Parsed
) -> Parsed:
    """`parsed`, what became of the input `given`, without problems of what `record` has."""
    if not parsed.problems:
        return parsed
    values = dict(parsed.values)
    problems: list[Problem] = []
    refused: dict[str, list[Problem]] = {}
    for problem in parsed.problems:
        refused.setdefault(str(problem.path[1]), []).append(problem)
    for name, found in refused.items():
        field, stored = index.fields[name], record.values.get(name)
        if stored is None:
            problems += found
            continue
        try:
            values[name] = _accepted(field, given[name], stored)
        except FieldProblem as problem:
            told = {"field": field.label}
            problems += [
                Problem(("input", name, *e.path), e.code, {**e.params, **told})
                for e in problem.all()
            ]
    return Parsed(values, tuple(problems))


def without_limits(field: FieldDef) -> FieldDef:
    """The field as if every value of its type and options were right."""
    return replace(
        field,
        max_length=_ENDLESS,
        minimum=None,
        maximum=None,
        choices=tuple(replace(each, retired=False) for each in field.choices),
    )


def _accepted(field: FieldDef, value: Any, stored: Any) -> Any:
    """The value kept. Raises FieldProblem for what is new of it and wrong."""
    kind = field_type(field.type)
    if _says(field, value, stored):
        return stored
    if kind.kind is ValueKind.ROWS:
        return _accepted_rows(field, value, stored)
    chosen = stored if kind.kind is ValueKind.CHOICES else ()
    value = kind.parse(_with_options(field, chosen), value)
    if value is None and field.required:
        raise FieldProblem("REQUIRED")
    return value


def _says(field: FieldDef, value: Any, stored: Any) -> bool:
    """Does the input mean what is stored?"""
    kind = field_type(field.type)
    if value in (stored, kind.log(field, stored)):
        return True
    if value is None or kind.kind is ValueKind.ROWS:
        return False
    try:
        return bool(kind.parse(without_limits(field), value) == stored)
    except FieldProblem:
        return False


def _with_options(field: FieldDef, chosen: Collection[str]) -> FieldDef:
    """The field with those of its options on offer that are chosen already."""
    return replace(
        field,
        choices=tuple(
            replace(each, retired=each.retired and each.value not in chosen)
            for each in field.choices
        ),
    )


def _accepted_rows(field: FieldDef, value: Any, stored: Sequence[Mapping[str, Any]]) -> Any:
    """Cells that their column holds already are as good as those of a row that is unchanged."""
    kind = field_type(field.type)
    cells = {name: [row[name] for row in stored if name in row] for row in stored for name in row}
    value = _without_gone_columns(field, value, cells.keys())
    columns = tuple(_with_options(each, _chosen(each, cells)) for each in field.rows)
    try:
        return kind.parse(replace(field, rows=columns), value)
    except FieldProblem as problem:
        left = [each for each in problem.all() if not _is_stored(each, value, cells)]
        if left:
            raise SeveralProblems(left) from None
    free = tuple(without_limits(each) for each in columns)
    return kind.parse(replace(field, rows=free), value)


def _chosen(column: FieldDef, cells: Mapping[str, Sequence[Any]]) -> frozenset[str]:
    if field_type(column.type).kind not in _OPTIONS:
        return frozenset()
    return frozenset(_texts(cells.get(column.name, ())))


def _texts(found: Any) -> Iterator[str]:
    if isinstance(found, str):
        yield found
    elif isinstance(found, list | tuple):
        for each in found:
            yield from _texts(each)


def _without_gone_columns(field: FieldDef, value: Any, stored: Any) -> Any:
    """The rows without what they still have of columns that are no more."""
    gone = set(stored) - {each.name for each in field.rows}
    if not gone or not isinstance(value, list | tuple):
        return value
    return [
        {name: cell for name, cell in row.items() if name not in gone}
        if isinstance(row, Mapping)
        else row
        for row in value
    ]


def _is_stored(problem: FieldProblem, value: Any, cells: Mapping[str, Sequence[Any]]) -> bool:
    if problem.code == "REQUIRED" or len(problem.path) < 2:
        return False
    at, name = problem.path[:2]
    return value[at].get(name) in cells.get(str(name), ())
