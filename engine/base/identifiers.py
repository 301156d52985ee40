"""Global ids: `Customer:12`, exactly as issued and in no other spelling (M16).

Clients treat them as opaque. The type name comes from the object's API name.
"""

import re
from dataclasses import dataclass

from engine.base.errors import InvalidInput, Problem

_FORM = re.compile(r"([A-Z][A-Za-z0-9]{0,59}):([1-9][0-9]{0,17})", re.ASCII)


@dataclass(frozen=True, slots=True)
class RecordId:
    """Which record: the object's API name and the row's number."""

    object: str
    number: int

    def __str__(self) -> str:
        return f"{self.object[0].upper()}{self.object[1:]}:{self.number}"


def parse_id(text: object, path: tuple[str | int, ...] = ("id",)) -> RecordId:
    """`"Customer:12"` → RecordId("customer", 12). Raises InvalidInput (BAD_ID) at `path`."""
    found = _FORM.fullmatch(text) if isinstance(text, str) else None
    if found is None:
        raise InvalidInput([Problem(path, "BAD_ID")])
    name, number = found.groups()
    return RecordId(name[0].lower() + name[1:], int(number))
