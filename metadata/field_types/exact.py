"""Exact decimals of a field: what number, amount and percent share (H1, H2, M15)."""

from decimal import Decimal
from typing import Any

from engine.base.decimals import parse_decimal
from metadata.field_types.contract import Aggregate, Column, FieldProblem, ValueKind
from metadata.field_types.single_column import (
    NUMBER_OPERATORS,
    SUMMED,
    SingleColumn,
    check_range,
)
from metadata.model import FieldDef


class Exact(SingleColumn):
    """`precision` digits in all, `scale` of them decimals, unless the field says otherwise."""

    kind = ValueKind.DECIMAL
    operators: tuple[str, ...] = NUMBER_OPERATORS
    sortable = True
    groupable = True
    aggregates: frozenset[Aggregate] = SUMMED
    precision: int
    scale: int

    def columns(self, field: FieldDef) -> tuple[Column, ...]:
        precision, scale = self._size(field)
        column = Column(field.column, f"numeric({precision},{scale})")
        return () if field.virtual else (column,)

    def parse(self, field: FieldDef, value: Any) -> Decimal | None:
        if value is None:
            return None
        number = _decimal(value)
        precision, scale = self._size(field)
        most = Decimal(10) ** (precision - scale)
        if abs(number) >= most:
            raise FieldProblem("OUT_OF_RANGE", minimum=1 - most, maximum=most - 1)
        exact = number.quantize(Decimal(1).scaleb(-scale))
        if exact != number:
            raise FieldProblem("TOO_PRECISE", scale=scale)
        check_range(field, exact)
        return exact if exact else abs(exact)

    def log(self, field: FieldDef, value: Any) -> Any:
        return None if value is None else str(value)

    def from_text(self, field: FieldDef, text: str) -> Decimal | None:
        """Takes the thousands separators that spreadsheets write."""
        digits = text.strip().replace(",", "").replace("，", "")
        return _decimal(digits) if digits else None

    def _size(self, field: FieldDef) -> tuple[int, int]:
        scale = self.scale if field.scale is None else field.scale
        return field.precision or self.precision, scale


def _decimal(value: Any) -> Decimal:
    if isinstance(value, Decimal) and value.is_finite():
        return value
    if isinstance(value, str) or type(value) is int:
        try:
            return parse_decimal(value)
        except ValueError:
            pass
    raise FieldProblem("BAD_FORMAT")
