"""Values of fields: random ones, as a client gives them, as it gets them, as a column holds them."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from random import Random
from typing import Any

from tests.harness.plain.model import Field

OPTIONS = ("a", "b")
# dates stay far from today: what a formula over today says of them never changes
SAMPLES: Mapping[str, Sequence[Any]] = {
    "text": ("甲", "50%_", "naïve", "O'Brien", "%(x)s"),
    "integer": tuple(map(Decimal, (1 - 2**31, -1, 0, 1, 3, 10**9))),
    "number": tuple(map(Decimal, ("-2.5", "0.0001", "0", "7", "12.3456", "99999999.9999"))),
    "amount": tuple(map(Decimal, ("0", "0.01", "12.50", "100", "9999999.99"))),
    "boolean": (True, False),
    "date": (date(1970, 1, 1), date(2024, 2, 29), date(2999, 12, 31)),
    "choice": OPTIONS,
}
SCALES = {"integer": 0, "number": 4, "amount": 2}
_MOST = {"integer": Decimal(2**31), "number": Decimal(10**15), "amount": Decimal(10**16)}
_LONGEST = 5_000


def some_value(chance: Random, type: str) -> Any:
    """A value of the type, or none."""
    return None if chance.random() < 0.2 else chance.choice(SAMPLES[type])


def given(field: Field, value: Any) -> Any:
    """The value in the JSON of a request, and of an answer: decimals are texts."""
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, date):
        return value.isoformat()
    return int(value) if field.type == "integer" else f"{value:.{SCALES[field.type]}f}"


def parsed(kind: str, value: Any) -> Any:
    """What a condition means by it."""
    if value is None or kind in ("text", "boolean"):
        return value
    return date.fromisoformat(value) if kind == "date" else Decimal(str(value))


def fitted(field: Field, value: Any) -> Any:
    """A computed value as the field holds it; nothing where it cannot."""
    if value is None or field.kind in ("boolean", "date"):
        return value
    if field.kind == "text":
        return value[:_LONGEST] or None
    found = value.quantize(Decimal(1).scaleb(-SCALES[field.type]), ROUND_HALF_UP)
    return found + 0 if abs(found) < _MOST[field.type] else None  # no -0


def averaged(values: Sequence[Decimal]) -> Decimal:
    """Of at least one value, with ten decimals."""
    return (sum(values, Decimal(0)) / len(values)).quantize(Decimal("1e-10"), ROUND_HALF_UP)
