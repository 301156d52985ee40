"""Who uses a field or an object, as far as the metadata itself says it. Pure.

What other tables say (roles, saved scenes, requests of clients) is `metadata/changes/impact.py`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as attribute

from metadata.model import FieldDef, ObjectDef


@dataclass(frozen=True, slots=True)
class Impact:
    """Something that a change breaks or touches: its kind, its name ("" for several that are only
    counted), and what would happen, as a code of `engine/base/impact_texts.py`; `params` fill
    its text."""

    kind: str
    name: str
    detail: str = ""
    params: Mapping[str, object] = attribute(default_factory=dict)


def users_of(
    objects: Sequence[ObjectDef], object_name: str, field_name: str | None
) -> Iterator[Impact]:
    """What refers to the field, or to the object when no field is named."""
    for item in objects:
        if item.deleted_at is None:
            yield from _computed(item, f"{object_name}.{field_name}" if field_name else object_name)
            if field_name is None:
                yield from _uses_of_object(item, object_name)
            elif item.name == object_name:
                yield from _uses_of_field(item, field_name)


def _uses_of_object(item: ObjectDef, object_name: str) -> Iterator[Impact]:
    if item.name == object_name:
        yield from _links(item)
        return
    for field in item.fields:
        if field.target == object_name:
            yield Impact("field", f"{item.name}.{field.name}", "DELETED_WITH_TARGET")
        elif object_name in field.targets:
            yield Impact("satellite", item.name, "ROWS_UNREADABLE")


def _links(item: ObjectDef) -> Iterator[Impact]:
    for link in item.links:
        yield Impact("relation", f"{item.name}.{link.name}", "THROUGH", {"through": link.through})


def _uses_of_field(item: ObjectDef, name: str) -> Iterator[Impact]:
    if item.title == name:
        yield Impact("title", item.name, "NAMES_RECORDS")
    if name in item.totals:
        yield Impact("totals", item.name, "BELOW_LISTS")
    if name in item.search_through:
        yield Impact("search", item.name, "SEARCH_COVERS")
    for group in item.unique_together:
        if name in group:
            yield Impact("unique", f"{item.name}: {', '.join(group)}", "UNIQUE_TOGETHER")
    for field in item.fields:
        if any(name in shown for _, shown in field.shows):
            yield Impact("optionLogic", f"{item.name}.{field.name}", "OPTIONS_SHOW")
        rule = field.number_rule
        if rule is not None and any(part.field == name for part in rule.parts):
            yield Impact("numberRule", f"{item.name}.{field.name}", "NUMBER_HOLDS")
        if field.name == name:
            yield from _shown(item, field)
            yield from _inverses(field)


def _shown(item: ObjectDef, field: FieldDef) -> Iterator[Impact]:
    for name in dict.fromkeys(name for _, names in field.shows for name in names):
        yield Impact("optionLogic", f"{item.name}.{name}", "SHOWN_BY")


def _computed(item: ObjectDef, source: str) -> Iterator[Impact]:
    """Fields of the object that are computed from what `source` names, as `FieldDef.reads`."""
    for field in item.fields:
        if field.computed and source in field.reads:
            kind = "formula" if field.formula else "rollUp"
            yield Impact(kind, f"{item.name}.{field.name}", "COMPUTED_FROM")


def _inverses(field: FieldDef) -> Iterator[Impact]:
    if field.inverse is None:
        return
    for target in field.targets or (field.target,):
        yield Impact("relation", f"{target}.{field.inverse}", "OTHER_SIDE")
