"""How the rows of a relation to many hang on their parent row, as conditions on the child.

Selecting, filtering and counting through a relation all come here.
"""

from engine.access.fields import Row, Sight, engine_column, require_reference, sight
from engine.access.scopes import NOTHING
from engine.db.quoting import literal
from engine.query.planning import Planning
from metadata.model import RowScope
from metadata.snapshot import ManyKind, ObjectIndex, RelationMany


def child_conditions(
    planning: Planning, parent: Row, relation: RelationMany, child: Row
) -> list[str]:
    """The child belongs to the visible `parent`, and is itself visible.

    Raises FieldForbidden when the viewer may not read the field behind the relation.
    """
    for index, name in _fields_behind(planning, relation):
        require_reference(planning.profile, index, name)
    return _conditions(planning, parent, relation, child)


def shown_conditions(
    planning: Planning, parent: Row, relation: RelationMany, child: Row
) -> list[str]:
    """The same for a selection: nothing is there when the field behind is hidden or masked."""
    for index, name in _fields_behind(planning, relation):
        if sight(planning.profile, index.name, index.fields[name]) is not Sight.CLEAR:
            return [NOTHING]
    return _conditions(planning, parent, relation, child)


def planned_anew(planning: Planning) -> str:
    """A condition that is always true and keeps PostgreSQL from a plan for all values.

    Such a plan expects a fixed share of the children to match, and walks a whole list for a
    condition that few meet: 2.6 s instead of 0.2 s for a million customers. With the values at
    hand the condition vanishes; without them it seems dear, so that plan is never chosen.
    """
    me = planning.shape.principal("user_id", "bigint")
    return f"({me} is not null or (select count(*) from generate_series(1, 1000000000)) > 0)"


def _fields_behind(planning: Planning, relation: RelationMany) -> list[tuple[ObjectIndex, str]]:
    if relation.kind is ManyKind.LINK:
        assert relation.through is not None and relation.near is not None
        through = planning.snapshot.object(relation.through)
        return [(through, relation.near), (through, relation.field)]
    return [(planning.snapshot.object(relation.target), relation.field)]


def _conditions(planning: Planning, parent: Row, relation: RelationMany, child: Row) -> list[str]:
    if relation.kind is ManyKind.LINK:
        return [_linked(planning, parent, relation, child), *planning.scopes.visible(child)]
    definition = child.index.definition
    from_parent = definition.row_scope is RowScope.PARENT and definition.parent == relation.field
    visible = planning.scopes.visible(child, from_parent=from_parent)
    if relation.kind is ManyKind.INVERSE:
        return [f"{engine_column(child, relation.field)} = {parent.id}", *visible]
    return [
        f"{engine_column(child, relation.field)} = {literal(relation.object)}",
        f"{engine_column(child, relation.field, 1)} = {parent.id}",
        *visible,
    ]


def _linked(planning: Planning, parent: Row, relation: RelationMany, child: Row) -> str:
    assert relation.through is not None and relation.near is not None
    through = planning.row(relation.through)
    near_is_parent = through.index.definition.parent == relation.near
    conditions = [
        f"{engine_column(through, relation.near)} = {parent.id}",
        *planning.scopes.visible(through, from_parent=near_is_parent),
    ]
    far = engine_column(through, relation.field)
    table = planning.scopes.table(through)
    return f"{child.id} in (select {far} from {table} where {' and '.join(conditions)})"
