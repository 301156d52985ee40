"""The changes of an operation log as one viewer may see them (OBJ-12, B3).

An entry is shown when its name is that of a living field that the viewer sees clearly, or one
that the engine itself writes: nothing says any more who might see a field that was deleted.
What referred to a record that he does not see shows null, as the field itself does.

The super administrator may restore and read any field, so he sees what was logged of deleted
ones, too; only living internal (`hidden`) fields nobody sees.
"""

from collections import defaultdict
from collections.abc import Sequence

from engine.access.fields import Reference, Sight, names_of_sight
from engine.query.planning import Planning
from metadata.field_types.contract import ValueKind
from metadata.field_types.registry import field_type
from metadata.snapshot import polymorphic_targets

_ID = "^[A-Za-z0-9]+:[0-9]{1,18}$"
# entries that are no fields, of records whose log is read; a team is seen with its record
WRITTEN_BY_ENGINE = ("teamMembers",)


def changes_sql(planning: Planning, found: Reference) -> str:
    """The JSON array of the column `found` of a log row."""
    record = Reference(found.row, found.row.index.fields["record"], Sight.CLEAR)
    logged = polymorphic_targets(planning.snapshot.objects, record.field)
    entry = planning.shape.alias()
    name = f"({record.column()} || '.' || ({entry}->>'field'))"
    kept = _kept(planning, logged, name)
    shown = _shown(planning, logged, entry, name)
    if kept is None and shown == entry:
        return found.column()
    return (
        f"(select coalesce(json_agg({shown}), '[]'::json)"
        f" from jsonb_array_elements({found.column()}) as {entry} where {kept or 'true'})"
    )


def _kept(planning: Planning, logged: Sequence[str], name: str) -> str | None:
    """Which entries are shown at all; None when every one is."""
    profile, snapshot = planning.profile, planning.snapshot
    if profile.is_super:
        internal = names_of_sight(profile, snapshot, logged, Sight.HIDDEN)
        names = planning.shape.constant(list(internal), "text[]")
        return f"{name} <> all({names})" if internal else None
    # one list for all the plans of a profile: it is long
    known = snapshot.derived.get(
        ("logged", profile.key),
        lambda: [
            *names_of_sight(profile, snapshot, logged, Sight.CLEAR),
            *(f"{each}.{entry}" for each in logged for entry in WRITTEN_BY_ENGINE),
        ],
    )
    return f"{name} = any({planning.shape.constant(known, 'text[]')})"


def _shown(planning: Planning, logged: Sequence[str], entry: str, name: str) -> str:
    """The entry, its old and new value emptied where they name what the viewer does not see."""
    branches = []
    for target, fields in _relations(planning, logged).items():
        old, new = (_if_seen(planning, target, f"({entry}->>'{side}')") for side in ("old", "new"))
        branches.append(
            f"when {name} = any({planning.shape.constant(fields, 'text[]')})"
            f" then {entry} || jsonb_build_object('old', {old}, 'new', {new})"
        )
    return f"case {' '.join(branches)} else {entry} end" if branches else entry


def _relations(planning: Planning, logged: Sequence[str]) -> dict[str, list[str]]:
    """`object.field` of the logged relations, by the targets of which some may be unseen."""
    found: dict[str, list[str]] = defaultdict(list)
    for name in logged:
        for field in planning.snapshot.object(name).fields.values():
            is_relation = field_type(field.type).kind is ValueKind.RELATION
            if is_relation and field.target and not planning.scopes.all_visible(field.target):
                found[field.target].append(f"{name}.{field.name}")
    return found


def _if_seen(planning: Planning, target: str, id: str) -> str:
    number = f"(case when {id} ~ '{_ID}' then split_part({id}, ':', 2)::bigint end)"
    return f"case when {planning.scopes.exists(target, number)} then {id} end"
