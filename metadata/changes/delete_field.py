"""Deleting a field, restoring it, and purging it for good (FLD-03).

A deleted field leaves the API at once; its column stays with its values until it is purged.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime

from engine.base.clock import now
from engine.base.errors import Problem
from metadata.changes.change import Objects, OfField, Refused, refuse
from metadata.changes.columns import purged
from metadata.changes.naming import name_problem, taken_names
from metadata.changes.objects import field_of, object_of, with_object
from metadata.changes.quotas import CUSTOM_FIELDS, DELETED_FIELDS
from metadata.changes.relations import relation_problems
from metadata.changes.shown_fields import no_longer_showing, remembering, shown_again
from metadata.model import FieldDef, ObjectDef


@dataclass(frozen=True, slots=True)
class DeleteField(OfField):
    """Only an administrator's own fields go; those that ship can be hidden."""

    at: datetime = field(default_factory=now)
    kind = "deleteField"
    breaks = True

    def apply(self, objects: Objects) -> Objects:
        item = object_of(objects, self.object)
        gone = field_of(item, self.name)
        if not gone.custom or gone.name in (item.title, item.parent):
            raise refuse("name", "NOT_DELETABLE", field=gone.label)
        return with_object(objects, without_field(item, gone, self.at))


@dataclass(frozen=True, slots=True)
class RestoreField(OfField):
    """Brings back the field of this name that was deleted last."""

    kind = "restoreField"
    breaks = False

    def apply(self, objects: Objects) -> Objects:
        item = object_of(objects, self.object)
        found = deleted_field(item, self.name)
        back = replace(found, deleted_at=None, deleted_with="")
        problems = [
            *name_problem(back.name, taken_names(objects, item)),
            *relation_problems(objects, item, back),
        ]
        if sum(each.custom for each in item.fields) >= CUSTOM_FIELDS:
            problems.append(Problem(("object",), "TOO_MANY_FIELDS", {"limit": CUSTOM_FIELDS}))
        if problems:
            raise Refused(problems)
        return with_object(objects, with_restored(item, found, back))


@dataclass(frozen=True, slots=True)
class PurgeField(OfField):
    """Gives up the values of a deleted field for good; its column serves later fields. `column`
    tells apart several of one name; "" is the one deleted last."""

    column: str = ""
    kind = "purgeField"
    breaks = False

    def apply(self, objects: Objects) -> Objects:
        item = object_of(objects, self.object)
        return with_object(objects, purged(item, deleted_field(item, self.name, self.column)))


def deleted_field(item: ObjectDef, name: str, column: str = "") -> FieldDef:
    """The one of the column, or the one deleted last. Raises Refused, for a living one too."""
    for each in reversed(item.deleted_fields):
        if each.name == name and column in ("", each.column):
            return each
    living = any(each.name == name for each in item.fields)
    raise refuse("name", "NOT_DELETED" if living else "UNKNOWN_FIELD", value=name)


def without_field(item: ObjectDef, gone: FieldDef, at: datetime, because: str = "") -> ObjectDef:
    """The object with the field deleted; the oldest of too many deleted ones is purged."""
    kept = remembering(item, gone)
    marked = replace(kept, deleted_at=at.isoformat(), deleted_with=because)
    left = replace(
        item,
        fields=tuple(
            no_longer_showing(each, gone.name) for each in item.fields if each.name != gone.name
        ),
        deleted_fields=(*item.deleted_fields, marked),
    )
    while len(left.deleted_fields) > DELETED_FIELDS:
        left = purged(left, left.deleted_fields[0])
    return left


def with_restored(item: ObjectDef, found: FieldDef, back: FieldDef) -> ObjectDef:
    there = replace(
        item,
        fields=(*item.fields, back),
        deleted_fields=tuple(each for each in item.deleted_fields if each is not found),
    )
    return shown_again(there, back)
