"""Which options show which fields (FLD-06): read from the definitions, and what is refused there.

Which fields of a record are hidden is `engine/rules/option_logic.py`.
"""

from collections.abc import Iterator, Mapping
from typing import TypeAlias

from engine.base.errors import Problem
from metadata.field_types.contract import ValueKind
from metadata.field_types.registry import field_type
from metadata.model import FieldDef, ObjectDef

# dependent field → the (field, option) pairs that show it
ShownBy: TypeAlias = Mapping[str, tuple[tuple[str, str], ...]]

_CONTROLLERS = (ValueKind.CHOICE, ValueKind.CHOICES)


def shown_by(item: ObjectDef) -> ShownBy:
    """The fields that options show; empty for most objects."""
    found: dict[str, list[tuple[str, str]]] = {}
    for field in item.fields:
        for option, names in field.shows:
            for name in names:
                found.setdefault(name, []).append((field.name, option))
    return {name: tuple(pairs) for name, pairs in found.items()}


def problems_of(item: ObjectDef) -> tuple[Problem, ...]:
    """Everything wrong with the option logic of an object; paths are fields.<name>.shows …"""
    found = [problem for field in item.fields for problem in _problems(item, field)]
    found += [
        Problem(("fields", name, "shows"), "OPTION_CYCLE", {"field": _label(item, name)})
        for name in _cyclic(item)
    ]
    return tuple(found)


def _problems(item: ObjectDef, field: FieldDef) -> Iterator[Problem]:
    told = {"field": field.label}
    path = ("fields", field.name, "shows")
    if field.shows and field_type(field.type).kind not in _CONTROLLERS:
        yield Problem(path, "NOT_A_CHOICE", told)
        return
    for column in field.rows:
        if column.shows:
            yield Problem(("fields", field.name, "rows", column.name), "FIELD_NOT_ALLOWED", told)
    fields = {each.name: each for each in item.fields}
    options = {each.value for each in field.choices}
    for option, names in field.shows:
        if option not in options:
            yield Problem((*path, option), "UNKNOWN_OPTION", told)
        for name in names:
            if name not in fields:
                yield Problem((*path, option, name), "UNKNOWN_FIELD", {**told, "value": name})
            elif name == field.name or not _may_hide(item, fields[name]):
                params = {"field": fields[name].label}
                yield Problem((*path, option, name), "FIELD_NOT_ALLOWED", params)


def _may_hide(item: ObjectDef, field: FieldDef) -> bool:
    """Not what the record is known by, hangs on, or what no form fills in (peer fact 1.5)."""
    known = field.name in (item.title, item.parent) or field.number_rule is not None
    look_up = field.system and field_type(field.type).kind in (ValueKind.RELATION, ValueKind.RECORD)
    together = any(field.name in group for group in item.unique_together)
    return not (known or look_up or together or field.read_only)


def _cyclic(item: ObjectDef) -> list[str]:
    """Fields that, over one or more others, show themselves."""
    shows = {field.name: {n for _, names in field.shows for n in names} for field in item.fields}
    return [name for name in shows if name in _reached(shows, name) and name not in shows[name]]


def _reached(shows: Mapping[str, set[str]], start: str) -> set[str]:
    reached: set[str] = set()
    waiting = [start]
    while waiting:
        new = shows.get(waiting.pop(), set()) - reached
        reached |= new
        waiting += new
    return reached


def _label(item: ObjectDef, name: str) -> object:
    return next(field.label for field in item.fields if field.name == name)
