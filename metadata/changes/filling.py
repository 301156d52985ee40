"""Which computed fields a change has filled within its transaction, and which beside the traffic.

The latter stand in the metadata (`ObjectDef.filling`) until every row has its value, so that reads
know of them without asking (`engine/access/fields.py`). Pure but for the size of tables.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from metadata.changes.change import Objects
from metadata.formulas.changed import Key, changed_values, with_followers
from metadata.model import ObjectDef
from metadata.snapshot import living


@dataclass(frozen=True, slots=True)
class Fill:
    """The tables whose computed columns get other values: `now`, or `later` as they are large.
    `fields` are those that are not right before the latter are filled."""

    now: frozenset[str] = frozenset()
    later: frozenset[str] = frozenset()
    fields: frozenset[Key] = frozenset()


def fill_between(before: Objects, after: Objects, is_small: Callable[[str], bool]) -> Fill:
    """What the change from `before` to `after` asks for."""
    changed = changed_values(before, after)
    if not changed:
        return Fill()
    tables = {item.name: item.table for item in living(after)}
    touched = {tables[name] for name, _ in changed}
    later = frozenset(name for name in touched if not is_small(name))
    late = frozenset(each for each in changed if tables[each[0]] in later)
    return Fill(frozenset(touched - later), later, with_followers(after, late))


def with_filling(after: Objects, fill: Fill) -> Objects:
    """The objects, saying which fields are not right yet: those of `fill`, those that were not
    before, and what is computed from them."""
    waiting = {(item.name, name) for item in living(after) for name in item.filling}
    if not waiting and not fill.fields:
        return after
    keys = with_followers(after, fill.fields | waiting)
    return tuple(_marked(item, keys) for item in after)


def without_filling(objects: Objects) -> Objects:
    """The objects when nothing is left to be filled."""
    return tuple(replace(item, filling=()) if item.filling else item for item in objects)


def _marked(item: ObjectDef, keys: frozenset[Key]) -> ObjectDef:
    if item.deleted_at is not None:
        return item
    names = tuple(each.name for each in item.fields if (item.name, each.name) in keys)
    return item if names == item.filling else replace(item, filling=names)
