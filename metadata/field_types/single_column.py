"""What the types with one plain column have in common; each type says what differs.

No type of its own: `registry.py` lists those.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from metadata.field_types.contract import Aggregate, Column, FieldProblem, ValueKind
from metadata.model import FieldDef, Label

COUNTED = frozenset({Aggregate.COUNT_DISTINCT})
ORDERED = COUNTED | {Aggregate.MIN, Aggregate.MAX}
SUMMED = ORDERED | {Aggregate.SUM, Aggregate.AVG}

TEXT_OPERATORS = (
    "eq",
    "ne",
    "in",
    "notIn",
    "contains",
    "notContains",
    "startsWith",
    "endsWith",
    "isEmpty",
)
NUMBER_OPERATORS = ("eq", "ne", "in", "notIn", "lt", "lte", "gt", "gte", "between", "isNull")
DATE_OPERATORS = (*NUMBER_OPERATORS, "during", "lastDays", "nextDays")
SET_OPERATORS = ("anyOf", "allOf", "noneOf", "exactly", "isEmpty")


class SingleColumn:
    """One column that holds the parsed value as it is, or null."""

    key: str
    label: Label
    kind: ValueKind
    sql_type: str
    operators: tuple[str, ...] = ()
    sortable: bool = False
    groupable: bool = False
    aggregates: frozenset[Aggregate] = frozenset()
    mask: str | None = None

    def columns(self, field: FieldDef) -> tuple[Column, ...]:
        return () if field.virtual else (Column(field.column, self.sql_type),)

    def store(self, field: FieldDef, value: Any) -> Mapping[str, Any]:
        return {field.column: value}

    def load(self, field: FieldDef, row: Mapping[str, Any]) -> Any:
        return row[field.column]

    def log(self, field: FieldDef, value: Any) -> Any:
        return value

    def export(self, field: FieldDef, value: Any) -> str:
        return "" if value is None else str(value)

    def from_text(self, field: FieldDef, text: str) -> Any:
        return text.strip() or None


def check_range(field: FieldDef, value: int | Decimal) -> None:
    """Raises OUT_OF_RANGE with the bounds that the field has."""
    low, high = field.minimum, field.maximum
    if (low is not None and value < low) or (high is not None and value > high):
        bounds = {"minimum": low, "maximum": high}
        raise FieldProblem(
            "OUT_OF_RANGE", **{name: end for name, end in bounds.items() if end is not None}
        )
