"""Options of choice fields: finding one by value, or by label for a cell of an import."""

from typing import Any

from metadata.field_types.contract import FieldProblem
from metadata.model import Choice, FieldDef


def check_option(field: FieldDef, value: Any) -> str:
    """The value of an option that may be chosen now. Raises BAD_FORMAT or UNKNOWN_OPTION."""
    if not isinstance(value, str):
        raise FieldProblem("BAD_FORMAT")
    if not any(each.value == value and not each.retired for each in field.choices):
        raise FieldProblem("UNKNOWN_OPTION", value=value[:100])
    return value


def option_of_text(field: FieldDef, text: str) -> str:
    """The value of the option with this label in either language, or this value."""
    wanted = text.strip().casefold()
    for each in field.choices:
        if not each.retired and wanted in _names(each):
            return each.value
    raise FieldProblem("UNKNOWN_OPTION", value=text.strip()[:100])


def option_label(field: FieldDef, value: str) -> str:
    """The Chinese label of a stored value, retired ones included; else the value."""
    return next((each.label.zh for each in field.choices if each.value == value), value)


def _names(choice: Choice) -> set[str]:
    return {choice.value.casefold(), choice.label.zh.casefold(), choice.label.en.casefold()}
