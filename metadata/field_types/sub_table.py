"""Rows of fields within a field, e.g. the positions of a loan; kept as JSON."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from metadata.field_types.contract import FieldProblem, FieldType, SeveralProblems, ValueKind
from metadata.field_types.several import Several, check_list
from metadata.model import FieldDef, Label

MOST_ROWS = 200


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
        """Raises SeveralProblems, each with the row's position and the column as its path."""
        if value is None:
            return None
        given = check_list(value, field.max_length or MOST_ROWS)
        rows, problems = [], []
        for position, row in enumerate(given):
            found, wrong = self._row(field, row)
            rows.append(found)
            problems += [
                each.below(position, *at, row=position + 1, **told) for at, told, each in wrong
            ]
        if problems:
            raise SeveralProblems(problems)
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

    def _row(self, field: FieldDef, row: Any) -> tuple[dict[str, Any], list["_Wrong"]]:
        """One row, and what is wrong with it: where, what the message needs, the problem."""
        if not isinstance(row, Mapping):
            return {}, [((), {}, FieldProblem("BAD_FORMAT"))]
        columns = {column.name for column in field.rows}
        unknown = [name for name in row if name not in columns]
        wrong: list[_Wrong] = [((name,), {}, FieldProblem("BAD_FORMAT")) for name in unknown]
        found: dict[str, Any] = {}
        for column in field.rows:
            kind = self._type_of(column.type)
            try:
                value = kind.parse(column, row.get(column.name))
            except FieldProblem as problem:
                wrong += [((column.name,), {"column": column.label}, p) for p in problem.all()]
                continue
            if value is not None:
                found[column.name] = kind.log(column, value)
        if found or wrong:
            bad = {at for at, _, _ in wrong}
            wrong += [
                ((column.name,), {"column": column.label}, FieldProblem("REQUIRED"))
                for column in field.rows
                if column.required and column.name not in found and (column.name,) not in bad
            ]
        return found, wrong


_Wrong = tuple[tuple[str, ...], dict[str, Any], FieldProblem]
