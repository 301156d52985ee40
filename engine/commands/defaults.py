"""What a field holds when a create does not say: `=literal`, today, now, currentUser (FLD-02)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from engine.base.identifiers import RecordId
from metadata.field_types.contract import ValueKind
from metadata.field_types.registry import field_type
from metadata.model import FieldDef


@dataclass(frozen=True, slots=True)
class Defaults:
    """What expressions refer to: the moment of the command, the company's zone, the user."""

    at: datetime
    zone: ZoneInfo
    user: RecordId


def default_value(field: FieldDef, defaults: Defaults) -> Any:
    """The default as an input value (what `FieldType.parse` takes); None when there is none."""
    if field.default is None:
        return None
    if field.default.startswith("="):
        return field_type(field.type).from_text(field, field.default[1:])
    if field.default == "today":
        return defaults.at.astimezone(defaults.zone).date()
    if field.default == "now":
        return defaults.at
    if field.default == "currentUser":
        user = str(defaults.user)
        return [user] if field_type(field.type).kind is ValueKind.RELATIONS else user
    raise ValueError(f"default of {field.name}: {field.default!r} is no expression")
