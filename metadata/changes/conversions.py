"""Which types a field may change to without losing a value, and what its rows have to do for it.

Pure. Only conversions that need no new values in any row, or those that PostgreSQL makes without
writing the table anew (M28), are possible; everything else is refused with the reason.
"""

from collections.abc import Iterator

from engine.base.errors import Problem
from metadata.changes.difference import is_wider
from metadata.field_types.contract import ValueKind
from metadata.field_types.registry import FIELD_TYPES, field_type
from metadata.model import FieldDef
from metadata.physical import physical_columns

# every value of the first is one of each of the others, as it is stored
SAME_VALUES = {
    "mobile": ("telephone", "text", "longText"),
    "telephone": ("text", "longText"),
    "email": ("text", "longText"),
    "website": ("text", "longText"),
    "text": ("longText", "autoNumber"),
    "autoNumber": ("text",),
    "image": ("file",),
    "number": ("amount",),
    "amount": ("number",),
    "percent": ("number",),
    "tag": ("multipleChoice",),
    "multipleChoice": ("tag",),
}


def conversion_problem(old: FieldDef, new: FieldDef) -> Iterator[Problem]:
    """Why the field cannot become so; nothing when it can, or when its type stays."""
    if new.type not in FIELD_TYPES:
        return
    kinds = {"old": field_type(old.type).label, "new": field_type(new.type).label}
    if new.type != old.type and new.type not in SAME_VALUES.get(old.type, ()):
        yield Problem(("input", "type"), "TYPE_LOSES_VALUES", kinds)
        return
    before = {each.name: each.sql_type for each in physical_columns(old)}
    for column in physical_columns(new):
        was = before.get(column.name)
        if was is not None and was != column.sql_type and not _is_cheap(was, column.sql_type):
            path = "scale" if field_type(new.type).kind is ValueKind.DECIMAL else "type"
            yield Problem(("input", path), "TYPE_LOSES_VALUES", kinds)
            return


def _is_cheap(old: str, new: str) -> bool:
    return is_wider(new, old)
