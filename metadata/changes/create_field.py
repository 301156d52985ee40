"""A new field of an object, shipped or the company's own (FLD-03)."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from engine.base.errors import Problem
from metadata.changes.change import Objects, Refused
from metadata.changes.check_field import field_problems
from metadata.changes.columns import with_column
from metadata.changes.computed_fields import with_computed
from metadata.changes.merge import column_names
from metadata.changes.naming import fold, name_problem, propose_name, taken_names
from metadata.changes.objects import object_of, with_object
from metadata.changes.quotas import COLUMNS, CUSTOM_FIELDS
from metadata.changes.relations import relation_problems, with_target
from metadata.model import FieldDef, ObjectDef, ObjectKind


@dataclass(frozen=True, slots=True)
class CreateField:
    """`field` as wished for: without a column, and with a name of "" for one from its label."""

    object: str
    field: FieldDef
    kind = "createField"
    breaks = False

    @property
    def concerns(self) -> tuple[str, str]:
        return self.object, self.field.name

    def apply(self, objects: Objects) -> Objects:
        item = object_of(objects, self.object)
        taken = taken_names(objects, item)
        field = replace(named(self.field, taken), custom=True, position=next_position(item))
        field = with_target(field)
        problems = [
            *_quota_problems(item),
            *name_problem(field.name, taken),
            *field_problems(field),
            *relation_problems(objects, item, field),
        ]
        if problems:
            raise Refused(problems)
        changed, field = with_column(item, with_computed(objects, item, field))
        return with_object(objects, replace(changed, fields=(*changed.fields, field)))


def named(field: FieldDef, taken: set[str]) -> FieldDef:
    """The field with a name, and its columns (of a sub-table) too."""
    name = field.name or propose_name(field.label.zh, taken)
    rows: list[FieldDef] = []
    for at, each in enumerate(field.rows):
        own = each.name or propose_name(each.label.zh, {fold(row.name) for row in rows})
        rows.append(replace(each, name=own, column=own.lower(), position=at))
    return replace(field, name=name, rows=tuple(rows))


def next_position(item: ObjectDef) -> int:
    return max((each.position for each in item.fields), default=-1) + 1


def _quota_problems(item: ObjectDef) -> Iterator[Problem]:
    organisation = item.kind is ObjectKind.ORGANISATION and item.name != "user"
    if organisation or not item.writable:  # nobody could fill it in
        yield Problem(("object",), "NOT_EXTENSIBLE", {"object": item.label})
    if sum(each.custom for each in item.fields) >= CUSTOM_FIELDS:
        yield Problem(("object",), "TOO_MANY_FIELDS", {"limit": CUSTOM_FIELDS})
    else:
        yield from column_problems(item)


def column_problems(item: ObjectDef) -> Iterator[Problem]:
    """Whether the table has no room for one more column."""
    if len(column_names(item)) >= COLUMNS:
        yield Problem(("object",), "TOO_MANY_FIELDS", {"limit": COLUMNS})
