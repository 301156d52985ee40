"""A text in the form that explains it; holds no value."""

from collections.abc import Mapping
from typing import Any

from metadata.field_types.contract import Column, ValueKind
from metadata.field_types.single_column import SingleColumn
from metadata.model import FieldDef, Label


class Description(SingleColumn):
    key = "description"
    label = Label("描述文字", "Description")
    kind = ValueKind.NONE
    sql_type = ""

    def columns(self, field: FieldDef) -> tuple[Column, ...]:
        return ()

    def parse(self, field: FieldDef, value: Any) -> None:
        return None

    def store(self, field: FieldDef, value: Any) -> Mapping[str, Any]:
        return {}

    def load(self, field: FieldDef, row: Mapping[str, Any]) -> None:
        return None
