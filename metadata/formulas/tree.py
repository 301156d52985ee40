"""What a formula is: a tree of literals, fields and calls. Operators are calls too.

`at` is the position in the formula's text, counted from 0, for problems.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

Value = Decimal | str | bool | date | datetime | None


@dataclass(frozen=True, slots=True)
class Literal:
    """A constant; None is BLANK. Days and moments come from filters, not from formulas."""

    value: Value
    at: int = 0


@dataclass(frozen=True, slots=True)
class Name:
    """The value of the record's field of this API name."""

    name: str
    at: int = 0


@dataclass(frozen=True, slots=True)
class Call:
    """A function of `functions.py` by its name in capitals, or an operator by its sign."""

    function: str
    arguments: tuple["Node", ...]
    at: int = 0


Node = Literal | Name | Call


class FormulaProblem(Exception):
    """Why a formula cannot be: `code` is a problem code of the API, `params` fill its text."""

    def __init__(self, code: str, at: int, **params: object) -> None:
        super().__init__(code, at, params)
        self.code = code
        self.params: dict[str, object] = {"position": at + 1, **params}


def names_in(node: Node) -> Iterator[Name]:
    """Every field that the tree mentions, in the order of the text."""
    if isinstance(node, Name):
        yield node
    elif isinstance(node, Call):
        for each in node.arguments:
            yield from names_in(each)


def calls_in(node: Node) -> Iterator[str]:
    """Every function and operator that the tree uses."""
    if isinstance(node, Call):
        yield node.function
        for each in node.arguments:
            yield from calls_in(each)
