"""A new release meets a company that may have been changed: three objects in, one out.

Pure. For every attribute: what an administrator changed since the last release stays, all else
becomes what the new release says. Nothing is deleted; what needs telling is told in `notes`.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, TypeVar

from metadata.changes.difference import is_wider
from metadata.internal_tables import INTERNAL_TABLES
from metadata.model import Choice, FieldDef, LinkDef, ObjectDef
from metadata.physical import physical_columns

_T = TypeVar("_T", FieldDef, ObjectDef, LinkDef)
_FIRST_SUFFIX = 2


@dataclass(frozen=True, slots=True)
class Merged:
    objects: tuple[ObjectDef, ...]
    notes: tuple[str, ...]


def merge(
    stored: Sequence[ObjectDef], base: Sequence[ObjectDef], release: Sequence[ObjectDef]
) -> Merged:
    """The company's objects (`stored`) brought to `release`; `base` is the release before."""
    notes: list[str] = []
    known, shipped = _by_name(stored), _by_name(base)
    tables = {each.table for each in stored} | {each.name for each in INTERNAL_TABLES}
    objects: list[ObjectDef] = []
    for new in release:
        old = known.pop(new.name, None)
        if old is not None and old.custom:
            notes.append(f"object {new.name} is the company's own; the new one was left out")
            objects.append(old)
        elif old is not None:
            objects.append(_object(old, shipped.get(new.name, old), new, notes))
        elif new.name not in shipped:
            objects.append(replace(new, table=free_name(new.table, tables)))
            tables.add(objects[-1].table)
    notes += [f"object {name} is no longer shipped; it stays" for name in known if name in shipped]
    return Merged((*objects, *known.values()), tuple(notes))


def column_names(item: ObjectDef) -> set[str]:
    """Every column of the object's table, those of deleted and purged fields too, and those that
    a field without one will have once its value no longer moves with time."""
    fields = (*item.fields, *item.deleted_fields)
    used = {column.name for field in fields for column in physical_columns(field)}
    used |= {field.column for field in fields if field.virtual}
    return used | {each.name for each in item.spare_columns} | {"id"}


def free_name(wanted: str, taken: Collection[str]) -> str:
    """`wanted`, or with the first number that makes it free: `amount`, `amount_2` …"""
    name, number = wanted, _FIRST_SUFFIX
    while name in taken:
        name, number = f"{wanted}_{number}", number + 1
    return name


def _object(old: ObjectDef, base: ObjectDef, new: ObjectDef, notes: list[str]) -> ObjectDef:
    known, shipped = _by_name(old.fields), _by_name(base.fields)
    taken = column_names(old)
    merged: list[FieldDef] = []
    for field in new.fields:
        mine = known.pop(field.name, None)
        told = f"field {new.name}.{field.name}"
        if mine is not None and mine.custom:
            notes.append(f"{told} is the company's own; the new one was left out")
            merged.append(mine)
        elif mine is not None:
            merged.append(_field((mine, shipped.get(field.name, mine), field), told, notes))
        elif field.name not in shipped:
            merged.append(_new_field(field, taken))
            taken |= {column.name for column in physical_columns(merged[-1])}
    for name in known:
        if name in shipped:
            notes.append(f"field {new.name}.{name} is no longer shipped; it stays")
    return replace(
        _attributes(old, base, new),
        table=old.table,
        fields=(*merged, *known.values()),
        links=_links(old.links, base.links, new.links),
    )


def _new_field(field: FieldDef, taken: Collection[str]) -> FieldDef:
    made = field
    number = _FIRST_SUFFIX
    while any(column.name in taken for column in physical_columns(made)):
        made = replace(field, column=f"{field.column}_{number}")
        number += 1
    return made


def _field(three: tuple[FieldDef, FieldDef, FieldDef], told: str, notes: list[str]) -> FieldDef:
    old, base, new = three
    merged = replace(
        _attributes(old, base, new),
        column=old.column,
        choices=_choices(old.choices, base.choices, new.choices),
        targets=(*old.targets, *(t for t in new.targets if t not in (*old.targets, *base.targets)))
        if old.targets != base.targets
        else new.targets,
    )
    if _can_become(old, merged):
        return merged
    notes.append(f"{told} keeps its type {old.type}: its values cannot become {new.type}")
    kept = ("type", "precision", "scale", "target", "targets", "rows", "number_rule")
    return replace(merged, **{name: getattr(old, name) for name in kept})


def _can_become(old: FieldDef, new: FieldDef) -> bool:
    before = {column.name: column.sql_type for column in physical_columns(old)}
    after = [column for column in physical_columns(new) if column.name in before]
    same_target = old.target == new.target
    main_stays = [c.name for c in physical_columns(old)[:1]] == [
        c.name for c in physical_columns(new)[:1]
    ]
    wider = all(is_wider(column.sql_type, before[column.name]) for column in after)
    return same_target and main_stays and wider


def _choices(
    old: Sequence[Choice], base: Sequence[Choice], new: Sequence[Choice]
) -> tuple[Choice, ...]:
    """The release's options in its order, the company's own after them; values never vanish."""
    known = {each.value: each for each in old}
    shipped = {each.value: each for each in base}
    merged: list[Choice] = []
    for each in new:
        mine = known.pop(each.value, None)
        if mine is not None and mine != shipped.get(each.value, mine):
            merged.append(mine)
        elif mine is not None or each.value not in shipped:
            merged.append(each)
    return (*merged, *known.values())


def _links(
    old: Sequence[LinkDef], base: Sequence[LinkDef], new: Sequence[LinkDef]
) -> tuple[LinkDef, ...]:
    known, shipped = _by_name(old), _by_name(base)
    merged = [
        _attributes(mine, shipped.get(each.name, mine), each)
        for each in new
        if (mine := known.pop(each.name, None if each.name in shipped else each)) is not None
    ]
    return (*merged, *known.values())


def _attributes(old: _T, base: _T, new: _T) -> _T:
    """Each attribute by itself: the company's where it differs from `base`, else the release's."""
    kept: dict[str, Any] = {
        each.name: getattr(old, each.name)
        for each in fields(old)
        if getattr(old, each.name) != getattr(base, each.name)
    }
    return replace(new, **kept)


def _by_name(items: Sequence[_T]) -> dict[str, _T]:
    found: Mapping[str, _T] = {each.name: each for each in items}
    return dict(found)
