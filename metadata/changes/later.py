"""What of a change holds only once the work beside the traffic is done, told with its impact."""

from collections.abc import Callable, Iterator

from metadata.changes.change import Objects
from metadata.changes.filling import Fill
from metadata.formulas.changed import Key
from metadata.references import Impact
from metadata.snapshot import living, same_values

BACKGROUND = "background"


def left_for_later(
    before: Objects, after: Objects, fill: Fill, is_small: Callable[[str], bool]
) -> tuple[Impact, ...]:
    """One entry per field; `metadataWork` has how far it is."""
    blank = fill.fields | (_filling(after) - _filling(before))
    filling = (
        Impact(BACKGROUND, f"{item}.{field}", "is blank and cannot be used until it is computed")
        for item, field in sorted(blank)
    )
    unique = (
        Impact(BACKGROUND, name, "may have equal values until its index is built")
        for name in _unique_later(before, after, is_small)
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
