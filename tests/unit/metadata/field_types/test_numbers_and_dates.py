"""Numbers keep every digit or are refused (H1, H2, M15); days and moments are real ones."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metadata.field_types.date_range import Days
from tests.unit.metadata.field_types.fields import a_field, of, parsed, refusal

NAIVE = datetime.fromisoformat("2026-01-01T00:00:00")


@given(
    st.decimals(
        min_value=-(10**15), max_value=10**15, places=2, allow_nan=False, allow_infinity=False
    )
)
def test_an_amount_is_kept_exactly(amount: Decimal) -> None:
    found = parsed(a_field("amount"), amount)
    assert found == amount and found.as_tuple().exponent == -2


@pytest.mark.parametrize("type", ["number", "amount", "percent"])
@pytest.mark.parametrize(
    "value",
    [Decimal("NaN"), Decimal("Infinity"), "1e3", "NaN", "1_000", " 1", "٣", 1.5, True, [], "+1"],
)
def test_what_is_no_exact_number_is_refused(type: str, value: object) -> None:
    assert refusal(a_field(type), value) == "BAD_FORMAT"


def test_more_decimals_than_the_field_has_are_refused_unless_zero() -> None:
    assert refusal(a_field("amount"), "2.665") == "TOO_PRECISE"
    assert str(parsed(a_field("amount"), "2.660000")) == "2.66"
    assert refusal(a_field("number", precision=5, scale=0), "1.5") == "TOO_PRECISE"


@pytest.mark.parametrize(
    "value", [10**16, -(10**16), Decimal("1E+30"), Decimal("1E+999999"), "9" * 30]
)
def test_a_number_too_big_for_its_column_is_refused(value: object) -> None:
    assert refusal(a_field("amount"), value) == "OUT_OF_RANGE"


def test_tiny_numbers_are_too_precise() -> None:
    assert refusal(a_field("amount"), Decimal("1E-999999")) == "TOO_PRECISE"


def test_minus_zero_is_zero() -> None:
    assert str(parsed(a_field("amount"), "-0")) == "0.00"


def test_numbers_have_the_bounds_of_their_field() -> None:
    bounded = a_field("percent", minimum=Decimal(0), maximum=Decimal(100))
    assert parsed(bounded, 100) == 100
    assert refusal(bounded, "100.01") == "OUT_OF_RANGE"
    assert refusal(bounded, -1) == "OUT_OF_RANGE"
    assert refusal(a_field("integer", minimum=Decimal(1)), 0) == "OUT_OF_RANGE"


@pytest.mark.parametrize("field", [a_field("amount"), a_field("amount", precision=10, scale=4)])
def test_the_column_follows_precision_and_scale(field: object) -> None:
    sizes = {None: "numeric(18,2)", 10: "numeric(10,4)"}
    found = a_field(
        "amount", precision=getattr(field, "precision", None), scale=getattr(field, "scale", None)
    )
    assert of(found).columns(found)[0].sql_type == sizes[found.precision]


@pytest.mark.parametrize(
    ("cell", "number"), [("1,234.50", "1234.50"), (" 12 ", "12"), ("1，000", "1000")]
)
def test_cells_may_have_separators(cell: str, number: str) -> None:
    field = a_field("amount")
    assert parsed(field, of(field).from_text(field, cell)) == Decimal(number)


@pytest.mark.parametrize("value", [1.0, "1", True, Decimal(1)])
def test_an_integer_is_whole(value: object) -> None:
    assert refusal(a_field("integer"), value) == "BAD_FORMAT"


@pytest.mark.parametrize("value", [2**31, -(2**31), 10**40])
def test_an_integer_fits_graphql(value: int) -> None:
    assert refusal(a_field("integer"), value) == "OUT_OF_RANGE"


@pytest.mark.parametrize("value", ["2026-02-30", "20260331", "2026-3-31", "today", 5, NAIVE])
def test_what_is_no_day_is_refused(value: object) -> None:
    assert refusal(a_field("date"), value) == "BAD_FORMAT"


@pytest.mark.parametrize("value", [date(999, 12, 31), date(9999, 1, 1)])
def test_days_no_calendar_means_are_refused(value: date) -> None:
    assert refusal(a_field("date"), value) == "OUT_OF_RANGE"


@pytest.mark.parametrize("cell", ["2026-3-31", "2026/03/31", "2026年3月31日", "2026.3.31"])
def test_cells_write_days_in_several_ways(cell: str) -> None:
    field = a_field("date")
    assert of(field).from_text(field, cell) == date(2026, 3, 31)


@pytest.mark.parametrize("value", [NAIVE, "2026-01-01T00:00:00", "2026-01-01", "x", 5])
def test_a_moment_without_an_offset_is_refused(value: object) -> None:
    assert refusal(a_field("dateTime"), value) == "BAD_FORMAT"


def test_moments_are_kept_in_utc_to_the_microsecond() -> None:
    shanghai = timezone(timedelta(hours=8))
    moment = datetime(2026, 1, 1, 7, 30, 0, 1, tzinfo=shanghai)
    found = parsed(a_field("dateTime"), moment)
    assert found == datetime(2025, 12, 31, 23, 30, 0, 1, tzinfo=UTC) and found.tzinfo is UTC


@pytest.mark.parametrize(
    "value",
    [datetime.min.replace(tzinfo=timezone(timedelta(hours=14))), datetime.max.replace(tzinfo=UTC)],
)
def test_moments_at_the_ends_of_time_are_refused(value: datetime) -> None:
    assert refusal(a_field("dateTime"), value) == "OUT_OF_RANGE"


def test_a_range_needs_both_ends_in_order() -> None:
    field = a_field("dateRange")
    assert refusal(field, {"start": "2026-01-02", "end": "2026-01-01"}) == "OUT_OF_RANGE"
    assert refusal(field, {"start": "2026-01-02"}) == "BAD_FORMAT"
    assert parsed(field, {"start": None, "end": None}) is None


def test_a_range_is_read_from_what_drivers_give() -> None:
    class Driver:
        lower, upper, upper_inc = date(2026, 1, 1), date(2026, 2, 1), False

    found = of(a_field("dateRange")).load(a_field("dateRange"), {"value": Driver()})
    assert found == Days(date(2026, 1, 1), date(2026, 1, 31))
    text = of(a_field("dateRange")).load(a_field("dateRange"), {"value": "[2026-01-01,2026-02-01)"})
    assert text == found
