"""What may be changed of a field, judged by the field as it ships: not by what became of it.

Whatever an administrator may set can be set back, by hand or by going back to a version. Pure.
"""

from metadata.model import FieldDef, ObjectDef, ObjectKind
from metadata.standard import STANDARD
from metadata.standard.always_shown import ALWAYS_SHOWN

# attributes that anybody's field may change
LOOKS = frozenset({"label", "help", "placeholder", "group", "width", "position", "inverse_label"})
# what else a field that ships may change; more for those that only hold what people type
OF_SYSTEM = LOOKS | {"required", "hidden", "unique", "default", "choices", "maskable", "max_length"}
OF_SYSTEM |= {"minimum", "maximum", "shows", "number_rule"}
OF_CUSTOM = OF_SYSTEM | {"type", "precision", "scale", "read_only", "rows", "on_delete"}
OF_CUSTOM |= {"formula", "roll_up"}

_SHIPPED = {(item.name, each.name): each for item in STANDARD.objects for each in item.fields}


def changeable(item: ObjectDef, field: FieldDef) -> frozenset[str]:
    """The attributes of the field that an administrator may change."""
    if field.custom:
        return frozenset(OF_CUSTOM)
    shipped = _as_shipped(item, field)
    if shipped.number_rule is not None:
        return LOOKS | {"number_rule"}
    if shipped.read_only or item.kind is ObjectKind.ORGANISATION or not item.writable:
        return LOOKS
    allowed = set(OF_SYSTEM)
    if shipped.fixed_choices:
        allowed -= {"choices", "default"}
    if is_needed(item, field) and not field.hidden:
        allowed -= {"hidden"}
    if shipped.required:
        allowed -= {"required"}
    return frozenset(allowed)


def is_needed(item: ObjectDef, field: FieldDef) -> bool:
    """Whether the field must be seen: the object does not work without it, or it ships so (peer
    fact 1.6)."""
    named_by = {item.title, item.parent, *item.totals, *item.search_through}
    named_by.update(name for group in item.unique_together for name in group)
    if field.custom:
        return field.name in named_by
    shipped = _as_shipped(item, field)
    always = (item.name, field.name) in ALWAYS_SHOWN
    return field.name in named_by or always or shipped.required or shipped.read_only


def _as_shipped(item: ObjectDef, field: FieldDef) -> FieldDef:
    """The field itself where no release of today ships it: its name in a custom object."""
    return field if item.custom else _SHIPPED.get((item.name, field.name), field)
