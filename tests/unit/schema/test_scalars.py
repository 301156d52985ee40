"""One spelling per value: the scalars of the API (M15, H2)."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from graphql import GraphQLError

from schema.scalars import DATE, DATE_TIME, DECIMAL


@pytest.mark.parametrize("text,value", [("1", "1"), ("-12.50", "-12.50"), (7, "7")])
def test_a_decimal_is_taken_exactly(text: object, value: str) -> None:
    found = DECIMAL.coerce_input_value(text)
    assert isinstance(found, Decimal)
    assert str(found) == value


@pytest.mark.parametrize(
    "text",
    [
        "NaN",
        "Infinity",
        "1e3",
        "1_000",
        " 1",
        "1 ",
        "١٢",
        "１",
        "",
        "+1",
        "0x10",
        "--1",
        1.5,
        True,
        None,
    ],
)
def test_any_other_decimal_is_refused(text: object) -> None:
    with pytest.raises(GraphQLError):
        DECIMAL.coerce_input_value(text)


def test_a_moment_of_any_offset_is_kept_in_utc() -> None:
    found = DATE_TIME.coerce_input_value("2026-03-04T05:06:07.891011+08:00")
    assert found == datetime(2026, 3, 3, 21, 6, 7, 891011, tzinfo=UTC)
    assert DATE_TIME.coerce_output_value(found) == "2026-03-03T21:06:07.891011+00:00"


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-04",
        "2026-03-04T05:06:07",
        "2026-03-04 05:06:07Z",
        "2026-02-30T00:00:00Z",
        "0001-01-01T00:00:00+14:00",
        "20260304T050607Z",
        "2026-03-04T05:06:07.1234567Z",
        1,
        None,
    ],
)
def test_a_moment_without_offset_or_sense_is_refused(text: object) -> None:
    with pytest.raises(GraphQLError):
        DATE_TIME.coerce_input_value(text)


def test_a_day_is_a_day() -> None:
    assert DATE.coerce_input_value("2026-03-04") == date(2026, 3, 4)
    for wrong in ("2026-3-4", "2026-02-30", "20260304", "2026-W10-3", 5):
        with pytest.raises(GraphQLError):
            DATE.coerce_input_value(wrong)
