"""Rows of fields within a field, e.g. the positions of a loan; kept as JSON."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from metadata.field_types.contract import FieldProblem, FieldType, ValueKind
from metadata.field_types.several import Several, check_list
from metadata.model import FieldDef, Label

MOST_ROWS = 200
# what may not be a column of a sub-table (peer fact 1.4)


class SubTable(Several):
    """The parsed value is a tuple of rows, each as its fields log their values; blank rows go."""

    key = "subTable"
    label = Label("明细表格", "Sub-table")
    kind = ValueKind.ROWS
    sql_type = "jsonb"
    operators = ("isNull",)

    def __init__(self, type_of: Callable[[str], FieldType]) -> None:
        self._type_of = type_of

    def parse(self, field: FieldDef, value: Any) -> tuple[dict[str, Any], ...] | None:
        if value is None:
            return None
        given = check_list(value, field.max_length or MOST_ROWS)
        rows = [self._row(field, position, row) for position, row in enumerate(given)]
        return tuple(row for row in rows if row) or None

    def export(self, field: FieldDef, value: Any) -> str:
        return "" if value is None else json.dumps(list(value), ensure_ascii=False)

    def from_text(self, field: FieldDef, text: str) -> Any:
        if not text.strip():
            return None
        try:
            return json.loads(text)
        except (ValueError, RecursionError):
            raise FieldProblem("BAD_FORMAT") from None

    def _row(self, field: FieldDef, position: int, row: Any) -> dict[str, Any]:
        """One row; its problems name the row (from 1) and the column."""
        if not isinstance(row, Mapping) or not {c.name for c in field.rows} >= row.keys():
            raise FieldProblem("BAD_FORMAT", row=position + 1)
        found: dict[str, Any] = {}
        for column in field.rows:
            try:
                value = self._type_of(column.type).parse(column, row.get(column.name))
            except FieldProblem as problem:
                raise FieldProblem(
                    problem.code, **problem.params, row=position + 1, column=column.label
                ) from None
            if value is not None:
                found[column.name] = self._type_of(column.type).log(column, value)
        missing = [c for c in field.rows if c.required and c.name not in found]
        if found and missing:
            raise FieldProblem("REQUIRED", row=position + 1, column=missing[0].label)
        return found
