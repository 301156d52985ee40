"""An address: province, city, district, and the rest as text."""

from collections.abc import Mapping
from typing import Any

from metadata.field_types.clean import clean_line
from metadata.field_types.contract import FieldProblem, ValueKind
from metadata.field_types.single_column import SingleColumn
from metadata.model import FieldDef, Label

PARTS = {"province": 50, "city": 50, "district": 50, "detail": 255}


class Region(SingleColumn):
    """The parsed value maps the parts that are not blank to their texts."""

    key = "region"
    label = Label("省市区地址", "Region and address")
    kind = ValueKind.REGION
    sql_type = "jsonb"
    operators = ("province", "city", "district", "isNull")
    mask = "region"

    def parse(self, field: FieldDef, value: Any) -> dict[str, str] | None:
        if value is None:
            return None
        if not isinstance(value, Mapping) or not PARTS.keys() >= value.keys():
            raise FieldProblem("BAD_FORMAT")
        cleaned = {name: clean_line(value.get(name), most) for name, most in PARTS.items()}
        return {name: text for name, text in cleaned.items() if text is not None} or None

    def export(self, field: FieldDef, value: Any) -> str:
        return " ".join(value[name] for name in PARTS if name in value) if value else ""

    def from_text(self, field: FieldDef, text: str) -> dict[str, str] | None:
        """`广东省 深圳市 南山区 科技路 1 号`; one part alone is the detail."""
        parts = text.split(maxsplit=len(PARTS) - 1)
        if len(parts) < len(PARTS):
            return {"detail": text} if parts else None
        return dict(zip(PARTS, parts, strict=True))
