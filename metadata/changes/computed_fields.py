"""Formulas and roll-ups within a change of metadata: what they need, and what they forbid. Pure."""

from collections.abc import Iterator
from dataclasses import replace

from engine.base.errors import Problem
from metadata.changes.change import Objects, Refused
from metadata.changes.objects import with_object
from metadata.formulas.resolve import resolve
from metadata.model import FieldDef, ObjectDef


def completed(before: Objects, after: Objects, concerns: tuple[str, str]) -> Objects:
    """`after` as it is stored. Raises Refused when something could not be computed any more."""
    resolved = resolve(after)
    problems = resolved.problems or tuple(_moved(before, resolved.objects))
    told = [_placed(each, after, concerns) for each in problems]
    told += _numbered(after, concerns)
    if told:
        raise Refused(told)
    return resolved.objects


def with_computed(objects: Objects, item: ObjectDef, field: FieldDef) -> FieldDef:
    """A new field of the object before it gets its column: it may need none. Raises Refused."""
    if not field.computed:
        return field
    trial = with_object(objects, replace(item, fields=(*item.fields, field)))
    changed = completed((), trial, (item.name, field.name))
    found = next(each for each in changed if each.table == item.table)
    return found.fields[-1]


def _moved(before: Objects, after: Objects) -> Iterator[Problem]:
    """What has a column keeps it, in the trash too: a formula cannot begin to move with time."""
    stored = {
        (item.table, field.column)
        for item in before
        for field in (*item.fields, *item.deleted_fields)
        if field.computed and not field.virtual
    }
    for item in after:
        for field in item.fields:
            if field.virtual and (item.table, field.column) in stored:
                yield Problem((item.name, field.name), "FORMULA_MOVES", {"name": field.name})


def _numbered(objects: Objects, concerns: tuple[str, str]) -> Iterator[Problem]:
    """What is computed has no number, whatever else is wrong with the field."""
    field = _concerned(objects, concerns)
    if field is not None and field.computed and field.number_rule is not None:
        yield Problem(("input", "numberRule"), "COMPUTED_ATTRIBUTE")


def _placed(problem: Problem, objects: Objects, concerns: tuple[str, str]) -> Problem:
    """In the input when it is of the field that the change is about; else the field is named."""
    if problem.path != concerns:
        return problem
    field = _concerned(objects, concerns)
    name = "rollUp" if field is not None and field.roll_up is not None else "formula"
    return Problem(("input", name), problem.code, problem.params)


def _concerned(objects: Objects, concerns: tuple[str, str]) -> FieldDef | None:
    fields = (f for item in objects if item.name == concerns[0] for f in item.fields)
    return next((each for each in fields if each.name == concerns[1]), None)
