"""The text of automatic numbers: every rule, read back by its own pattern (FLD-07)."""

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.rules.numbering import Clock, stem
from metadata.number_rule import NumberPart, NumberRule, PartKind, Reset
from metadata.numbering import PERIOD_FORMATS, number_pattern

COUNTER = NumberPart(kind=PartKind.COUNTER)
DAY = NumberPart(kind=PartKind.DATE, format="yyyyMMdd")
SHANGHAI = ZoneInfo("Asia/Shanghai")
NOON = Clock(datetime(2026, 3, 31, 4, tzinfo=UTC), SHANGHAI)

texts = st.text("AZaz019-_/.()+*[]^$\\# 合同", min_size=1, max_size=12)
dates = st.sampled_from(("yyyy", "yyyyMM", "yyyyMMdd"))
fixed = st.one_of(
    texts.map(lambda text: NumberPart(kind=PartKind.TEXT, text=text)),
    dates.map(lambda form: NumberPart(kind=PartKind.DATE, format=form)),
)


@st.composite
def rules(draw: st.DrawFn) -> NumberRule:
    """Rules of fixed texts, dates of creation and one counter, with a reset that they allow."""
    before, after = draw(st.lists(fixed, max_size=3)), draw(st.lists(fixed, max_size=2))
    forms = [part.format for part in (*before, *after) if part.kind is PartKind.DATE]
    possible = [r for r in Reset if any(f.startswith(PERIOD_FORMATS[r]) for f in (*forms, ""))]
    return NumberRule(
        parts=(*before, COUNTER, *after),
        digits=draw(st.integers(1, 9)),
        reset=draw(st.sampled_from(possible)),
    )


moments = st.integers(0, 4_102_444_800).map(lambda second: datetime.fromtimestamp(second, UTC))


@given(rules(), moments, st.integers(0, 10**12))
def test_a_number_is_recognised_with_its_count_and_period(
    rule: NumberRule, at: datetime, count: int
) -> None:
    made = stem(rule, {}, Clock(at, SHANGHAI))
    pattern = number_pattern(rule)
    found = re.match(pattern.expression, made.number(count))
    assert found is not None
    assert int(found[pattern.counter]) == count
    period = found[pattern.period][: pattern.period_length] if pattern.period else ""
    assert period == made.period


@given(rules(), moments, st.integers(0, 10**12), st.integers(0, 10**12))
def test_two_counts_of_a_period_give_two_numbers(
    rule: NumberRule, at: datetime, one: int, other: int
) -> None:
    made = stem(rule, {}, Clock(at, SHANGHAI))
    assert (made.number(one) == made.number(other)) == (one == other)


@pytest.mark.parametrize(
    ("zone", "expected"),
    [("Asia/Shanghai", "202601010007"), ("UTC", "202512310007")],
)
def test_the_date_is_that_of_the_company(zone: str, expected: str) -> None:
    new_year = datetime(2025, 12, 31, 16, tzinfo=UTC)
    rule = NumberRule(parts=(DAY, COUNTER))
    assert stem(rule, {}, Clock(new_year, ZoneInfo(zone))).number(7) == expected


@pytest.mark.parametrize(
    ("reset", "period"),
    [("never", ""), ("yearly", "2026"), ("monthly", "202603"), ("daily", "20260331")],
)
def test_the_period_is_as_long_as_the_reset_says(reset: str, period: str) -> None:
    rule = NumberRule(parts=(DAY, COUNTER), reset=Reset(reset))
    assert stem(rule, {}, NOON).period == period


def test_the_date_of_a_field_decides_the_period_and_a_blank_one_is_the_creation() -> None:
    part = NumberPart(kind=PartKind.DATE, format="yyyyMM", field="signedOn")
    rule = NumberRule(parts=(part, COUNTER), reset=Reset.MONTHLY)
    assert stem(rule, {"signedOn": date(2025, 2, 1)}, NOON).period == "202502"
    assert stem(rule, {"signedOn": None}, NOON).number(1) == "2026030001"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        ("深圳", "深圳"),
        ("x" * 50, "x" * 30),
        (7, "7"),
        (Decimal("1200.50"), "1200.5"),
        (date(2026, 1, 2), "20260102"),
        (datetime(2026, 1, 1, 20, tzinfo=UTC), "20260102"),
    ],
)
def test_another_field_is_written_into_the_number(value: object, text: str) -> None:
    part = NumberPart(kind=PartKind.FIELD, field="other")
    rule = NumberRule(parts=(part, NumberPart(kind=PartKind.TEXT, text="-"), COUNTER), digits=2)
    assert stem(rule, {"other": value}, NOON).number(3) == f"{text}-03"


def test_a_count_longer_than_its_digits_is_written_in_full() -> None:
    assert stem(NumberRule(parts=(COUNTER,), digits=2), {}, NOON).number(123) == "123"
