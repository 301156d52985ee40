"""Times of demo rows as COPY text, and what the demo takes for the present."""

from datetime import UTC, datetime

from demo.moments import calendar, day_text, moment_text

NOON = datetime(2026, 3, 1, 4, 45, tzinfo=UTC)  # 12:45 in Shanghai


def test_the_present_is_cut_to_the_hour() -> None:
    assert moment_text(calendar(NOON, "Asia/Shanghai").now) == "2026-03-01 04:00Z"


def test_today_is_the_day_of_the_company() -> None:
    late = datetime(2026, 2, 28, 20, 0, tzinfo=UTC)
    assert day_text(calendar(late, "Asia/Shanghai").today) == "2026-03-01"


def test_working_times_are_local_and_never_in_the_future() -> None:
    found = calendar(NOON, "Asia/Shanghai")
    assert moment_text(found.working_time(found.today - 1, 30)) == "2026-02-28 01:30Z"
    assert found.working_time(found.today, 539) == found.now


def test_a_moment_belongs_to_its_local_day() -> None:
    found = calendar(NOON, "Asia/Shanghai")
    assert found.day_of(found.working_time(found.today - 3, 0)) == found.today - 3
