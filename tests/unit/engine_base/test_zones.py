"""Periods against an oracle that walks through time (H3, H4, M31)."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.base import zones

ZONES = (
    "Asia/Shanghai",
    "UTC",
    "America/New_York",
    "Asia/Beirut",
    "Pacific/Apia",
    "Asia/Kolkata",
    "America/Havana",
    "Australia/Lord_Howe",
)
NOW = datetime(2026, 3, 18, 17, 0, tzinfo=UTC)  # a Wednesday; the 19th in Shanghai


def days(name: str, day: date = date(2026, 3, 18)) -> tuple[str, str]:
    start, end = zones.period_days(name, day)
    return start.isoformat(), end.isoformat()


@pytest.mark.parametrize(
    ("name", "start", "end"),
    [
        ("TODAY", "2026-03-18", "2026-03-19"),
        ("YESTERDAY", "2026-03-17", "2026-03-18"),
        ("BEFORE_TODAY", "0001-01-01", "2026-03-18"),
        ("TOMORROW", "2026-03-19", "2026-03-20"),
        ("THIS_WEEK", "2026-03-16", "2026-03-23"),
        ("LAST_WEEK", "2026-03-09", "2026-03-16"),
        ("NEXT_WEEK", "2026-03-23", "2026-03-30"),
        ("THIS_MONTH", "2026-03-01", "2026-04-01"),
        ("LAST_MONTH", "2026-02-01", "2026-03-01"),
        ("NEXT_MONTH", "2026-04-01", "2026-05-01"),
        ("THIS_QUARTER", "2026-01-01", "2026-04-01"),
        ("LAST_QUARTER", "2025-10-01", "2026-01-01"),
        ("NEXT_QUARTER", "2026-04-01", "2026-07-01"),
        ("THIS_HALF_YEAR", "2026-01-01", "2026-07-01"),
        ("LAST_HALF_YEAR", "2025-07-01", "2026-01-01"),
        ("NEXT_HALF_YEAR", "2026-07-01", "2027-01-01"),
        ("THIS_YEAR", "2026-01-01", "2027-01-01"),
        ("LAST_YEAR", "2025-01-01", "2026-01-01"),
        ("NEXT_YEAR", "2027-01-01", "2028-01-01"),
    ],
)
def test_periods_of_a_day(name: str, start: str, end: str) -> None:
    assert days(name) == (start, end)


def test_every_period_of_the_api_is_known() -> None:
    assert len(zones.PERIODS) == len(set(zones.PERIODS)) == 19
    for name in zones.PERIODS:
        zones.period(name, NOW, "UTC")


def test_today_is_the_day_of_the_zone() -> None:
    assert zones.today(NOW, "UTC") == date(2026, 3, 18)
    assert zones.today(NOW, "Asia/Shanghai") == date(2026, 3, 19)
    start, end = zones.period("TODAY", NOW, "Asia/Shanghai")
    assert (start, end) == (
        datetime(2026, 3, 18, 16, tzinfo=UTC),
        datetime(2026, 3, 19, 16, tzinfo=UTC),
    )


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("America/New_York", date(2026, 3, 8), 23),
        ("America/New_York", date(2026, 11, 1), 25),
        ("Asia/Beirut", date(2026, 3, 29), 23),
        ("Asia/Shanghai", date(2026, 3, 29), 24),
        ("Pacific/Apia", date(2011, 12, 30), 0),
    ],
)
def test_days_have_the_hours_they_have(zone: str, day: date, hours: int) -> None:
    length = zones.day_start(day + timedelta(days=1), zone) - zones.day_start(day, zone)
    assert length == timedelta(hours=hours)


def test_a_day_without_midnight_begins_when_the_clocks_jump() -> None:
    start = zones.day_start(date(2026, 3, 29), "Asia/Beirut")
    assert start.astimezone(ZoneInfo("Asia/Beirut")).isoformat() == "2026-03-29T01:00:00+03:00"


@given(
    st.integers(946_684_800, 2_051_222_400).map(lambda s: datetime.fromtimestamp(s, UTC)),
    st.sampled_from(ZONES),
)
def test_a_moment_is_within_today_and_its_edges_are_the_days(moment: datetime, zone: str) -> None:
    start, end = zones.period("TODAY", moment, zone)
    place, second = ZoneInfo(zone), timedelta(seconds=1)
    day = moment.astimezone(place).date()
    assert start <= moment < end
    assert start.astimezone(place).date() == day
    assert (start - second).astimezone(place).date() < day
    assert (end - second).astimezone(place).date() == day
    assert end.astimezone(place).date() > day


@given(
    st.dates(date(1900, 1, 1), date(2100, 1, 1)),
    st.sampled_from(("WEEK", "MONTH", "QUARTER", "HALF_YEAR", "YEAR")),
)
def test_neighbouring_periods_meet(day: date, unit: str) -> None:
    last, this, following = (
        zones.period_days(f"{w}_{unit}", day) for w in ("LAST", "THIS", "NEXT")
    )
    assert this[0] <= day < this[1]
    assert (last[1], this[1]) == (this[0], following[0])


def test_last_and_next_days_include_today() -> None:
    day = date(2026, 3, 18)
    assert zones.last_days_of(7, day) == (date(2026, 3, 12), date(2026, 3, 19))
    assert zones.next_days_of(7, day) == (day, date(2026, 3, 25))
    assert zones.last_days(1, NOW, "UTC") == zones.period("TODAY", NOW, "UTC")
    assert zones.next_days(1, NOW, "UTC") == zones.period("TODAY", NOW, "UTC")


@pytest.mark.parametrize(
    ("day", "months", "found"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2026, 1, 31), 2, date(2026, 3, 31)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2026, 3, 31), -1, date(2026, 2, 28)),
        (date(2026, 12, 15), 1, date(2027, 1, 15)),
    ],
)
def test_months_are_added_by_the_calendar(day: date, months: int, found: date) -> None:
    assert zones.add_months(day, months) == found
