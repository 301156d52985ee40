"""A CRM of two objects, small enough to be changed in a line."""

from dataclasses import replace
from typing import Any

from metadata.model import Capability, Choice, FieldDef, Label, ObjectDef, ObjectKind


def label(text: str) -> Label:
    return Label(text, text)


def field(name: str, type: str = "text", **given: Any) -> FieldDef:
    return FieldDef(**{"name": name, "type": type, "label": label(name), "column": name, **given})


CREATED_AT = field("createdAt", "dateTime", column="created_at", system=True, read_only=True)
DELETED_AT = field("deletedAt", "dateTime", column="deleted_at", system=True, read_only=True)
USER = ObjectDef(
    name="user",
    plural="users",
    label=label("user"),
    kind=ObjectKind.ORGANISATION,
    table="user",
    fields=(field("name", searchable=True),),
)
CUSTOMER = ObjectDef(
    name="customer",
    plural="customers",
    label=label("customer"),
    kind=ObjectKind.RECORD,
    table="customer",
    capabilities=frozenset({Capability.TRASHABLE, Capability.OWNED}),
    fields=(
        field("name", searchable=True),
        field("mobile", "mobile", unique=True, searchable=True),
        field("level", "choice", choices=(Choice("A", label("A")), Choice("B", label("B")))),
        field("amount", "number", precision=10, scale=2),
        field("owner", "user", column="owner_id", target="user", system=True),
        CREATED_AT,
        DELETED_AT,
    ),
)
OBJECTS = (CUSTOMER, USER)


def with_fields(item: ObjectDef, *fields: FieldDef) -> ObjectDef:
    """The object with these fields in place of those of the same name, or behind the others."""
    given = {each.name: each for each in fields}
    kept = tuple(given.pop(each.name, each) for each in item.fields)
    return replace(item, fields=(*kept, *given.values()))


def without_field(item: ObjectDef, name: str) -> ObjectDef:
    return replace(item, fields=tuple(each for each in item.fields if each.name != name))
