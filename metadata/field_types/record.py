"""The record that a satellite hangs on, of any of the objects that the field names."""

from collections.abc import Mapping
from typing import Any

from engine.base.identifiers import RecordId
from metadata.field_types.contract import Column, ValueKind
from metadata.field_types.single_column import SingleColumn
from metadata.field_types.targets import check_target
from metadata.model import FieldDef, Label


class Record(SingleColumn):
    """Two columns, `<column>_object` and `<column>_id`; the parsed value is a RecordId."""

    key = "record"
    label = Label("所属记录", "Record")
    kind = ValueKind.RECORD
    sql_type = "text"
    operators = ("eq", "in", "object", "isNull")

    def columns(self, field: FieldDef) -> tuple[Column, ...]:
        return (Column(f"{field.column}_object", "text"), Column(f"{field.column}_id", "bigint"))

    def parse(self, field: FieldDef, value: Any) -> RecordId | None:
        return None if value is None or value == "" else check_target(value, field.targets)

    def store(self, field: FieldDef, value: Any) -> Mapping[str, Any]:
        return {
            f"{field.column}_object": None if value is None else value.object,
            f"{field.column}_id": None if value is None else value.number,
        }

    def load(self, field: FieldDef, row: Mapping[str, Any]) -> RecordId | None:
        number = row[f"{field.column}_id"]
        return None if number is None else RecordId(row[f"{field.column}_object"], number)

    def log(self, field: FieldDef, value: Any) -> Any:
        return None if value is None else str(value)
