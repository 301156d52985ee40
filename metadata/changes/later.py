"""What of a change holds only once the work beside the traffic is done, told with its impact."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, partial

from sqlalchemy import Connection

from metadata.changes.change import Objects
from metadata.changes.filling import Fill, fill_between, with_filling
from metadata.changes.size import is_small
from metadata.formulas.changed import Key
from metadata.references import Impact
from metadata.snapshot import living, same_values

BACKGROUND = "background"


@dataclass(frozen=True, slots=True)
class Later:
    """`objects` are those after the change, saying which fields are not right yet; `impact` has one
    entry per field that is not, or not unique yet (`metadataWork` has how far it is)."""

    objects: Objects
    fill: Fill
    impact: tuple[Impact, ...]


def look_later(connection: Connection, schema: str, before: Objects, after: Objects) -> Later:
    """What the change from `before` to `after` cannot do for all rows at once."""
    small = cache(partial(is_small, connection, schema))
    fill = fill_between(before, after, small)
    objects = with_filling(after, fill)
    return Later(objects, fill, _impact((before, objects), fill, small))


def _impact(
    versions: tuple[Objects, Objects], fill: Fill, is_small: Callable[[str], bool]
) -> tuple[Impact, ...]:
    before, after = versions
    blank = fill.fields | (_filling(after) - _filling(before))
    filling = (
        Impact(BACKGROUND, f"{item}.{field}", "COMPUTED_LATER") for item, field in sorted(blank)
    )
    unique = (
        Impact(BACKGROUND, name, "UNIQUE_LATER") for name in _unique_later(before, after, is_small)
    )
    return (*filling, *unique)


def _filling(objects: Objects) -> frozenset[Key]:
    return frozenset((item.name, name) for item in living(objects) for name in item.filling)


def _unique_later(
    before: Objects, after: Objects, is_small: Callable[[str], bool]
) -> Iterator[str]:
    same = same_values(before, after)
    unique = {
        (item.table, field.column)
        for item in before
        if item.deleted_at is None
        for field in item.fields
        if field.unique
    }
    for item in after:
        if id(item) in same or item.deleted_at is not None:
            continue
        for field in item.fields:
            new = field.unique and (item.table, field.column) not in unique
            if new and not is_small(item.table):
                yield f"{item.name}.{field.name}"
