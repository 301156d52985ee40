"""Finding objects and fields in the objects of a company, and putting changed ones back. Pure."""

from collections.abc import Iterable

from metadata.changes.change import Objects, refuse
from metadata.model import FieldDef, ObjectDef


def object_of(objects: Objects, name: str) -> ObjectDef:
    """The living object. Raises Refused."""
    for item in objects:
        if item.name == name and item.deleted_at is None:
            return item
    raise refuse("object", "UNKNOWN_OBJECT", value=name)


def field_of(item: ObjectDef, name: str) -> FieldDef:
    """The living field. Raises Refused."""
    for field in item.fields:
        if field.name == name:
            return field
    raise refuse("name", "UNKNOWN_FIELD", value=name)


def with_object(objects: Objects, changed: ObjectDef) -> Objects:
    """`objects` with the one of the same name and table replaced."""
    return tuple(changed if item.table == changed.table else item for item in objects)


def with_field(fields: Iterable[FieldDef], changed: FieldDef) -> tuple[FieldDef, ...]:
    return tuple(changed if each.name == changed.name else each for each in fields)
