"""A calendar day without a zone."""

import re
from datetime import date, datetime
from typing import Any

from metadata.field_types.contract import FieldProblem, ValueKind
from metadata.field_types.single_column import DATE_OPERATORS, ORDERED, SingleColumn
from metadata.model import FieldDef, Label

EARLIEST, LATEST = date(1000, 1, 1), date(9998, 12, 31)
_FORM = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?", re.ASCII)


class DateType(SingleColumn):
    key = "date"
    label = Label("日期", "Date")
    kind = ValueKind.DATE
    sql_type = "date"
    operators = DATE_OPERATORS
    sortable = True
    groupable = True
    aggregates = ORDERED

    def parse(self, field: FieldDef, value: Any) -> date | None:
        return None if value is None else check_day(value)

    def log(self, field: FieldDef, value: Any) -> Any:
        return None if value is None else value.isoformat()

    def from_text(self, field: FieldDef, text: str) -> date | None:
        """Takes `2026-3-31`, `2026/03/31`, `2026年3月31日`."""
        if not text.strip():
            return None
        found = _FORM.fullmatch(text.strip())
        if found is None:
            raise FieldProblem("BAD_FORMAT")
        year, month, day = found.groups()
        return check_day(f"{year}-{int(month):02}-{int(day):02}")


def check_day(value: Any) -> date:
    """A date, given as one or as `2026-03-31`. Raises FieldProblem."""
    if isinstance(value, str) and len(value) == len("2026-03-31"):
        try:
            value = date.fromisoformat(value)
        except ValueError:
            raise FieldProblem("BAD_FORMAT") from None
    if not isinstance(value, date) or isinstance(value, datetime):
        raise FieldProblem("BAD_FORMAT")
    if not EARLIEST <= value <= LATEST:
        raise FieldProblem("OUT_OF_RANGE", minimum=EARLIEST, maximum=LATEST)
    return value
