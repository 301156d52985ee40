"""The kinds of value that a formula computes with, and which of them a field has.

A formula's result is that of an ordinary field type: its field *is* one, with a formula.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum

from metadata.field_types.contract import ValueKind
from metadata.field_types.registry import field_type
from metadata.model import FieldDef, Label


class Kind(StrEnum):
    """OTHER is what can be asked for being blank only; BLANK fits every kind."""

    NUMBER = "number"
    TEXT = "text"
    BOOLEAN = "boolean"
    DATE = "date"
    DATE_TIME = "dateTime"
    OTHER = "other"
    BLANK = "blank"


SQL_TYPES: Mapping[Kind, str] = {
    Kind.NUMBER: "numeric",
    Kind.TEXT: "text",
    Kind.BOOLEAN: "boolean",
    Kind.DATE: "date",
    Kind.DATE_TIME: "timestamptz",
}
_OF_VALUE: Mapping[ValueKind, Kind] = {
    ValueKind.TEXT: Kind.TEXT,
    ValueKind.CHOICE: Kind.TEXT,
    ValueKind.INTEGER: Kind.NUMBER,
    ValueKind.DECIMAL: Kind.NUMBER,
    ValueKind.BOOLEAN: Kind.BOOLEAN,
    ValueKind.DATE: Kind.DATE,
    ValueKind.DATE_TIME: Kind.DATE_TIME,
}
_LABELS: Mapping[Kind, Label] = {
    Kind.NUMBER: Label("数字", "a number"),
    Kind.TEXT: Label("文本", "text"),
    Kind.BOOLEAN: Label("是否", "true or false"),
    Kind.DATE: Label("日期", "a date"),
    Kind.DATE_TIME: Label("日期时间", "a date with time"),
    Kind.OTHER: Label("其他类型的值", "of another kind"),
    Kind.BLANK: Label("空值", "blank"),
}
# field type → the kind that a formula of it must have
RESULTS: Mapping[str, Kind] = {
    "text": Kind.TEXT,
    "integer": Kind.NUMBER,
    "number": Kind.NUMBER,
    "amount": Kind.NUMBER,
    "percent": Kind.NUMBER,
    "boolean": Kind.BOOLEAN,
    "date": Kind.DATE,
    "dateTime": Kind.DATE_TIME,
}


def kind_of(field: FieldDef) -> Kind | None:
    """The kind a field has in formulas; None when it cannot be used in one."""
    kind = field_type(field.type).kind
    if kind is ValueKind.NONE or field.hidden:
        return None
    return _OF_VALUE.get(kind, Kind.OTHER)


def misfit(given: Kind, wanted: Kind) -> Mapping[str, Label]:
    """What the problem of a result of the wrong kind tells."""
    return {"given": _LABELS[given], "wanted": _LABELS[wanted]}


def kinds_of(fields: Iterable[FieldDef]) -> Mapping[str, Kind]:
    """Per name the kind of every field that formulas can use."""
    return {each.name: kind for each in fields if (kind := kind_of(each)) is not None}
