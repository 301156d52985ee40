"""A place on the map: latitude, longitude (degrees, WGS 84) and the address shown for it."""

import math
from collections.abc import Mapping
from typing import Any

from metadata.field_types.clean import clean_line
from metadata.field_types.contract import FieldProblem, ValueKind
from metadata.field_types.single_column import SingleColumn
from metadata.model import FieldDef, Label

LONGEST_ADDRESS = 255
LIMITS = {"latitude": 90, "longitude": 180}


class Location(SingleColumn):
    """The parsed value has both coordinates as numbers, and `address` when it is not blank."""

    key = "location"
    label = Label("定位", "Location")
    kind = ValueKind.LOCATION
    sql_type = "jsonb"
    operators = ("isNull",)

    def parse(self, field: FieldDef, value: Any) -> dict[str, Any] | None:
        if value is None:
            return None
        if not isinstance(value, Mapping) or not {"address", *LIMITS} >= value.keys():
            raise FieldProblem("BAD_FORMAT")
        found: dict[str, Any] = {
            name: _degrees(value.get(name), most) for name, most in LIMITS.items()
        }
        address = clean_line(value.get("address"), LONGEST_ADDRESS)
        return found if address is None else {"address": address, **found}

    def export(self, field: FieldDef, value: Any) -> str:
        if not value:
            return ""
        return f"{value['latitude']},{value['longitude']} {value.get('address', '')}".strip()

    def from_text(self, field: FieldDef, text: str) -> dict[str, Any] | None:
        """`22.54,113.95 科技路 1 号`, as it is exported."""
        if not text.strip():
            return None
        numbers, _, address = text.strip().partition(" ")
        try:
            latitude, longitude = (float(each) for each in numbers.split(","))
        except ValueError:
            raise FieldProblem("BAD_FORMAT") from None
        return {"latitude": latitude, "longitude": longitude, "address": address}


def _degrees(value: Any, most: int) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise FieldProblem("BAD_FORMAT")
    if not math.isfinite(value) or abs(value) > most:
        raise FieldProblem("OUT_OF_RANGE", minimum=-most, maximum=most)
    return float(value)
