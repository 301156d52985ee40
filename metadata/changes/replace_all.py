"""Everything becomes as a file or an earlier version says: as the changes that amount to it. Pure.

Each of them keeps its own rules, so a file can do nothing that an administrator could not do by
hand. What ships stays where the file does not know it; what the company made itself and the file
does not know is deleted, and can be restored like anything deleted. Options that the file does
not know are retired. Roles and scenes are `metadata/changes/beside.py`.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from typing import Any

from engine.base.clock import now
from engine.base.errors import Problem
from metadata.changes.change import Change, Objects, Refused
from metadata.changes.computed_fields import completed
from metadata.changes.conversions import stays_as_stored
from metadata.changes.create_field import CreateField, named
from metadata.changes.create_object import CreateObject
from metadata.changes.delete_field import DeleteField, RestoreField
from metadata.changes.delete_object import DeleteObject, RestoreObject, UpdateObject
from metadata.changes.objects import with_object
from metadata.changes.relations import with_target
from metadata.changes.shipped import changeable
from metadata.changes.update_field import UpdateField
from metadata.configuration.documents import OWN
from metadata.configuration.model import CompanyRole, Scenes
from metadata.model import Choice, FieldDef, ObjectDef
from metadata.snapshot import living

Path = tuple[str, ...]
Part = tuple[Path, Change]
# what a satellite hangs on follows from the objects there are
_DERIVED = frozenset({"name", "targets"})
_OF_OBJECTS = ("label", "totals")


@dataclass(frozen=True, slots=True)
class ReplaceAll:
    """`objects` are the living ones there shall be; their physical names do not matter. `roles`
    and `scenes` of None stay; `may_write_roles` says whether who asks may change any role.
    `going_back` leaves to the release what only a release can change, and refuses to delete what
    rows have values in."""

    objects: Objects
    roles: tuple[CompanyRole, ...] | None = None
    scenes: Scenes | None = None
    kind: str = "applyFile"
    going_back: bool = False
    may_write_roles: bool = True
    at: datetime = field(default_factory=now)
    breaks = True

    @property
    def concerns(self) -> tuple[str, str]:
        return "", ""

    def apply(self, objects: Objects) -> Objects:
        foreign = () if self.going_back else tuple(_not_shipped(objects, self.objects))
        after, problems = _round(objects, self)
        while problems and after != objects:  # what waits for others, as a formula for its fields
            objects, (after, problems) = after, _round(after, self)
        if foreign or problems:
            raise Refused((*foreign, *problems))
        return _resolved(_ordered(after, self.objects))

    def deletions(self, objects: Objects) -> tuple[Part, ...]:
        """What of `objects` is not to be any more: objects, and fields of those that stay."""
        return (*_gone_objects(objects, self), *_gone_fields(objects, self))


def _round(objects: Objects, change: ReplaceAll) -> tuple[Objects, list[Problem]]:
    """Everything that can be done now; problems of the rest."""
    problems: list[Problem] = []
    for stage in _STAGES:
        for path, part in tuple(stage(objects, change)):
            try:
                objects = part.apply(objects)
            except Refused as refused:
                problems += [_moved(each, path) for each in refused.problems]
    return objects, problems


def _resolved(objects: Objects) -> Objects:
    """With what follows from formulas and roll-ups. Raises Refused, told as the file says it."""
    try:
        return completed((), objects, ("", ""))
    except Refused as refused:
        placed = [(("objects", e.path[0], "fields", *e.path[1:]), e) for e in refused.problems]
        raise Refused([replace(each, path=path) for path, each in placed]) from None


def _gone_objects(objects: Objects, change: ReplaceAll) -> Iterator[Part]:
    wanted = _by_name(change.objects)
    for item in living(objects):
        if item.custom and item.name not in wanted:
            yield _place(item), DeleteObject(item.name, change.at)


def _new_objects(objects: Objects, change: ReplaceAll) -> Iterator[Part]:
    known = _by_name(living(objects))
    deleted = {each.name for each in objects if each.name not in known and not each.purged}
    for item in change.objects:
        if not item.custom or item.name in known:
            continue
        if item.name in deleted:
            yield _place(item), RestoreObject(item.name)
        else:
            title = next((each.label for each in item.fields if each.name == item.title), None)
            yield _place(item), CreateObject(item.label, item.name, item.plural, title)


def _gone_fields(objects: Objects, change: ReplaceAll) -> Iterator[Part]:
    for item, wanted in _pairs(objects, change):
        names = {each.name for each in wanted.fields}
        for each in item.fields:
            if each.custom and each.name not in names:
                yield _place(item, each), DeleteField(item.name, each.name, change.at)


def _new_fields(objects: Objects, change: ReplaceAll) -> Iterator[Part]:
    for item, wanted in _pairs(objects, change):
        names = {each.name for each in item.fields}
        deleted = {each.name: each for each in item.deleted_fields}
        for each in wanted.fields:
            if not each.custom or each.name in names:
                continue
            old = deleted.get(each.name)
            if old is not None and stays_as_stored(old, each):
                yield _place(item, each), RestoreField(item.name, each.name)
            else:
                yield _place(item, each), CreateField(item.name, each)


def _changed_fields(objects: Objects, change: ReplaceAll) -> Iterator[Part]:
    for item, wanted in _pairs(objects, change):
        known = {each.name: each for each in item.fields}
        for each in wanted.fields:
            old = known.get(each.name)
            patch = {} if old is None else _patch(old, with_target(named(each, set())))
            if old is not None and change.going_back and not old.custom:
                allowed = changeable(item, old)
                patch = {name: value for name, value in patch.items() if name in allowed}
            if patch:
                yield _place(item, each), UpdateField(item.name, each.name, patch)


def _changed_objects(objects: Objects, change: ReplaceAll) -> Iterator[Part]:
    for item, wanted in _pairs(objects, change):
        differing = [each for each in _OF_OBJECTS if getattr(item, each) != getattr(wanted, each)]
        if change.going_back and not item.custom:
            differing = [each for each in differing if each == "label"]
        if differing:
            patch = {name: getattr(wanted, name) for name in differing}
            yield _place(item), UpdateObject(item.name, patch)


# each sees what those before it left; a name is free again before somebody else gets it
_STAGES: tuple[Callable[[Objects, ReplaceAll], Iterator[Part]], ...] = (
    _gone_objects,
    _new_objects,
    _gone_fields,
    _new_fields,
    _changed_fields,
    _changed_objects,
)


def _not_shipped(objects: Objects, wanted: Objects) -> Iterator[Problem]:
    """What says of itself that it ships, but is not here: another release knows it."""
    known = {item.name: {each.name for each in item.fields} for item in living(objects)}
    for item in wanted:
        there = known.get(item.name)
        if there is None and not item.custom:
            yield Problem(_place(item), "NOT_SHIPPED", {"value": item.name})
        for each in item.fields:
            if there is not None and each.name not in there and not each.custom:
                told = f"{item.name}.{each.name}"
                yield Problem(_place(item, each), "NOT_SHIPPED", {"value": told})


def _patch(old: FieldDef, new: FieldDef) -> Mapping[str, Any]:
    """The attributes in which the field shall be another one."""
    before, after = _plain(old), _plain(new)
    patch = {
        each.name: getattr(new, each.name)
        for each in fields(FieldDef)
        if each.name not in OWN | _DERIVED
        and getattr(before, each.name) != getattr(after, each.name)
    }
    if "choices" in patch and (new.choices or old.type == new.type):
        patch["choices"] = _with_retired(old, new)
        if patch["choices"] == old.choices:
            del patch["choices"]
    if "rows" in patch:
        patch["rows"] = _with_retired_in_rows(old, new)
        if patch["rows"] == old.rows:
            del patch["rows"]
    return patch


def _with_retired(old: FieldDef, new: FieldDef) -> tuple[Choice, ...]:
    """The options of the file, and as retired ones those that it does not know."""
    kept = {each.value for each in new.choices}
    gone = (replace(each, retired=True) for each in old.choices if each.value not in kept)
    return (*new.choices, *gone)


def _with_retired_in_rows(old: FieldDef, new: FieldDef) -> tuple[FieldDef, ...]:
    known = {each.name: each for each in old.rows}
    return tuple(
        replace(each, choices=_with_retired(known[each.name], each))
        if each.name in known and known[each.name].type == each.type
        else each
        for each in new.rows
    )


def _plain(item: FieldDef) -> FieldDef:
    """The field without what belongs to one company."""
    return replace(item, column="", position=0, rows=tuple(_plain(each) for each in item.rows))


def _ordered(objects: Objects, wanted: Objects) -> Objects:
    """Fields in the order of the file; those it does not know follow."""
    order = _by_name(wanted)
    for item in living(objects):
        if item.name not in order:
            continue
        ranks = {name: at for at, name in enumerate(_in_order(order[item.name].fields))}
        names = _in_order(item.fields)
        sorted_names = sorted(names, key=lambda name: ranks.get(name, len(ranks)))
        if names != sorted_names:
            at = {name: position for position, name in enumerate(sorted_names)}
            moved = tuple(replace(each, position=at[each.name]) for each in item.fields)
            objects = with_object(objects, replace(item, fields=moved))
    return objects


def _in_order(items: tuple[FieldDef, ...]) -> list[str]:
    return [each.name for each in sorted(items, key=lambda each: each.position)]


def _pairs(objects: Objects, change: ReplaceAll) -> Iterator[tuple[ObjectDef, ObjectDef]]:
    wanted = _by_name(change.objects)
    return ((item, wanted[item.name]) for item in living(objects) if item.name in wanted)


def _by_name(objects: Objects) -> Mapping[str, ObjectDef]:
    return {item.name: item for item in objects}


def _place(item: ObjectDef, each: FieldDef | None = None) -> Path:
    return ("objects", item.name) if each is None else ("objects", item.name, "fields", each.name)


def _moved(problem: Problem, path: Path) -> Problem:
    """A problem where the file says it."""
    rest = problem.path[1:] if problem.path[:1] == ("input",) else ()
    return Problem((*path, *rest), problem.code, problem.params)
