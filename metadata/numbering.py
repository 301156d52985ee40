"""What a rule for automatic numbers may be, and how its numbers are recognised again (FLD-07).

Making a number is `engine/rules/numbering.py`, counting `engine/commands/numbering.py`.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from engine.base.errors import Problem
from metadata.field_types.contract import ValueKind
from metadata.field_types.registry import field_type
from metadata.model import FieldDef, ObjectDef
from metadata.number_rule import NumberPart, NumberRule, PartKind, Reset

DATE_FORMATS: Mapping[str, str] = {"yyyy": "%Y", "yyyyMM": "%Y%m", "yyyyMMdd": "%Y%m%d"}
# the date format that tells the periods of a reset apart
PERIOD_FORMATS: Mapping[Reset, str] = {
    Reset.NEVER: "",
    Reset.YEARLY: "yyyy",
    Reset.MONTHLY: "yyyyMM",
    Reset.DAILY: "yyyyMMdd",
}
MOST_PARTS = 6
LONGEST_TEXT = 12
MOST_DIGITS = 9
LARGEST_STEP = 999_999_999
_DATES = (ValueKind.DATE, ValueKind.DATE_TIME)
_WRITABLE = (ValueKind.TEXT, ValueKind.INTEGER, ValueKind.DECIMAL, *_DATES)


@dataclass(frozen=True, slots=True)
class Pattern:
    """A regular expression of PostgreSQL for the numbers of a rule. `counter` and `period` are
    the places of their groups; `period_length` is how much of the period's group counts."""

    expression: str
    counter: int
    period: int
    period_length: int


def period_part(rule: NumberRule) -> NumberPart | None:
    """The date part that the counter begins anew with; None when it never does."""
    wanted = PERIOD_FORMATS[rule.reset]
    if not wanted:
        return None
    fine = (p for p in rule.parts if p.kind is PartKind.DATE and p.format.startswith(wanted))
    return next(fine, None)


def number_pattern(rule: NumberRule) -> Pattern:
    """How a number of the rule looks; other texts of the field are no numbers of it."""
    groups = [_group(rule, part) for part in rule.parts]
    counter = next(at for at, p in enumerate(rule.parts) if p.kind is PartKind.COUNTER)
    part = period_part(rule)
    period = 0 if part is None else rule.parts.index(part) + 1
    length = len(PERIOD_FORMATS[rule.reset])
    return Pattern(f"^{''.join(groups)}$", counter + 1, period, length)


def _group(rule: NumberRule, part: NumberPart) -> str:
    match part.kind:
        case PartKind.COUNTER:
            return f"([0-9]{{{rule.digits},18}})"
        case PartKind.DATE:
            return f"([0-9]{{{len(part.format)}}})"
        case PartKind.TEXT:
            return f"({re.escape(part.text)})"
        case PartKind.FIELD:
            return "(.*)"


def problems_of(item: ObjectDef, field: FieldDef) -> tuple[Problem, ...]:
    """Everything wrong with the rule of an `autoNumber` field; their paths begin at the rule."""
    rule = field.number_rule
    if rule is None:
        return (Problem(("numberRule",), "REQUIRED", {"field": field.label}),)
    found = [*_whole(field, rule), *_bounds(rule)]
    for position, part in enumerate(rule.parts):
        for code in _part(item, field, part):
            found.append(
                Problem(
                    ("numberRule", "parts", position),
                    code,
                    {"field": field.label, "value": part.field},
                )
            )
    return tuple(found)


def _whole(field: FieldDef, rule: NumberRule) -> Iterator[Problem]:
    told = {"field": field.label}
    if not field.unique:
        yield Problem(("unique",), "NUMBER_NOT_UNIQUE", told)
    if len(rule.parts) > MOST_PARTS:
        yield Problem(("numberRule", "parts"), "TOO_LONG", {**told, "maximum": MOST_PARTS})
    if sum(part.kind is PartKind.COUNTER for part in rule.parts) != 1:
        yield Problem(("numberRule", "parts"), "NUMBER_COUNTER", told)
    if rule.reset is not Reset.NEVER and period_part(rule) is None:
        yield Problem(("numberRule", "reset"), "NUMBER_RESET", told)


def _bounds(rule: NumberRule) -> Iterator[Problem]:
    bounds = {
        "start": (0, 10**MOST_DIGITS - 1),
        "step": (1, LARGEST_STEP),
        "digits": (1, MOST_DIGITS),
    }
    for name, (least, most) in bounds.items():
        if not least <= getattr(rule, name) <= most:
            yield Problem(("numberRule", name), "OUT_OF_RANGE", {"minimum": least, "maximum": most})


def _part(item: ObjectDef, field: FieldDef, part: NumberPart) -> Iterator[str]:
    if part.kind is PartKind.TEXT and not part.text.strip():
        yield "REQUIRED"
    if part.kind is PartKind.TEXT and (
        len(part.text) > LONGEST_TEXT or not part.text.isprintable()
    ):
        yield "BAD_FORMAT"
    if part.kind is PartKind.DATE and part.format not in DATE_FORMATS:
        yield "BAD_FORMAT"
    if part.kind is PartKind.FIELD or (part.kind is PartKind.DATE and part.field):
        kinds = _DATES if part.kind is PartKind.DATE else _WRITABLE
        other = next((each for each in item.fields if each.name == part.field), None)
        if other is None:
            yield "UNKNOWN_FIELD"
        elif other is field or other.number_rule is not None or not _is_of(other, kinds):
            # options, tags and references have no text of their own that stays (peer fact 1.12)
            yield "FIELD_NOT_ALLOWED"


def _is_of(field: FieldDef, kinds: tuple[ValueKind, ...]) -> bool:
    return field_type(field.type).kind in kinds
