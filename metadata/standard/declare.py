"""How the objects that ship are written down: physical names and system fields come by rule.

Declares nothing itself. Columns are the API names in snake_case, relations end in `_id`.
"""

from dataclasses import replace
from typing import Any

from engine.base.names import snake_case
from metadata.field_types.contract import ValueKind
from metadata.field_types.registry import field_type
from metadata.model import Capability, Choice, FieldDef, Label, ObjectDef, ObjectKind
from metadata.number_rule import NumberPart, NumberRule, PartKind

_TARGETS = {"user": "user", "users": "user", "department": "department"}
_SUFFIXES = {ValueKind.RELATION: "_id", ValueKind.RELATIONS: "_ids"}

ANY_RECORD = frozenset(
    {
        Capability.OWNED,
        Capability.TRASHABLE,
        Capability.FOLLOWABLE,
        Capability.FOLLOWED_UP,
        Capability.ATTACHABLE,
        Capability.LOGGED,
        Capability.TRANSFERABLE,
        Capability.STAGED,
        Capability.IMPORTABLE,
    }
)


def field(name: str, type: str, zh: str, en: str, **options: Any) -> FieldDef:
    """A field that ships; `options` are those of FieldDef."""
    suffix = _SUFFIXES.get(field_type(type).kind, "")
    options.setdefault("target", _TARGETS.get(type))
    options.setdefault("system", True)
    column = snake_case(name) + suffix
    return FieldDef(name=name, type=type, label=Label(zh, en), column=column, **options)


def kept(name: str, type: str, zh: str, en: str, **options: Any) -> FieldDef:
    """A field that the engine alone writes."""
    return field(name, type, zh, en, read_only=True, **options)


def number(zh: str) -> FieldDef:
    """The number of contracts and the like: the day of creation and a counter that is never
    reset, unless somebody types one (peer facts 1.7 and 9.3)."""
    return field(
        "number",
        "autoNumber",
        zh,
        "Number",
        required=True,
        unique=True,
        searchable=True,
        number_rule=NumberRule(
            parts=(
                NumberPart(kind=PartKind.DATE, format="yyyyMMdd"),
                NumberPart(kind=PartKind.COUNTER),
            ),
            manual=True,
        ),
    )


def choices(*options: tuple[str, str, str]) -> tuple[Choice, ...]:
    """Options as (stored value, Chinese label, English label)."""
    return tuple(Choice(value, Label(zh, en)) for value, zh, en in options)


def complete(definition: ObjectDef) -> ObjectDef:
    """The object with its system fields (OBJ-02) and the positions of all fields."""
    fields = (*definition.fields, *_system_fields(definition))
    return replace(
        definition,
        table=snake_case(definition.name),
        fields=tuple(replace(each, position=at) for at, each in enumerate(fields)),
    )


def _system_fields(definition: ObjectDef) -> list[FieldDef]:
    found = []
    if definition.can(Capability.OWNED):
        found.append(kept("owner", "user", "负责人", "Owner"))
    if definition.can(Capability.FOLLOWED_UP):
        found += [
            kept("lastFollowUpAt", "dateTime", "最后跟进时间", "Last follow-up"),
            kept("lastFollowUpText", "longText", "最后跟进记录", "Last follow-up text"),
        ]
    found += [
        kept("createdBy", "user", "创建人", "Created by"),
        kept("createdAt", "dateTime", "创建时间", "Created", required=True),
        kept("updatedAt", "dateTime", "更新时间", "Updated"),
        kept("version", "integer", "版本", "Version", required=True),
    ]
    if definition.can(Capability.TRASHABLE):
        found.append(kept("deletedAt", "dateTime", "删除时间", "Deleted"))
    return [each for each in found if definition.name != "operationLog"]


def record(name: str, plural: str, zh: str, en: str, **options: Any) -> ObjectDef:
    """A record object; `more` are capabilities beyond what every record can."""
    more = options.pop("more", ())
    return complete(
        ObjectDef(
            name=name,
            plural=plural,
            label=Label(zh, en),
            kind=ObjectKind.RECORD,
            table="",
            capabilities=ANY_RECORD.union(more),
            **options,
        )
    )


def satellite(name: str, plural: str, zh: str, en: str, **options: Any) -> ObjectDef:
    """What hangs on records or users."""
    return _plain(ObjectKind.SATELLITE, (name, plural), Label(zh, en), options)


def organisation(name: str, plural: str, zh: str, en: str, **options: Any) -> ObjectDef:
    """Users, departments, roles."""
    return _plain(ObjectKind.ORGANISATION, (name, plural), Label(zh, en), options)


def _plain(
    kind: ObjectKind, names: tuple[str, str], label: Label, options: dict[str, Any]
) -> ObjectDef:
    name, plural = names
    return complete(
        ObjectDef(name=name, plural=plural, label=label, kind=kind, table="", **options)
    )
