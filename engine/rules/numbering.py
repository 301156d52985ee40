"""The text of an automatic number: rule, record and moment → everything but the count. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from metadata.number_rule import NumberPart, NumberRule, PartKind
from metadata.numbering import DATE_FORMATS, PERIOD_FORMATS, period_part

LONGEST_FIELD = 30  # of what another field gives: a number stays a number


@dataclass(frozen=True, slots=True)
class Clock:
    """The moment of the command (aware) and the company's zone."""

    at: datetime
    zone: ZoneInfo

    def day(self, value: Any) -> date:
        """The local day of a date or moment; of the command when there is none."""
        found = self.at if value is None else value
        return found.astimezone(self.zone).date() if isinstance(found, datetime) else found


@dataclass(frozen=True, slots=True)
class Stem:
    """A number that lacks its count, and the period that is counted in."""

    period: str
    before: str
    after: str
    digits: int

    def number(self, count: int) -> str:
        return f"{self.before}{count:0{self.digits}d}{self.after}"


def stem(rule: NumberRule, values: Mapping[str, Any], clock: Clock) -> Stem:
    """The number of a record with these values, but for its count."""
    texts = [_text(part, values, clock) for part in rule.parts]
    counter = next(at for at, part in enumerate(rule.parts) if part.kind is PartKind.COUNTER)
    return Stem(
        period=_period(rule, values, clock),
        before="".join(texts[:counter]),
        after="".join(texts[counter + 1 :]),
        digits=rule.digits,
    )


def _period(rule: NumberRule, values: Mapping[str, Any], clock: Clock) -> str:
    part = period_part(rule)
    if part is None:
        return ""
    day = clock.day(values.get(part.field))
    return _day_text(day, PERIOD_FORMATS[rule.reset])


def _text(part: NumberPart, values: Mapping[str, Any], clock: Clock) -> str:
    match part.kind:
        case PartKind.TEXT:
            return part.text
        case PartKind.DATE:
            return _day_text(clock.day(values.get(part.field)), part.format)
        case PartKind.FIELD:
            return _value_text(values.get(part.field), clock)[:LONGEST_FIELD]
        case PartKind.COUNTER:
            return ""


def _day_text(day: date, form: str) -> str:
    # strftime does not fill up years before 1000 everywhere; such days are refused as input
    return day.strftime(DATE_FORMATS[form])


def _value_text(value: Any, clock: Clock) -> str:
    if value is None:
        return ""
    if isinstance(value, date):
        return _day_text(clock.day(value), "yyyyMMdd")
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return str(value)
