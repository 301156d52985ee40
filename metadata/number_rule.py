"""The shape of a rule for automatic numbers (FLD-07), and how it is read back from JSON.

What a rule may be and how its numbers are recognised is `metadata/numbering.py`, the making of
a number `engine/rules/numbering.py`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any


class PartKind(StrEnum):
    """COUNTER: the count, once in a rule. TEXT: fixed. DATE: of a field or of the creation.
    FIELD: what another field of the record holds when it is created."""

    COUNTER = "counter"
    TEXT = "text"
    DATE = "date"
    FIELD = "field"


class Reset(StrEnum):
    """When the counter begins anew, in the company's time zone."""

    NEVER = "never"
    DAILY = "daily"
    MONTHLY = "monthly"
    YEARLY = "yearly"


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberPart:
    """One piece of a number: `text` of a TEXT; `format` (yyyy, yyyyMM or yyyyMMdd) of a DATE,
    which is that of `field`, else of the creation; `field` of a FIELD."""

    kind: PartKind
    text: str = ""
    format: str = ""
    field: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberRule:
    """How a field numbers its records. `digits` is the least length of the counter, filled up
    with zeros; `manual` lets people type a number of their own."""

    parts: tuple[NumberPart, ...]
    start: int = 1
    step: int = 1
    digits: int = 4
    reset: Reset = Reset.NEVER
    manual: bool = False


def parse_rule(document: Mapping[str, Any]) -> NumberRule:
    """The rule of a JSON document as `metadata/store.py` writes it."""
    parts = tuple(
        replace(
            NumberPart(kind=PartKind(each["kind"])), **_known(each, ("text", "format", "field"))
        )
        for each in document["parts"]
    )
    return NumberRule(
        parts=parts,
        reset=Reset(document.get("reset", Reset.NEVER)),
        **_known(document, ("start", "step", "digits", "manual")),
    )


def _known(document: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    return {name: document[name] for name in names if name in document}
