"""`orderBy`: sort keys of a list, nulls last either way, ties by id.

Text sorts by its companion (pinyin, lower case) and then by itself, one that may be long by its
beginning, so that a cursor holds no more; choices sort by their position. What is not visible
sorts as null. Cursors over these keys are `cursors.py`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2s
from typing import Any

from engine.access.fields import Reference, Row
from engine.query import values
from engine.query.planning import Path, Planning, Source, raw
from engine.query.request import AppliedScene
from metadata.field_types.contract import ValueKind

MOST_KEYS = 16
LONGEST_COMPARED = 500  # characters of a text
NEVER_NULL = frozenset({"version", "createdAt"})
SORTED_KINDS = frozenset(
    {
        ValueKind.TEXT,
        ValueKind.INTEGER,
        ValueKind.DECIMAL,
        ValueKind.BOOLEAN,
        ValueKind.DATE,
        ValueKind.DATE_TIME,
    }
)


@dataclass(frozen=True, slots=True)
class Key:
    """One sort key. `name` is the path in the order argument; `kind` that of its values."""

    name: str
    expression: str
    kind: ValueKind
    descending: bool
    nullable: bool = True

    def term(self, forward: bool) -> str:
        """The ORDER BY term; backwards it is the exact reverse."""
        direction = "desc" if self.descending is forward else "asc"
        nulls, by_itself = ("last", "asc") if forward else ("first", "desc")
        if not self.nullable or direction == by_itself:
            return f"{self.expression} {direction}"
        return f"{self.expression} {direction} nulls {nulls}"


@dataclass(frozen=True, slots=True)
class Order:
    """The whole order of a list of `object`; the last key is unique."""

    object: str
    keys: tuple[Key, ...]

    @property
    def signature(self) -> str:
        """A short name of this order: a cursor of another one is refused."""
        text = self.object + "".join(f"|{key.name} {key.descending}" for key in self.keys)
        return blake2s(text.encode(), digest_size=6).hexdigest()

    def named(self, names: Sequence[str]) -> "Order":
        """The same order over columns that hold the keys' values."""
        keys = zip(self.keys, names, strict=True)
        return Order(self.object, tuple(replace(key, expression=name) for key, name in keys))

    def sql(self, forward: bool = True) -> str:
        return ", ".join(key.term(forward) for key in self.keys)


def order_of(planning: Planning, source: Source, given: Any) -> Order:
    """The order of an `orderBy` argument (a list of order objects), the id last.

    Without one: newest first, or by id where there is no creation time. Raises
    FieldForbidden.
    """
    found: list[Key] = []
    for order in parts_of(given, ("orderBy",)):
        found += _keys(planning, source, (source.row, ""), order)
    if not found and "createdAt" in source.row.index.fields:
        found = _keys(planning, source, (source.row, ""), {"createdAt": "DESC"})
    if not any(key.name == "id" for key in found):
        descending = bool(found) and found[-1].descending
        found.append(_id_key(source.row, "", descending))
    # nothing after the unique id can matter
    last = next(at for at, key in enumerate(found) if key.name == "id")
    return Order(source.row.index.name, tuple(found[: last + 1]))


def order_asked(arguments: Mapping[str, Any]) -> Any:
    """The `orderBy` of a list; without one that of its scene."""
    given = raw(arguments.get("orderBy"))
    scene: AppliedScene | None = arguments.get("scene")
    return given if given or scene is None else scene.order_by


def parts_of(given: Any, path: Path) -> Sequence[Mapping[str, Any]]:
    """The objects of a list argument; one by itself is a list of one. Raises TooComplex."""
    given = raw(given)
    parts: Sequence[Mapping[str, Any]] = [given] if isinstance(given, Mapping) else given or []
    values.check_list(parts, path, MOST_KEYS)
    return parts


def _keys(
    planning: Planning, source: Source, at: tuple[Row, str], order: Mapping[str, Any]
) -> list[Key]:
    row, prefix = at
    found: list[Key] = []
    for name, direction in order.items():
        if raw(direction) is None:
            continue
        if name == "id":
            found.append(_id_key(row, prefix, direction == "DESC"))
        elif isinstance(direction, Mapping):
            target = source.follow(row, name)
            found += _keys(planning, source, (target, f"{prefix}{name}."), direction)
        else:
            reference = planning.reference(row, name)
            found += _field_keys(planning, reference, prefix, direction == "DESC")
    return found


def _id_key(row: Row, prefix: str, descending: bool) -> Key:
    return Key(f"{prefix}id", row.id, ValueKind.INTEGER, descending, nullable=bool(prefix))


def _field_keys(planning: Planning, found: Reference, prefix: str, descending: bool) -> list[Key]:
    name, kind = prefix + found.field.name, found.kind
    if kind is ValueKind.CHOICE:
        options = [choice.value for choice in found.field.choices]
        position = planning.shape.constant(options, "text[]")
        expression = f"array_position({position}, {found.column()})"
        return [Key(name, expression, ValueKind.INTEGER, descending)]
    if kind is ValueKind.TEXT:
        by_value = _text_key(found, name, descending)
        companion = found.companion("_sort")
        if companion is None:
            return [by_value]
        return [Key(name, companion, kind, descending), by_value]
    assert kind in SORTED_KINDS
    nullable = bool(prefix) or found.field.name not in NEVER_NULL
    return [Key(name, found.column(), kind, descending, nullable)]


def _text_key(found: Reference, name: str, descending: bool) -> Key:
    """By the text itself. A computed one knows no limit; others stay bare where they cannot be
    long, for the index over titles is on the bare column. The names of both differ, so that a
    cursor of one is none of the other."""
    if found.field.computed or (found.field.max_length or 0) > LONGEST_COMPARED:
        beginning = f'left({found.column()}, {LONGEST_COMPARED}) collate "C"'
        return Key(f"{name}<", beginning, found.kind, descending)
    return Key(f"{name}=", f'{found.column()} collate "C"', found.kind, descending)
