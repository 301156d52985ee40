"""What a field that leads to records of another object must be: target and other side. Pure."""

from collections.abc import Iterator
from dataclasses import replace

from engine.base.errors import Problem
from metadata.changes.change import Objects
from metadata.changes.naming import name_problem, taken_names
from metadata.field_types.contract import ValueKind
from metadata.field_types.registry import FIELD_TYPES, field_type
from metadata.model import FieldDef, ObjectDef, OnDelete

FIXED_TARGETS = {
    "user": "user",
    "users": "user",
    "department": "department",
    "departments": "department",
}
LEADING = frozenset({ValueKind.RELATION, ValueKind.RELATIONS})
# never the target of a company's own relation: rows that only their parent or user may see
NO_TARGETS = frozenset({"rolePermission", "fieldAccess", "userRole", "role", "operationLog"})


def with_target(field: FieldDef) -> FieldDef:
    """The field with the target that its type always has, and so the columns of a sub-table."""
    rows = tuple(with_target(each) for each in field.rows)
    return replace(field, rows=rows, target=FIXED_TARGETS.get(field.type, field.target))


def relation_problems(objects: Objects, item: ObjectDef, field: FieldDef) -> Iterator[Problem]:
    """Everything wrong with target and inverse of a new or changed field."""
    if field.type not in FIELD_TYPES:
        return
    kind = field_type(field.type).kind
    if kind not in LEADING:
        if field.target is not None or field.inverse is not None:
            yield Problem(
                ("input", "target"), "NOT_FOR_TYPE", {"type": field_type(field.type).label}
            )
        return
    target = next((o for o in objects if o.name == field.target and o.deleted_at is None), None)
    if target is None or target.name in NO_TARGETS:
        yield Problem(("input", "target"), "UNKNOWN_OBJECT", {"value": field.target or ""})
    elif field.inverse is not None:
        yield from _inverse_problems(objects, (item, target), field)
    if field.on_delete is OnDelete.CASCADE:
        yield Problem(("input", "onDelete"), "UNKNOWN_OPTION", {"value": field.on_delete.value})


def _inverse_problems(
    objects: Objects, ends: tuple[ObjectDef, ObjectDef], field: FieldDef
) -> Iterator[Problem]:
    item, target = ends
    if field_type(field.type).kind is not ValueKind.RELATION:
        yield Problem(("input", "inverse"), "NOT_FOR_TYPE", {"type": field_type(field.type).label})
        return
    taken = taken_names(objects, target) - _own_inverse(item, field)
    yield from name_problem(str(field.inverse), taken, "inverse")
    if item.name == target.name and field.inverse == field.name:
        yield Problem(("input", "inverse"), "NAME_TAKEN", {"value": field.inverse})


def _own_inverse(item: ObjectDef, field: FieldDef) -> set[str]:
    """The name that the other side has already, when the field is there."""
    found = {each.inverse for each in item.fields if each.name == field.name and each.inverse}
    return {str(name).lower() for name in found}
