"""A whole number, as far as a GraphQL Int goes."""

from typing import Any

from metadata.field_types.contract import FieldProblem, ValueKind
from metadata.field_types.single_column import (
    NUMBER_OPERATORS,
    SUMMED,
    SingleColumn,
    check_range,
)
from metadata.model import FieldDef, Label

BIGGEST = 2**31 - 1


class Integer(SingleColumn):
    key = "integer"
    label = Label("整数", "Integer")
    kind = ValueKind.INTEGER
    sql_type = "bigint"
    operators = NUMBER_OPERATORS
    sortable = True
    groupable = True
    aggregates = SUMMED

    def parse(self, field: FieldDef, value: Any) -> int | None:
        if value is None:
            return None
        if type(value) is not int:
            raise FieldProblem("BAD_FORMAT")
        if abs(value) > BIGGEST:
            raise FieldProblem("OUT_OF_RANGE", minimum=-BIGGEST, maximum=BIGGEST)
        check_range(field, value)
        return value

    def from_text(self, field: FieldDef, text: str) -> int | None:
        digits = text.strip()
        if not digits:
            return None
        if not digits.isascii() or not digits.removeprefix("-").isdigit() or len(digits) > 20:
            raise FieldProblem("BAD_FORMAT")
        return int(digits)
