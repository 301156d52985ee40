"""Days and named periods in a company's time zone: what "this week" means (FLT-01, H3, M31).

A day lasts from its first instant to the next day's, 23 to 25 hours; weeks begin on Monday;
every period is half-open. Months are reckoned from the calendar, never by adding 30 days.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

_DAY = timedelta(days=1)
_MONTHS = {"MONTH": 1, "QUARTER": 3, "HALF_YEAR": 6, "YEAR": 12}
_SHIFTS = {"THIS": 0, "LAST": -1, "NEXT": 1}
PERIODS: tuple[str, ...] = (
    "TODAY",
    "YESTERDAY",
    "TOMORROW",
    "BEFORE_TODAY",
    *(f"{which}_{unit}" for unit in ("WEEK", *_MONTHS) for which in _SHIFTS),
)


def today(now: datetime, zone: str) -> date:
    """The calendar day at the moment `now` (aware) in the zone."""
    return now.astimezone(ZoneInfo(zone)).date()


def period(name: str, now: datetime, zone: str) -> tuple[datetime, datetime]:
    """First instant of the period called `name` (one of PERIODS) and of what follows it, in UTC."""
    return _instants(period_days(name, today(now, zone)), zone)


def last_days(days: int, now: datetime, zone: str) -> tuple[datetime, datetime]:
    """The last `days` days with today as the last of them."""
    return _instants(last_days_of(days, today(now, zone)), zone)


def next_days(days: int, now: datetime, zone: str) -> tuple[datetime, datetime]:
    """The next `days` days with today as the first of them."""
    return _instants(next_days_of(days, today(now, zone)), zone)


def period_days(name: str, day: date) -> tuple[date, date]:
    """First day of the period around `day` and the first day after it."""
    return _DAYS_OF[name](day)


def last_days_of(days: int, day: date) -> tuple[date, date]:
    return day + _DAY - timedelta(days=days), day + _DAY


def next_days_of(days: int, day: date) -> tuple[date, date]:
    return day, day + timedelta(days=days)


def add_months(day: date, months: int) -> date:
    """The same day `months` later, or the last of that month: Jan 31 + 1 → Feb 28 (H4).

    Reckon a series from its first day, not from one to the next.
    """
    first = _month_start(day, months)
    last = _month_start(first, 1) - _DAY
    return last.replace(day=min(day.day, last.day))


@lru_cache(maxsize=4_000)
def day_start(day: date, zone: str) -> datetime:
    """The first instant of a local day, in UTC, also where there is no midnight."""
    place = ZoneInfo(zone)
    midnight = datetime.combine(day, time.min, place)
    late = midnight.astimezone(UTC)
    if late.astimezone(place).replace(tzinfo=None) == midnight.replace(tzinfo=None):
        return late
    # clocks jumped over midnight: the day begins at the jump, between these two
    early = midnight.replace(fold=1).astimezone(UTC)
    while late - early > timedelta(seconds=1):
        middle = early + (late - early) / 2
        if middle.astimezone(place).date() >= day:
            late = middle
        else:
            early = middle
    return late.replace(microsecond=0)


def _instants(days: tuple[date, date], zone: str) -> tuple[datetime, datetime]:
    # the first day of the calendar began in the year before it in half of the world
    return day_start(max(days[0], date.min + _DAY), zone), day_start(days[1], zone)


def _single_day(shift: int) -> Callable[[date], tuple[date, date]]:
    return lambda day: (day + shift * _DAY, day + (shift + 1) * _DAY)


def _week(shift: int) -> Callable[[date], tuple[date, date]]:
    def of(day: date) -> tuple[date, date]:
        monday = day - day.weekday() * _DAY + 7 * shift * _DAY
        return monday, monday + 7 * _DAY

    return of


def _months(length: int, shift: int) -> Callable[[date], tuple[date, date]]:
    def of(day: date) -> tuple[date, date]:
        into = (day.month - 1) % length
        return (
            _month_start(day, shift * length - into),
            _month_start(day, (shift + 1) * length - into),
        )

    return of


def _month_start(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, 1)


_DAYS_OF: Mapping[str, Callable[[date], tuple[date, date]]] = {
    "TODAY": _single_day(0),
    "YESTERDAY": _single_day(-1),
    "TOMORROW": _single_day(1),
    "BEFORE_TODAY": lambda day: (date.min, day),
    **{f"{which}_WEEK": _week(shift) for which, shift in _SHIFTS.items()},
    **{
        f"{which}_{unit}": _months(length, shift)
        for unit, length in _MONTHS.items()
        for which, shift in _SHIFTS.items()
    },
}
