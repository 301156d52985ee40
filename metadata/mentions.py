"""Which fields a filter or an order names, read from its JSON and the metadata alone.

Says nothing about rights or types: what names a field uses it, whether it works or not.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from metadata.snapshot import ObjectIndex, Snapshot

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Mention:
    """A name at a place. `field` is None when the object has nothing of this name; for a
    relation to many it is the field of the target that makes it."""

    path: Path
    object: str
    name: str
    field: str | None
    value: Any = None

    def is_of(self, object_name: str, field: str | None) -> bool:
        """Is it this field, or any field of the object?"""
        return self.object == object_name and field in (None, self.field, self.name)


def mentions_of_filter(
    snapshot: Snapshot, object_name: str, where: Any, path: Path
) -> Iterator[Mention]:
    """Every field that a `where` object names, at any depth."""
    if not isinstance(where, Mapping):
        return
    index = snapshot.object(object_name)
    for name, value in where.items():
        here = (*path, str(name))
        if name in ("and", "or"):
            for at, part in enumerate(value if isinstance(value, list) else ()):
                yield from mentions_of_filter(snapshot, object_name, part, (*here, at))
        elif name == "not":
            yield from mentions_of_filter(snapshot, object_name, value, here)
        elif name != "id":
            yield from _condition(snapshot, index, (str(name), value), here)


def _condition(
    snapshot: Snapshot, index: ObjectIndex, named: tuple[str, Any], path: Path
) -> Iterator[Mention]:
    name, value = named
    field, many = index.fields.get(name), index.many.get(name)
    if many is not None:
        yield Mention(path, many.target, name, many.field)
    else:
        yield Mention(path, index.name, name, name if field else None, value)
    target = many.target if many is not None else field.target if field is not None else None
    if target is None or not isinstance(value, Mapping):
        return
    for step in ("is", "some", "none", "every"):
        yield from mentions_of_filter(snapshot, target, value.get(step), (*path, step))


def mentions_of_order(
    snapshot: Snapshot, object_name: str, order: Any, path: Path
) -> Iterator[Mention]:
    """Every field that one object of an `orderBy` names."""
    if not isinstance(order, Mapping):
        return
    index = snapshot.object(object_name)
    for name, value in order.items():
        if name == "id":
            continue
        here, field = (*path, str(name)), index.fields.get(str(name))
        yield Mention(here, object_name, str(name), field.name if field else None)
        if field is not None and field.target is not None:
            yield from mentions_of_order(snapshot, field.target, value, here)
