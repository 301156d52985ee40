"""What a row of the operation log changed: a list of `{field, old, new}`, written by the engine."""

from typing import Any

from metadata.field_types.json_value import Json
from metadata.model import FieldDef, Label


class Changes(Json):
    key = "changes"
    label = Label("变更内容", "Changes")

    def parse(self, field: FieldDef, value: Any) -> Any:
        """Never an input: what the engine hands over is taken as it is."""
        return value
