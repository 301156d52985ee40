"""Page arguments: `first after last before offset` → which rows of an order, checked.

Sizes are written into the statement (a plan is tied to them): a LIMIT that the planner cannot
see makes it expect a tenth of the table and choose another plan.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from engine.query.cursors import beyond_cursor, reading_of
from engine.query.ordering import Order
from engine.query.planning import Path, Planning, refuse
from engine.query.sql import whole
from engine.query.values import BIGGEST_INTEGER


@dataclass(frozen=True, slots=True)
class PageLimits:
    """The size of a page when not said, and the largest one."""

    default: int
    maximum: int


@dataclass(frozen=True, slots=True)
class Page:
    """One page: `size` rows in the direction, beyond `bounds`; `offset` is SQL or None."""

    size: int
    forward: bool
    after: str | None
    before: str | None
    offset: str | None

    @property
    def bounds(self) -> list[str]:
        return [bound for bound in (self.after, self.before) if bound is not None]

    def limit(self, more: int = 0) -> str:
        """LIMIT and OFFSET, with `more` rows to see whether something follows."""
        text = f" limit {whole(self.size + more)}"
        return text if self.offset is None else f"{text} offset {self.offset}"


def page_of(
    planning: Planning, arguments: Mapping[str, Any], limits: PageLimits, order: Order
) -> Page:
    """The page the arguments ask for. Raises InvalidInput: OUT_OF_RANGE, BAD_CURSOR."""
    first = _size(planning, arguments, "first", limits)
    last = _size(planning, arguments, "last", limits)
    if first is not None and last is not None:
        raise refuse(("last",), "OUT_OF_RANGE")
    after = _bound(planning, arguments, "after", order)
    before = _bound(planning, arguments, "before", order)
    forward = last is None and not (first is None and after is None and before is not None)
    size = first if first is not None else last
    return Page(
        size=limits.default if size is None else size,
        forward=forward,
        after=after,
        before=before,
        offset=offset_of(planning, arguments),
    )


def offset_of(planning: Planning, arguments: Mapping[str, Any]) -> str | None:
    """The OFFSET expression, None when there is none. Raises InvalidInput (OUT_OF_RANGE)."""
    given = arguments.get("offset")
    limit = planning.settings.offset_limit
    check = partial(_checked, ("offset",), 0, limit)
    if given is None or planning.shape.bake(given, _is_absent):
        return None
    return planning.shape.value(given, "bigint", check)


def size_of(planning: Planning, arguments: Mapping[str, Any], name: str, limits: PageLimits) -> int:
    """The page size said in `name`, or the default."""
    found = _size(planning, arguments, name, limits)
    return limits.default if found is None else found


def _size(
    planning: Planning, arguments: Mapping[str, Any], name: str, limits: PageLimits
) -> int | None:
    check = partial(_checked, (name,), 1, limits.maximum)
    found = planning.shape.bake(arguments.get(name), check)
    assert found is None or isinstance(found, int)
    return found


def _bound(planning: Planning, arguments: Mapping[str, Any], name: str, order: Order) -> str | None:
    reading = reading_of(order, (name,))
    return beyond_cursor(planning, order.keys, arguments.get(name), reading, name == "after")


def _is_absent(value: Any) -> bool:
    return value is None


def _checked(path: Path, minimum: int, maximum: int, value: Any) -> int | None:
    if value is None:
        return None
    if type(value) is not int or not minimum <= value <= min(maximum, BIGGEST_INTEGER):
        raise refuse(path, "OUT_OF_RANGE", minimum=minimum, maximum=maximum)
    return value
