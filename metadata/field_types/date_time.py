"""A moment: in with any offset, kept in UTC, to the microsecond."""

from datetime import UTC, datetime
from typing import Any

from metadata.field_types.contract import FieldProblem, ValueKind
from metadata.field_types.single_column import DATE_OPERATORS, ORDERED, SingleColumn
from metadata.model import FieldDef, Label

EARLIEST, LATEST = datetime(1000, 1, 2, tzinfo=UTC), datetime(9998, 12, 30, tzinfo=UTC)


class DateTime(SingleColumn):
    key = "dateTime"
    label = Label("日期时间", "Date and time")
    kind = ValueKind.DATE_TIME
    sql_type = "timestamptz"
    operators = DATE_OPERATORS
    sortable = True
    groupable = True
    aggregates = ORDERED

    def parse(self, field: FieldDef, value: Any) -> datetime | None:
        if value is None:
            return None
        moment = _moment(value)
        if not EARLIEST <= moment <= LATEST:
            raise FieldProblem("OUT_OF_RANGE", minimum=EARLIEST.date(), maximum=LATEST.date())
        return moment.astimezone(UTC)

    def log(self, field: FieldDef, value: Any) -> Any:
        return None if value is None else value.isoformat()

    def export(self, field: FieldDef, value: Any) -> str:
        return "" if value is None else value.isoformat(sep=" ")


def _moment(value: Any) -> datetime:
    """An aware datetime. One without an offset says no moment and is refused."""
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            raise FieldProblem("BAD_FORMAT") from None
    if not isinstance(value, datetime) or value.tzinfo is None:
        raise FieldProblem("BAD_FORMAT")
    return value
