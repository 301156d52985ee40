"""Several users of the company."""

import re
from typing import Any

from engine.base.identifiers import RecordId
from metadata.field_types.contract import ValueKind
from metadata.field_types.several import Several, check_list
from metadata.field_types.targets import check_target
from metadata.model import FieldDef, Label

MOST = 200
_SEPARATORS = re.compile(r"[,，;；、\s]+")


class Users(Several):
    """The parsed value is a tuple of row numbers, each once, in the order given."""

    key = "users"
    label = Label("人员（多选）", "Users")
    kind = ValueKind.RELATIONS
    sql_type = "bigint[]"
    operators: tuple[str, ...] = ("anyOf", "allOf", "noneOf", "isEmpty", "me")

    def parse(self, field: FieldDef, value: Any) -> tuple[int, ...] | None:
        if value is None:
            return None
        target = (str(field.target),)
        numbers = [check_target(each, target).number for each in check_list(value, MOST)]
        return tuple(dict.fromkeys(numbers)) or None

    def log(self, field: FieldDef, value: Any) -> Any:
        if value is None:
            return None
        return [str(RecordId(str(field.target), number)) for number in value]

    def export(self, field: FieldDef, value: Any) -> str:
        return ", ".join(self.log(field, value) or ())

    def from_text(self, field: FieldDef, text: str) -> list[str] | None:
        return [each for each in _SEPARATORS.split(text) if each] or None
