"""A relation to one record of another object: a foreign key."""

from typing import Any

from engine.base.identifiers import RecordId
from metadata.field_types.contract import ValueKind
from metadata.field_types.single_column import COUNTED, SingleColumn
from metadata.field_types.targets import check_target
from metadata.model import FieldDef, Label


class Relation(SingleColumn):
    """The parsed value is the number of the target row."""

    key = "relation"
    label = Label("关联对象", "Relation")
    kind = ValueKind.RELATION
    sql_type = "bigint"
    operators: tuple[str, ...] = ("eq", "in", "isNull", "is")
    groupable = True
    aggregates = COUNTED

    def parse(self, field: FieldDef, value: Any) -> int | None:
        if value is None or value == "":
            return None
        return check_target(value, (str(field.target),)).number

    def log(self, field: FieldDef, value: Any) -> Any:
        return None if value is None else str(RecordId(str(field.target), value))

    def export(self, field: FieldDef, value: Any) -> str:
        return "" if value is None else str(RecordId(str(field.target), value))
