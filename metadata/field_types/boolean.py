"""Yes or no."""

from typing import Any

from metadata.field_types.contract import FieldProblem, ValueKind
from metadata.field_types.single_column import COUNTED, SingleColumn
from metadata.model import FieldDef, Label

_YES = frozenset({"true", "yes", "1", "是"})
_NO = frozenset({"false", "no", "0", "否"})


class Boolean(SingleColumn):
    key = "boolean"
    label = Label("布尔值", "Yes / no")
    kind = ValueKind.BOOLEAN
    sql_type = "boolean"
    operators = ("eq", "isNull")
    sortable = True
    groupable = True
    aggregates = COUNTED

    def parse(self, field: FieldDef, value: Any) -> bool | None:
        if value is None or isinstance(value, bool):
            return value
        raise FieldProblem("BAD_FORMAT")

    def export(self, field: FieldDef, value: Any) -> str:
        return "" if value is None else ("是" if value else "否")

    def from_text(self, field: FieldDef, text: str) -> bool | None:
        word = text.strip().lower()
        if word not in _YES | _NO | {""}:
            raise FieldProblem("BAD_FORMAT")
        return None if not word else word in _YES
