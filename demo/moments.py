"""Times of demo rows: whole minutes and whole days counted from 1970, and their COPY text.

Integers, because millions of them are added and compared; rows carry nothing else.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

DAY = 24 * 60
_EPOCH = date(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class Calendar:
    """The demo's idea of now, cut to the hour: `now` in minutes UTC, `today` a local day.

    `offset` is how many minutes local time is ahead of UTC.
    """

    now: int
    today: int
    offset: int

    def working_time(self, day: int, minute: int) -> int:
        """Minute `minute` (0–539) of the working hours of a local day, never later than now."""
        return min(day * DAY + 9 * 60 + minute - self.offset, self.now)

    def day_of(self, moment: int) -> int:
        """The local day of a moment."""
        return (moment + self.offset) // DAY


def calendar(moment: datetime, time_zone: str) -> Calendar:
    """The calendar of an aware moment, in a company's zone."""
    local = moment.astimezone(ZoneInfo(time_zone)).replace(minute=0, second=0, microsecond=0)
    offset = local.utcoffset() or timedelta()
    now = int(local.timestamp()) // 60
    return Calendar(now, (local.date() - _EPOCH).days, int(offset.total_seconds()) // 60)


@lru_cache(maxsize=8_192)
def day_text(day: int) -> str:
    """A day as COPY reads it: `2026-03-01`."""
    return (_EPOCH + timedelta(days=day)).isoformat()


def moment_text(moment: int) -> str:
    """A moment as COPY reads it: `2026-03-01 09:30Z`."""
    day, minute = divmod(moment, DAY)
    return f"{day_text(day)} {_CLOCK[minute]}"


_CLOCK = [f"{minute // 60:02d}:{minute % 60:02d}Z" for minute in range(DAY)]
