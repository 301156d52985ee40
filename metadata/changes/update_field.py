"""Changing a field, as far as it lets itself be changed (FLD-02, FLD-03).

The API name never changes; stored values of options never do either: an option is renamed by its
label and retired, not removed. Pure; whether rows allow it is `metadata/changes/rows.py`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from engine.base.errors import Problem
from metadata.changes.change import Objects, Refused
from metadata.changes.check_field import field_problems
from metadata.changes.conversions import conversion_problem
from metadata.changes.create_field import named
from metadata.changes.objects import field_of, object_of, with_field, with_object
from metadata.changes.relations import relation_problems, with_target
from metadata.model import FieldDef, ObjectDef, ObjectKind

# attributes that anybody's field may change
LOOKS = frozenset({"label", "help", "placeholder", "group", "width", "position", "inverse_label"})
# what else a field that ships may change; more for those that only hold what people type
OF_SYSTEM = LOOKS | {"required", "hidden", "unique", "default", "choices", "maskable", "max_length"}
OF_SYSTEM |= {"minimum", "maximum", "shows", "number_rule"}
OF_CUSTOM = OF_SYSTEM | {"type", "precision", "scale", "read_only", "rows", "on_delete"}
OF_CUSTOM |= {"formula", "roll_up"}
_API = {
    "max_length": "maxLength",
    "read_only": "readOnly",
    "on_delete": "onDelete",
    "inverse_label": "inverseLabel",
    "roll_up": "rollUp",
    "number_rule": "numberRule",
}


@dataclass(frozen=True, slots=True)
class UpdateField:
    """`patch` holds the new values by attribute of FieldDef; the rest stays."""

    object: str
    name: str
    patch: Mapping[str, Any]
    kind = "updateField"
    breaks = True

    @property
    def concerns(self) -> tuple[str, str]:
        return self.object, self.name

    def apply(self, objects: Objects) -> Objects:
        item = object_of(objects, self.object)
        old = field_of(item, self.name)
        new = with_target(named(replace(old, **self.patch), set()))
        problems = [*_refused_attributes(item, old, new), *_gone_options(old, new)]
        problems += conversion_problem(old, new)
        problems += field_problems(new)
        if new.inverse != old.inverse or new.target != old.target:
            problems += relation_problems(objects, item, new)
        if problems:
            raise Refused(problems)
        return with_object(objects, replace(item, fields=with_field(item.fields, new)))


def changeable(item: ObjectDef, field: FieldDef) -> frozenset[str]:
    """The attributes of the field that an administrator may change."""
    if field.custom:
        return frozenset(OF_CUSTOM)
    if field.number_rule is not None:
        return LOOKS | {"number_rule"}
    if field.read_only or item.kind is ObjectKind.ORGANISATION or not item.writable:
        return LOOKS
    allowed = set(OF_SYSTEM)
    if field.fixed_choices:
        allowed -= {"choices", "default"}
    if is_needed(item, field):
        allowed -= {"hidden"}
    if field.required:
        allowed -= {"required"}
    return frozenset(allowed)


def is_needed(item: ObjectDef, field: FieldDef) -> bool:
    """Whether the object does not work without the field (peer fact 1.6)."""
    named_by = {item.title, item.parent, *item.totals, *item.search_through}
    named_by.update(name for group in item.unique_together for name in group)
    return field.name in named_by or field.required or field.read_only


def _refused_attributes(item: ObjectDef, old: FieldDef, new: FieldDef) -> Iterator[Problem]:
    allowed = changeable(item, old)
    if bool(old.formula) is not bool(new.formula) or (old.roll_up is None) is not (
        new.roll_up is None
    ):
        allowed -= {"formula", "roll_up"}  # what people typed is not what is computed
    for name in FieldDef.__dataclass_fields__:
        if getattr(old, name) != getattr(new, name) and name not in allowed:
            yield Problem(("input", _API.get(name, name)), "NOT_CHANGEABLE", {"field": old.label})
    if new.custom and new.hidden and not old.hidden and is_needed(item, old):
        yield Problem(("input", "hidden"), "NOT_CHANGEABLE", {"field": old.label})


def _gone_options(old: FieldDef, new: FieldDef) -> Iterator[Problem]:
    kept = {each.value for each in new.choices}
    gone = [each.value for each in old.choices if each.value not in kept]
    if gone and old.type == new.type:
        yield Problem(("input", "choices"), "OPTION_GONE", {"value": gone})
