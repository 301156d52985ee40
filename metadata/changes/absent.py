"""What of the metadata an administrator can bring back: hidden fields that may be shown again,
deleted fields and objects that are not purged yet. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeVar

from metadata.changes.shipped import changeable
from metadata.model import FieldDef, ObjectDef
from metadata.snapshot import living


@dataclass(frozen=True, slots=True)
class AbsentField:
    """`deleted_at` is None of a hidden one; `deleted_with` is the object that it went with, and
    comes back with, or ""."""

    object: ObjectDef
    field: FieldDef
    deleted_at: datetime | None = None
    deleted_with: str = ""


@dataclass(frozen=True, slots=True)
class AbsentObject:
    object: ObjectDef
    deleted_at: datetime


_T = TypeVar("_T", AbsentField, AbsentObject)
_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Absent:
    """Hidden fields in the order of their objects, what is deleted the newest first."""

    hidden_fields: tuple[AbsentField, ...]
    deleted_fields: tuple[AbsentField, ...]
    deleted_objects: tuple[AbsentObject, ...]


def absent(objects: Sequence[ObjectDef]) -> Absent:
    """`objects` with the deleted ones, whose fields are told by the object alone."""
    there = living(objects)
    hidden = (
        AbsentField(item, each)
        for item in there
        for each in item.fields
        if each.hidden and "hidden" in changeable(item, each)
    )
    fields = (
        AbsentField(item, each, datetime.fromisoformat(each.deleted_at), each.deleted_with)
        for item in there
        for each in item.deleted_fields
        if each.deleted_at is not None
    )
    gone = (
        AbsentObject(item, datetime.fromisoformat(item.deleted_at))
        for item in objects
        if item.deleted_at is not None and not item.purged
    )
    return Absent(tuple(hidden), _newest_first(fields), _newest_first(gone))


def _newest_first(found: Iterable[_T]) -> tuple[_T, ...]:
    return tuple(sorted(found, key=lambda each: each.deleted_at or _NEVER, reverse=True))
