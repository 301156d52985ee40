"""The changes of an operation log as one viewer may see them (OBJ-12, B3).

Entries of fields that the viewer does not see clearly are left out; what referred to a record
he does not see shows null there, as the field itself does.
"""

from collections import defaultdict

from engine.access.fields import Reference, Sight, restricted_fields
from engine.query.planning import Planning
from metadata.field_types.contract import ValueKind
from metadata.field_types.registry import field_type
from metadata.snapshot import polymorphic_targets

_ID = "^[A-Za-z0-9]+:[0-9]{1,18}$"


def changes_sql(planning: Planning, found: Reference) -> str:
    """The JSON array of the column `found` of a log row."""
    record = Reference(found.row, found.row.index.fields["record"], Sight.CLEAR)
    entry = planning.shape.alias()
    name = f"({record.column()} || '.' || ({entry}->>'field'))"
    shown = _shown(planning, record, entry, name)
    restricted = list(restricted_fields(planning.profile, planning.snapshot))
    if not restricted and shown == entry:
        return found.column()
    names = planning.shape.constant(restricted, "text[]")
    return (
        f"(select coalesce(json_agg({shown}), '[]'::json)"
        f" from jsonb_array_elements({found.column()}) as {entry} where {name} <> all({names}))"
    )


def _shown(planning: Planning, record: Reference, entry: str, name: str) -> str:
    """The entry, its old and new value emptied where they name what the viewer does not see."""
    branches = []
    for target, fields in _relations(planning, record).items():
        old, new = (_if_seen(planning, target, f"({entry}->>'{side}')") for side in ("old", "new"))
        branches.append(
            f"when {name} = any({planning.shape.constant(fields, 'text[]')})"
            f" then {entry} || jsonb_build_object('old', {old}, 'new', {new})"
        )
    return f"case {' '.join(branches)} else {entry} end" if branches else entry


def _relations(planning: Planning, record: Reference) -> dict[str, list[str]]:
    """`object.field` of the logged relations, by the targets of which some may be unseen."""
    found: dict[str, list[str]] = defaultdict(list)
    for name in polymorphic_targets(planning.snapshot.objects, record.field):
        for field in planning.snapshot.object(name).fields.values():
            is_relation = field_type(field.type).kind is ValueKind.RELATION
            if is_relation and field.target and not planning.scopes.all_visible(field.target):
                found[field.target].append(f"{name}.{field.name}")
    return found


def _if_seen(planning: Planning, target: str, id: str) -> str:
    number = f"(case when {id} ~ '{_ID}' then split_part({id}, ':', 2)::bigint end)"
    return f"case when {planning.scopes.exists(target, number)} then {id} end"
