"""Files of a record: ids of its attachments in order; the files are stored elsewhere."""

import re
from typing import Any

from metadata.field_types.contract import ValueKind
from metadata.field_types.several import Several, check_list
from metadata.field_types.targets import check_target
from metadata.model import FieldDef, Label

_SEPARATORS = re.compile(r"[,，;；\s]+")


class File(Several):
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
        files = check_list(value, field.max_length or self.most)
        ids = [str(check_target(each, ("attachment",))) for each in files]
        return tuple(dict.fromkeys(ids)) or None

    def export(self, field: FieldDef, value: Any) -> str:
        return ", ".join(value or ())

    def from_text(self, field: FieldDef, text: str) -> list[str] | None:
        return [each for each in _SEPARATORS.split(text) if each] or None
