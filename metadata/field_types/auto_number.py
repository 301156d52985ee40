"""A number that the company gives by a rule (FLD-07); a line of text that sorts and is searched.

The rule is the field's `number_rule`, the numbers are made by `engine/commands/numbering.py`.
"""

from typing import Any

from metadata.field_types.clean import clean_line
from metadata.field_types.text import Text
from metadata.model import FieldDef, Label

LONGEST = 200


class AutoNumber(Text):
    key = "autoNumber"
    label = Label("自动编号", "Auto number")

    def parse(self, field: FieldDef, value: Any) -> str | None:
        """A number typed by hand, where the rule lets people do so."""
        return clean_line(value, field.max_length or LONGEST)
