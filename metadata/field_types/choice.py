"""One of a list of options. What is stored never changes, labels may; no PostgreSQL enum."""

from typing import Any

from metadata.field_types.contract import ValueKind
from metadata.field_types.options import check_option, option_label, option_of_text
from metadata.field_types.single_column import COUNTED, SingleColumn
from metadata.model import FieldDef, Label


class ChoiceType(SingleColumn):
    key = "choice"
    label = Label("单选", "Single choice")
    kind = ValueKind.CHOICE
    sql_type = "text"
    operators = ("eq", "ne", "in", "notIn", "isNull")
    sortable = True
    groupable = True
    aggregates = COUNTED

    def parse(self, field: FieldDef, value: Any) -> str | None:
        return None if value is None or value == "" else check_option(field, value)

    def export(self, field: FieldDef, value: Any) -> str:
        return "" if value is None else option_label(field, value)

    def from_text(self, field: FieldDef, text: str) -> str | None:
        return option_of_text(field, text) if text.strip() else None
