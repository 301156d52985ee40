"""Several users of the company."""

import re
from collections.abc import Mapping
from typing import Any

from engine.base.identifiers import RecordId
from metadata.field_types.contract import FieldProblem, ValueKind
from metadata.field_types.single_column import SingleColumn
from metadata.field_types.targets import check_target
from metadata.model import FieldDef, Label

MOST = 200
_SEPARATORS = re.compile(r"[,，;；、\s]+")


class Users(SingleColumn):
    """The parsed value is a tuple of row numbers, each once, in the order given."""

    key = "users"
    label = Label("人员（多选）", "Users")
    kind = ValueKind.RELATIONS
    sql_type = "bigint[]"
    operators: tuple[str, ...] = ("anyOf", "allOf", "noneOf", "isEmpty", "me")

    def parse(self, field: FieldDef, value: Any) -> tuple[int, ...] | None:
        if value is None:
            return None
        if not isinstance(value, list | tuple):
            raise FieldProblem("BAD_FORMAT")
        if len(value) > MOST:
            raise FieldProblem("TOO_LONG", maximum=MOST)
        numbers = [check_target(each, (str(field.target),)).number for each in value]
        return tuple(dict.fromkeys(numbers)) or None

    def store(self, field: FieldDef, value: Any) -> Mapping[str, Any]:
        return {field.column: None if value is None else list(value)}

    def load(self, field: FieldDef, row: Mapping[str, Any]) -> Any:
        found = row[field.column]
        return None if found is None else tuple(found)

    def log(self, field: FieldDef, value: Any) -> Any:
        if value is None:
            return None
        return [str(RecordId(str(field.target), number)) for number in value]

    def export(self, field: FieldDef, value: Any) -> str:
        return ", ".join(self.log(field, value) or ())

    def from_text(self, field: FieldDef, text: str) -> list[str] | None:
        return [each for each in _SEPARATORS.split(text) if each] or None
