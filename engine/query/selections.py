"""What is selected of a record → the columns of its JSON object, relations included.

Hidden fields are null, masked ones are shown masked; a relation leads only to what the viewer
may see.
"""

from collections.abc import Sequence

from engine.access.fields import Reference, Row, Sight, selected
from engine.access.scopes import by_object
from engine.query.connections import Inside, connection, listed
from engine.query.outputs import (
    id_sql,
    object_sql,
    response_key,
    typename_sql,
    value_sql,
)
from engine.query.paging import PageLimits
from engine.query.planning import Planning
from engine.query.relations import shown_conditions
from engine.query.request import Selection
from engine.query.sql import conjunction
from metadata.field_types.contract import ValueKind
from metadata.snapshot import polymorphic_targets


def columns(planning: Planning, row: Row, selections: Sequence[Selection], weight: int) -> str:
    """The select list of one record. `weight`: of how many such records at most."""
    return ", ".join(
        f"{_output(planning, row, each, weight)} as {response_key(each.key)}"
        for each in applicable(selections, row.index.name)
    )


def applicable(selections: Sequence[Selection], object_name: str) -> list[Selection]:
    """The selections that a record of the object answers, equal response keys merged."""
    found: dict[str, Selection] = {}
    for each in selections:
        if each.on is not None and each.on != object_name:
            continue
        known = found.get(each.key)
        if known is not None:
            both = known.selections + each.selections
            each = Selection(known.name, known.key, known.arguments, both)
        found[each.key] = each
    return list(found.values())


def _output(planning: Planning, row: Row, selection: Selection, weight: int) -> str:
    if selection.name == "__typename":
        return typename_sql(row)
    if selection.name == "id":
        return id_sql(row)
    if selection.name in row.index.many:
        return _to_many(planning, row, selection, weight)
    found = selected(planning.profile, row, selection.name)
    if found is None:
        return "null"
    if found.kind in _RELATIONS and found.sight is Sight.MASKED:
        return "null"
    if found.kind is ValueKind.RELATION:
        return _to_one(planning, found, selection, weight)
    if found.kind is ValueKind.RELATIONS:
        return _array(planning, found, selection, weight)
    if found.kind is ValueKind.RECORD:
        return _polymorphic(planning, found, selection, weight)
    return value_sql(planning, found, selection)


_RELATIONS = (ValueKind.RELATION, ValueKind.RELATIONS, ValueKind.RECORD)


def _to_one(planning: Planning, found: Reference, selection: Selection, weight: int) -> str:
    assert found.field.target is not None
    return record_sql(planning, (found.field.target, found.column()), selection, weight)


def record_sql(
    planning: Planning, which: tuple[str, str], selection: Selection, weight: int
) -> str:
    """The JSON of the visible record (object, expression of its number), else null."""
    name, number = which
    if not planning.scopes.may(name):
        return "null::json"
    planning.spend(weight)
    target = planning.row(name)
    conditions = [f"{target.id} = {number}", *planning.scopes.visible(target)]
    below = columns(planning, target, selection.selections, weight)
    tail = f" from {planning.scopes.table(target)} where {conjunction(conditions)}"
    return object_sql(planning, below, tail)


def _array(planning: Planning, found: Reference, selection: Selection, weight: int) -> str:
    """The visible records of an array of ids, in its order; [] without an array."""
    assert found.field.target is not None
    target = planning.row(found.field.target)
    limit = planning.settings.nested_page_default
    planning.spend(weight * limit)
    below = columns(planning, target, selection.selections, weight * limit)
    at, each = planning.shape.alias(), planning.shape.alias()
    node = object_sql(planning, below)
    visible = conjunction(planning.scopes.visible(target))
    return (
        f"(select coalesce(json_agg({node} order by {at}.position), '[]'::json)"
        f" from unnest({found.column()}) with ordinality as {at}({each}, position)"
        f" join {planning.scopes.table(target)} on {target.id} = {at}.{each} where {visible})"
    )


def _polymorphic(planning: Planning, found: Reference, selection: Selection, weight: int) -> str:
    """A reference to any record: one branch for each object it may point to."""
    branches = {
        name: record_sql(planning, (name, found.column(1)), selection, 0)
        for name in polymorphic_targets(planning.snapshot.objects, found.field)
        if planning.scopes.may(name)
    }
    planning.spend(weight)
    return by_object(found.column(), branches, "null::json")


def _to_many(planning: Planning, row: Row, selection: Selection, weight: int) -> str:
    relation = row.index.many[selection.name]
    child = planning.row(relation.target)
    visible = shown_conditions(planning, row, relation, child)
    settings = planning.settings
    limits = PageLimits(settings.nested_page_default, settings.nested_page_limit)
    with planning.below(weight):
        rows = listed(planning, child, visible, selection.arguments)
        return connection(planning, rows, selection, limits, Inside(columns, weight))
