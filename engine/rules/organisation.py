"""Rules of the organisation as pure functions: hierarchies, super admins, what moves rights.

Loads and writes nothing; `engine/commands/organisation_rules.py` asks with what it has loaded.
"""

from collections.abc import Collection, Mapping

RIGHTS_OBJECTS = frozenset({"role", "userRole", "rolePermission", "fieldAccess"})
_RIGHTS_FIELDS = {
    "user": frozenset({"status", "superior", "department"}),
    "department": frozenset({"parent"}),
}
ORGANISATION = RIGHTS_OBJECTS | frozenset(_RIGHTS_FIELDS)


def changes_access(object_name: str, action: str, fields: Collection[str]) -> bool:
    """Does the change alter what anybody may see? Then the access version moves (A6)."""
    if object_name in RIGHTS_OBJECTS:
        return True
    fields_of_rights = _RIGHTS_FIELDS.get(object_name, frozenset())
    return bool(fields_of_rights and (action != "update" or fields_of_rights & set(fields)))


def narrows_sight(parent: str | None, fields: Collection[str]) -> bool:
    """May a change of these fields take a row from the sight of somebody whose rights stay?

    A row is seen through its owner or through its `parent`; of teams, their verbs know.
    """
    return "owner" in fields or parent in fields


def makes_cycle(parents: Mapping[int, int | None], child: int, parent: int | None) -> bool:
    """Would `child` below `parent` be above itself? `parents` is the tree as it is."""
    seen: set[int] = set()
    while parent is not None and parent not in seen:
        if parent == child:
            return True
        seen.add(parent)
        parent = parents.get(parent)
    return False


def founder(super_admins: Collection[int]) -> int | None:
    """The first super admin there was: never disabled, never without the role."""
    return min(super_admins, default=None)


def keeps_a_super_admin(active_super_admins: Collection[int], leaving: Collection[int]) -> bool:
    """Is an active super admin left when these go?"""
    return bool(set(active_super_admins) - set(leaving))
