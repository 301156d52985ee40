"""Several of a list of options, kept in the order of the list, each once."""

import re
from typing import Any

from metadata.field_types.contract import ValueKind
from metadata.field_types.options import check_option, option_label, option_of_text
from metadata.field_types.several import Several, check_list
from metadata.field_types.single_column import SET_OPERATORS
from metadata.model import FieldDef, Label

_SEPARATORS = re.compile(r"[,，;；、\n]")


class MultipleChoice(Several):
    """The parsed value is a tuple of option values; nothing chosen is None."""

    key = "multipleChoice"
    label = Label("多选", "Multiple choice")
    kind = ValueKind.CHOICES
    sql_type = "text[]"
    operators = SET_OPERATORS

    def parse(self, field: FieldDef, value: Any) -> tuple[str, ...] | None:
        if value is None:
            return None
        chosen = {check_option(field, each) for each in check_list(value)}
        return tuple(each.value for each in field.choices if each.value in chosen) or None

    def export(self, field: FieldDef, value: Any) -> str:
        return "、".join(option_label(field, each) for each in value or ())

    def from_text(self, field: FieldDef, text: str) -> list[str] | None:
        parts = [each for each in _SEPARATORS.split(text) if each.strip()]
        return [option_of_text(field, each) for each in parts] or None
