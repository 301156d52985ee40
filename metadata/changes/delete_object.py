"""Changing, deleting, restoring and purging a custom object (FLD-11).

With an object go the relations that lead to it, and they come back with it. Its rows stay in
their table until it is purged; its name stays taken for good.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from engine.base.clock import now
from engine.base.errors import Problem
from metadata.changes.change import Objects, OfObject, Refused, refuse
from metadata.changes.check_field import label_problems
from metadata.changes.columns import purged
from metadata.changes.delete_field import with_restored, without_field
from metadata.changes.naming import fold, taken_names
from metadata.changes.objects import object_of, with_object
from metadata.changes.quotas import no_room
from metadata.changes.satellites import with_satellites, without_satellites
from metadata.field_types.contract import Aggregate
from metadata.field_types.registry import field_type
from metadata.model import ObjectDef


@dataclass(frozen=True, slots=True)
class UpdateObject(OfObject):
    """`patch` holds the new `label` and `totals` of a custom object; of others the label only."""

    patch: Mapping[str, Any]
    kind = "updateObject"
    breaks = False

    def apply(self, objects: Objects) -> Objects:
        old = object_of(objects, self.name)
        new = replace(old, **self.patch)
        problems = list(label_problems(new.label, ("input", "label")))
        summed = {f.name for f in new.fields if Aggregate.SUM in field_type(f.type).aggregates}
        if new.totals != old.totals and not (old.custom and summed >= set(new.totals)):
            problems.append(Problem(("input", "totals"), "NOT_CHANGEABLE", {"field": old.label}))
        if problems:
            raise Refused(problems)
        return with_object(objects, new)


@dataclass(frozen=True, slots=True)
class DeleteObject(OfObject):
    at: datetime = field(default_factory=now)
    kind = "deleteObject"
    breaks = True

    def apply(self, objects: Objects) -> Objects:
        gone = object_of(objects, self.name)
        if not gone.custom:
            raise refuse("name", "NOT_DELETABLE", field=gone.label)
        left = tuple(self._without_relations(item) for item in objects)
        gone = replace(object_of(left, self.name), deleted_at=self.at.isoformat())
        return without_satellites(with_object(left, gone), self.name)

    def _without_relations(self, item: ObjectDef) -> ObjectDef:
        """Other objects without what leads to this one."""
        if item.name == self.name:
            return item
        for each in item.fields:
            if each.target == self.name:
                item = without_field(item, each, self.at, because=self.name)
        return item


@dataclass(frozen=True, slots=True)
class RestoreObject(OfObject):
    kind = "restoreObject"
    breaks = False

    def apply(self, objects: Objects) -> Objects:
        gone = deleted_object(objects, self.name)
        if gone.custom and (problems := no_room(objects, "name")):
            raise Refused(problems)
        back = replace(gone, deleted_at=None)
        found = with_satellites(with_object(objects, back), back)
        for item in found:
            for each in item.deleted_fields:
                if each.deleted_with == self.name:
                    found = _with_relation(found, item.name, each.name)
        return found


@dataclass(frozen=True, slots=True)
class PurgeObject(OfObject):
    """Gives up a deleted object with all its records for good; of it the name stays."""

    kind = "purgeObject"
    breaks = True

    def apply(self, objects: Objects) -> Objects:
        gone = deleted_object(objects, self.name)
        bare = replace(gone, fields=(), deleted_fields=(), spare_columns=(), purged=True)
        left = tuple(_without_deleted_relations(item, self.name) for item in objects)
        return with_object(left, bare)


def deleted_object(objects: Objects, name: str) -> ObjectDef:
    """Raises Refused when there is no deleted object of the name that can be restored."""
    for item in objects:
        if item.name == name and item.deleted_at is not None and not item.purged:
            return item
    living = any(item.name == name and item.deleted_at is None for item in objects)
    raise refuse("name", "NOT_DELETED" if living else "UNKNOWN_OBJECT", value=name)


def _with_relation(objects: Objects, object_name: str, name: str) -> Objects:
    """The relation that went with its target comes back, unless its name is taken by now."""
    item = object_of(objects, object_name)
    found = next(each for each in reversed(item.deleted_fields) if each.name == name)
    if fold(name) in taken_names(objects, item):
        return objects
    back = replace(found, deleted_at=None, deleted_with="")
    return with_object(objects, with_restored(item, found, back))


def _without_deleted_relations(item: ObjectDef, target: str) -> ObjectDef:
    """Deleted fields that led to a purged object cannot come back."""
    for each in item.deleted_fields:
        if each.target == target:
            item = purged(item, each)
    return item
