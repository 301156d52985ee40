"""Files of a record: ids of its attachments in order; the files are stored elsewhere."""

import re
from collections.abc import Mapping
from typing import Any

from metadata.field_types.contract import FieldProblem, ValueKind
from metadata.field_types.single_column import SingleColumn
from metadata.field_types.targets import check_target
from metadata.model import FieldDef, Label

_SEPARATORS = re.compile(r"[,，;；\s]+")


class File(SingleColumn):
    """The parsed value is a tuple of global ids; `max_length` is how many there may be."""

    key = "file"
    label = Label("附件", "Files")
    kind = ValueKind.FILES
    sql_type = "jsonb"
    operators = ("isNull",)
    most = 20

    def parse(self, field: FieldDef, value: Any) -> tuple[str, ...] | None:
        if value is None:
            return None
        if not isinstance(value, list | tuple):
            raise FieldProblem("BAD_FORMAT")
        most = field.max_length or self.most
        if len(value) > most:
            raise FieldProblem("TOO_LONG", maximum=most)
        ids = [str(check_target(each, ("attachment",))) for each in value]
        return tuple(dict.fromkeys(ids)) or None

    def store(self, field: FieldDef, value: Any) -> Mapping[str, Any]:
        return {field.column: None if value is None else list(value)}

    def load(self, field: FieldDef, row: Mapping[str, Any]) -> Any:
        found = row[field.column]
        return None if found is None else tuple(found)

    def log(self, field: FieldDef, value: Any) -> Any:
        return None if value is None else list(value)

    def export(self, field: FieldDef, value: Any) -> str:
        return ", ".join(value or ())

    def from_text(self, field: FieldDef, text: str) -> list[str] | None:
        return [each for each in _SEPARATORS.split(text) if each] or None
