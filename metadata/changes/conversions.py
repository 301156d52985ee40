"""Which types a field may change to without losing a value, and what its rows have to do for it.

Pure. Where every value stays as it is stored, nothing is written. Where values are written anew,
the field gets another column (`converted_values.py`): whoever still reads by the former version
finds the former values. What depends on the values is `metadata/changes/rows.py`.
"""

import re
from collections.abc import Iterator

from engine.base.errors import Problem
from metadata.field_types.registry import FIELD_TYPES, field_type
from metadata.model import FieldDef
from metadata.physical import physical_columns

_TEXTS = ("text", "longText")
# every value of the first is one of each of the others, as it is stored
SAME_VALUES = {
    "mobile": ("telephone", *_TEXTS),
    "telephone": _TEXTS,
    "email": _TEXTS,
    "website": _TEXTS,
    "text": ("longText", "autoNumber"),
    "autoNumber": ("text",),
    "image": ("file",),
    "number": ("amount",),
    "amount": ("number",),
    "percent": ("number",),
    "tag": ("multipleChoice",),
    "multipleChoice": ("tag",),
    "choice": _TEXTS,
}
# of each value another one of the new type can be made that says the same; of a long text only
# when it is short enough and of one line
WRITTEN_ANEW = {
    "longText": ("text",),
    "integer": ("number", "amount", *_TEXTS),
    "number": _TEXTS,
    "amount": _TEXTS,
    "percent": _TEXTS,
    "date": _TEXTS,
    "dateTime": _TEXTS,
    "choice": ("multipleChoice", "tag"),
    "user": ("users",),
    "department": ("departments",),
}
# would lose nothing either, but nobody has made it yet
NOT_OFFERED = {
    "integer": ("percent",),
    "number": ("percent",),
    "amount": ("percent",),
    "percent": ("amount",),
    "boolean": ("choice", *_TEXTS),
    "date": ("dateTime", "dateRange"),
    "dateRange": _TEXTS,
    "multipleChoice": _TEXTS,
    "tag": _TEXTS,
    "region": _TEXTS,
    "location": _TEXTS,
    "user": _TEXTS,
    "users": _TEXTS,
    "department": _TEXTS,
    "departments": _TEXTS,
    "relation": _TEXTS,
}
_OFFERED = (SAME_VALUES, WRITTEN_ANEW)
_NUMERIC = re.compile(r"numeric\((\d+), ?(\d+)\)")


def conversion_problem(old: FieldDef, new: FieldDef) -> Iterator[Problem]:
    """Why the field cannot become so, whatever its values; nothing when its type stays."""
    if new.type not in FIELD_TYPES or new.type == old.type:
        return
    if not any(new.type in each.get(old.type, ()) for each in _OFFERED):
        yield _refusal(old, new)


def cell_problem(old: FieldDef, new: FieldDef) -> Iterator[Problem]:
    """The same of a column of a sub-table: its values are kept as JSON, and stay as they are."""
    known = new.type in FIELD_TYPES
    if known and new.type != old.type and new.type not in SAME_VALUES.get(old.type, ()):
        yield _refusal(old, new)


def writes_anew(old: FieldDef, new: FieldDef) -> bool:
    """Whether the values have to be written once more, into a column of another type."""
    before, after = physical_columns(old)[:1], physical_columns(new)[:1]
    if not before or not after:
        return False
    if new.type in WRITTEN_ANEW.get(old.type, ()):
        return True
    return not _is_cheap(after[0].sql_type, before[0].sql_type)


def stays_as_stored(old: FieldDef, new: FieldDef) -> bool:
    """Whether the field can become so with no look at its values."""
    return not any(conversion_problem(old, new)) and not writes_anew(old, new)


def conversion_path(old: FieldDef, new: FieldDef) -> str:
    """The setting that a problem of a conversion is about."""
    if old.type != new.type:
        return "type"
    return "precision" if old.scale == new.scale else "scale"


def type_labels(old: FieldDef, new: FieldDef) -> dict[str, object]:
    return {"old": field_type(old.type).label, "new": field_type(new.type).label}


def digits(sql_type: str) -> tuple[int, int] | None:
    """Digits before and behind the point of a decimal's SQL type; None of any other."""
    found = _NUMERIC.fullmatch(sql_type)
    return None if found is None else (int(found[1]) - int(found[2]), int(found[2]))


def _refusal(old: FieldDef, new: FieldDef) -> Problem:
    lossless = any(new.type in each.get(old.type, ()) for each in (*_OFFERED, NOT_OFFERED))
    code = "TYPE_NOT_OFFERED" if lossless else "TYPE_LOSES_VALUES"
    return Problem(("input", "type"), code, type_labels(old, new))


def _is_cheap(new: str, old: str) -> bool:
    """Does PostgreSQL take the column for one of the new type without writing it anew (M28)?"""
    before, after = digits(old), digits(new)
    if before is None or after is None:
        return new == old
    return after[1] == before[1] and after[0] >= before[0]
