"""Configuration → document: a tree of mappings, lists and plain values that text is written from.

What has a name is a mapping by name, in its order; what equals its default is left out.
Attributes are found by the dataclasses themselves, so a new one needs nothing here. The way back
is `parse.py`.
"""

from collections.abc import Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from decimal import Decimal
from enum import Enum
from typing import Any, TypeAlias

from metadata.configuration.model import CompanyRole, CompanyScene, Configuration
from metadata.model import Choice, FieldDef, LinkDef, ObjectDef

Document: TypeAlias = (
    "dict[str, Document] | list[Document] | str | bool | int | float | Decimal | None"
)

# what stands under its name in a mapping: the attribute that is the name
KEYS: Mapping[type, str] = {
    ObjectDef: "name",
    FieldDef: "name",
    LinkDef: "name",
    Choice: "value",
    CompanyRole: "key",
    CompanyScene: "name",
}
SCENES = "scenes"  # the key, among an object's attributes, of what its rows of scenes say
# mappings whose order says something
ORDERED = frozenset({"objects", "fields", "rows", "choices", "links", "deletedFields"})
# what belongs to one company: names of tables and columns, what it deleted and may restore; of
# positions a file only says the order, and of formulas not what follows from them
PHYSICAL = frozenset({"table", "column"})
OWN = PHYSICAL | {"position", "spare_columns", "purged"}
OWN |= {"deleted_at", "deleted_with", "was_shown_by", "deleted_fields", "reads", "virtual"}
OWN |= {"filling"}
# how far the work beside the traffic is, which nobody goes back to
PASSING = frozenset({"filling"})


def configuration_document(configuration: Configuration, *, whole: bool = False) -> Document:
    """All of it; `whole` is for the company's own history, files have nothing of OWN."""
    objects = _document(configuration.objects, whole)
    for name, scenes in configuration.scenes.items():
        assert isinstance(objects, dict)
        item = objects[name]
        assert isinstance(item, dict)
        item[SCENES] = _document(scenes, whole)
    return {"objects": objects, "roles": _document(configuration.roles, whole)}


def camel_case(attribute: str) -> str:
    """`read_only` → `readOnly`, the key of an attribute in a document."""
    first, *rest = attribute.split("_")
    return first + "".join(each.capitalize() for each in rest)


def default_of(attribute: "Field[Any]") -> Any:
    """The attribute's default; MISSING when it has none."""
    if attribute.default_factory is not MISSING:
        return attribute.default_factory()
    return attribute.default


def _document(value: Any, whole: bool) -> Document:
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, frozenset):
        return sorted((_document(each, whole) for each in value), key=str)
    if isinstance(value, tuple | list):
        return _items(tuple(value), whole)
    if isinstance(value, Mapping):
        return {str(key): _document(each, whole) for key, each in value.items()}
    if is_dataclass(value):
        return _attributes(value, whole)
    plain: Document = value
    return plain


def _items(values: tuple[Any, ...], whole: bool) -> Document:
    key = KEYS.get(type(values[0])) if values else None
    if key is None:
        return [_document(each, whole) for each in values]
    if not whole and isinstance(values[0], FieldDef):
        values = tuple(sorted(values, key=lambda field: field.position))
    if len({getattr(each, key) for each in values}) < len(values):
        # only what was deleted may share a name
        return [{key: getattr(each, key), **_attributes(each, whole)} for each in values]
    return {getattr(each, key): _attributes(each, whole) for each in values}


def _attributes(value: Any, whole: bool) -> dict[str, Document]:
    key = KEYS.get(type(value))
    return {
        camel_case(each.name): _document(getattr(value, each.name), whole)
        for each in fields(value)
        if each.name != key
        and each.name not in (PASSING if whole else OWN)
        and getattr(value, each.name) != default_of(each)
    }
