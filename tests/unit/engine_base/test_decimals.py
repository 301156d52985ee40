"""The strict decimal grammar (M15, H2)."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.base.decimals import parse_decimal


@pytest.mark.parametrize("text", ["0", "-1", "12.50", "9" * 30, "0." + "1" * 20, "007"])
def test_digits_and_one_point_are_a_number(text: str) -> None:
    assert parse_decimal(text) == Decimal(text)


@pytest.mark.parametrize(
    "text",
    [
        "", " 1", "1 ", "+1", "1_000", "1e3", "NaN", "Infinity", "-", ".5", "5.", "1,000", "٣",
        "１２", "1\n", "9" * 31, "0." + "1" * 21, "--1", "0x10", "1.2.3",
    ],
)  # fmt: skip
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="decimal"):
        parse_decimal(text)


@pytest.mark.parametrize("value", [True, 1.5, None, Decimal(1), 10**30])
def test_only_text_and_whole_numbers_are_read(value: object) -> None:
    with pytest.raises(ValueError, match="decimal"):
        parse_decimal(value)  # type: ignore[arg-type]


def test_minus_zero_is_zero() -> None:
    assert str(parse_decimal("-0.00")) == "0.00"


@given(
    st.decimals(
        allow_nan=False, allow_infinity=False, places=6, min_value=-(10**20), max_value=10**20
    )
)
def test_written_out_numbers_come_back_exactly(number: Decimal) -> None:
    assert parse_decimal(f"{number:f}") == number


@given(st.integers(-(10**30) + 1, 10**30 - 1))
def test_whole_numbers_come_back_exactly(number: int) -> None:
    assert parse_decimal(number) == number
