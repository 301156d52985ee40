"""Text of several lines. Not sorted or grouped by."""

from typing import Any

from metadata.field_types.clean import clean_text
from metadata.field_types.contract import ValueKind
from metadata.field_types.single_column import TEXT_OPERATORS, SingleColumn
from metadata.model import FieldDef, Label

LONGEST = 5000


class LongText(SingleColumn):
    key = "longText"
    label = Label("多行文本", "Long text")
    kind = ValueKind.TEXT
    sql_type = "text"
    operators = TEXT_OPERATORS

    def parse(self, field: FieldDef, value: Any) -> str | None:
        return clean_text(value, field.max_length or LONGEST)
