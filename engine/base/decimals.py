"""The strict grammar of decimal numbers that come from outside (M15, H2).

Ranges and scales of single fields are their field type's.
"""

import re
from decimal import Decimal

_GRAMMAR = re.compile(r"-?[0-9]{1,30}(\.[0-9]{1,20})?", re.ASCII)


def parse_decimal(value: str | int) -> Decimal:
    """`"-12.50"` or 12 → Decimal. Raises ValueError for anything else.

    No NaN, infinity, exponent, sign `+`, underscore, space or other digits than ASCII's.
    Minus zero becomes zero.
    """
    if type(value) is int:
        value = str(value) if abs(value) < 10**30 else ""
    if not isinstance(value, str) or not _GRAMMAR.fullmatch(value):
        raise ValueError("not a decimal number")
    found = Decimal(value)
    return found if found else abs(found)
