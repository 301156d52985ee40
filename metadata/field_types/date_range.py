"""From a day to a day, both included."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from metadata.field_types.contract import FieldProblem, ValueKind
from metadata.field_types.date import check_day
from metadata.field_types.single_column import SingleColumn
from metadata.model import FieldDef, Label


@dataclass(frozen=True, slots=True)
class Days:
    """The first and the last day of a range."""

    start: date
    end: date

    def __str__(self) -> str:
        return f"[{self.start},{self.end}]"


class DateRange(SingleColumn):
    """Bound as the text of a range, `[2026-01-01,2026-01-31]`; the parsed value is Days."""

    key = "dateRange"
    label = Label("日期区间", "Date range")
    kind = ValueKind.DATE_RANGE
    sql_type = "daterange"
    operators = ("contains", "overlaps", "isNull")

    def parse(self, field: FieldDef, value: Any) -> Days | None:
        if value is None:
            return None
        if not isinstance(value, Mapping) or not {"start", "end"} >= value.keys():
            raise FieldProblem("BAD_FORMAT")
        ends = [value.get(name) for name in ("start", "end")]
        if ends == [None, None]:
            return None
        start, end = (check_day(each) for each in ends)
        if start > end:
            raise FieldProblem("OUT_OF_RANGE", minimum=start)
        return Days(start, end)

    def store(self, field: FieldDef, value: Any) -> Mapping[str, Any]:
        return {field.column: None if value is None else str(value)}

    def load(self, field: FieldDef, row: Mapping[str, Any]) -> Days | None:
        found = row[field.column]
        if found is None:
            return None
        if isinstance(found, str):
            return _read(found)
        # drivers give a range with its own end excluded
        return Days(found.lower, found.upper - timedelta(days=0 if found.upper_inc else 1))

    def log(self, field: FieldDef, value: Any) -> Any:
        if value is None:
            return None
        return {"start": value.start.isoformat(), "end": value.end.isoformat()}

    def export(self, field: FieldDef, value: Any) -> str:
        return "" if value is None else f"{value.start} ~ {value.end}"

    def from_text(self, field: FieldDef, text: str) -> dict[str, str] | None:
        """`2026-01-01 ~ 2026-01-31`."""
        if not text.strip():
            return None
        start, _, end = (each.strip() for each in text.partition("~"))
        return {"start": start, "end": end}


def _read(text: str) -> Days:
    start, end = text[1:-1].split(",")
    last = date.fromisoformat(end) - timedelta(days=0 if text.endswith("]") else 1)
    return Days(date.fromisoformat(start), last)
