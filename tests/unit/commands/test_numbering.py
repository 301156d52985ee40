"""When counters begin anew (FLD-07): by the company's clock, fixed here to the second."""

from datetime import UTC, datetime
from functools import partial

import pytest

from engine.commands import check
from engine.commands.work import Work
from metadata.number_rule import NumberPart, NumberRule, PartKind, Reset
from tests.harness.fields import change_fields, custom, problems_of_company
from tests.unit.commands.company import Office

COUNTER = NumberPart(kind=PartKind.COUNTER)


def at(monkeypatch: pytest.MonkeyPatch, *moment: int) -> None:
    """Lets commands begin at a moment in UTC."""
    monkeypatch.setattr(check, "Work", partial(Work, at=datetime(*moment, tzinfo=UTC)))  # type: ignore[arg-type, misc]


def number_by(office: Office, reset: str, form: str) -> None:
    rule = NumberRule(
        parts=(NumberPart(kind=PartKind.DATE, format=form), COUNTER), reset=Reset(reset), digits=2
    )
    made = custom(f"by{reset.title()}", "autoNumber", unique=True, number_rule=rule)
    change_fields(office, "lead", made)


def create(office: Office) -> tuple[str, str, str]:
    """The three numbers of a new lead."""
    row = office.row(office.create("alice", "lead", name="线索"))
    return row["c_bydaily"], row["c_bymonthly"], row["c_byyearly"]


@pytest.fixture(scope="module", autouse=True)
def rules(office: Office) -> None:
    number_by(office, "daily", "yyyyMMdd")
    number_by(office, "monthly", "yyyyMM")
    number_by(office, "yearly", "yyyyMM")


def test_counters_begin_anew_at_the_midnight_of_the_company(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Shanghai is eight hours ahead: its days begin at 16:00 UTC."""
    at(monkeypatch, 2025, 12, 30, 15, 59, 59)
    assert create(office) == ("2025123001", "20251201", "20251201")
    at(monkeypatch, 2025, 12, 30, 16, 0, 0)
    assert create(office) == ("2025123101", "20251202", "20251202")
    at(monkeypatch, 2025, 12, 31, 15, 59, 59)
    assert create(office) == ("2025123102", "20251203", "20251203")
    at(monkeypatch, 2025, 12, 31, 16, 0, 0)
    assert create(office) == ("2026010101", "20260101", "20260101")
    at(monkeypatch, 2026, 1, 31, 16, 0, 0)
    assert create(office) == ("2026020101", "20260201", "20260202")
    assert problems_of_company(office) == []


def test_a_command_of_the_day_before_goes_on_in_its_own_period(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process whose clock is behind gives no number twice."""
    at(monkeypatch, 2025, 12, 31, 15, 59, 59)
    assert create(office) == ("2025123103", "20251204", "20251204")


def test_the_last_day_before_a_leap_is_a_day_of_its_own(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    at(monkeypatch, 2028, 2, 28, 16, 0, 0)
    assert create(office) == ("2028022901", "20280201", "20280201")
