"""Changing a field, as far as it lets itself be changed (FLD-02, FLD-03).

The API name never changes; stored values of options never do either: an option is renamed by its
label and retired, not removed. Pure; whether rows allow it is `metadata/changes/rows.py`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from engine.base.errors import Problem
from metadata.changes.change import Objects, OfField, Refused
from metadata.changes.check_field import NUMBERS, WITH_OPTIONS, field_problems
from metadata.changes.conversions import conversion_problem, writes_anew
from metadata.changes.converted_values import with_converted
from metadata.changes.create_field import column_problems, named
from metadata.changes.objects import field_of, object_of, with_field, with_object
from metadata.changes.relations import relation_problems, with_target
from metadata.changes.shipped import changeable, is_needed
from metadata.changes.sub_table_columns import changed_columns, gone_options
from metadata.field_types.contract import ValueKind
from metadata.field_types.registry import FIELD_TYPES
from metadata.model import FieldDef, ObjectDef

_API = {
    "max_length": "maxLength",
    "read_only": "readOnly",
    "on_delete": "onDelete",
    "inverse_label": "inverseLabel",
    "roll_up": "rollUp",
    "number_rule": "numberRule",
}


@dataclass(frozen=True, slots=True)
class UpdateField(OfField):
    """`patch` holds the new values by attribute of FieldDef; the rest stays."""

    patch: Mapping[str, Any]
    kind = "updateField"
    breaks = True

    def apply(self, objects: Objects) -> Objects:
        item = object_of(objects, self.object)
        old = field_of(item, self.name)
        new = with_target(named(replace(old, **_of_new_type(old, self.patch)), set()))
        problems = [*_refused_attributes(item, old, new), *gone_options(old, new)]
        problems += conversion_problem(old, new)
        problems += changed_columns(old, new)
        problems += field_problems(new)
        if (new.inverse, new.target, new.type) != (old.inverse, old.target, old.type):
            problems += relation_problems(objects, item, new)
        if not problems and writes_anew(old, new):
            problems += column_problems(item)
        if problems:
            raise Refused(problems)
        item, new = with_converted(item, old, new)
        return with_object(objects, replace(item, fields=with_field(item.fields, new)))


def _of_new_type(old: FieldDef, patch: Mapping[str, Any]) -> Mapping[str, Any]:
    """The patch, with what the new type does not have left behind unless it is named."""
    kind = FIELD_TYPES.get(str(patch.get("type", old.type)))
    if kind is None or kind.key == old.type:
        return patch
    left: dict[str, Any] = {}
    if kind.kind not in WITH_OPTIONS:
        left["choices"] = ()
    if kind.kind not in NUMBERS:
        left |= {"minimum": None, "maximum": None}
    if kind.kind is not ValueKind.DECIMAL:
        left |= {"precision": None, "scale": None}
    return {**left, **patch}


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
