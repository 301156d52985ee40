"""What several roles allow together: the rules by which rights unite, as pure functions.

Reading the roles is `principals.py`; applying a profile is `fields.py` and `scopes.py`.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engine.access.model import FULL_ACCESS, Access, AccessProfile, FieldAccess, Scope


@dataclass(frozen=True, slots=True)
class RoleRights:
    """One role as stored: `actions` are (object, action) pairs, all with the scope `scope`."""

    scope: Scope
    is_super: bool
    actions: frozenset[tuple[str, str]]
    fields: Mapping[tuple[str, str], FieldAccess]

    def objects(self) -> frozenset[str]:
        return frozenset(name for name, _ in self.actions)


def unite(roles: Sequence[RoleRights]) -> AccessProfile:
    """Per action the widest scope; per field the widest access and the strictest mask.

    Peer facts 1.10 and 3.1. A role that grants nothing on an object says nothing about its
    fields, or a side role would open what the main one hides. Masked is never writable.
    """
    if any(role.is_super for role in roles):
        return _profile(True, {}, {})
    actions: dict[str, dict[str, Scope]] = {}
    for role in roles:
        for name, action in role.actions:
            scopes = actions.setdefault(name, {})
            scopes[action] = max(scopes.get(action, Scope.NONE), role.scope)
    restricted = sorted({key for role in roles for key in role.fields})
    fields = {key: _field(roles, key) for key in restricted}
    return _profile(False, actions, {key: f for key, f in fields.items() if f != FULL_ACCESS})


def _field(roles: Sequence[RoleRights], key: tuple[str, str]) -> FieldAccess:
    concerned = [role for role in roles if key[0] in role.objects()] or list(roles)
    said = [role.fields.get(key, FULL_ACCESS) for role in concerned]
    access = max(each.access for each in said)
    masked = any(each.masked for each in said)
    return FieldAccess(min(access, Access.READ) if masked else access, masked)


def _profile(
    is_super: bool,
    actions: Mapping[str, Mapping[str, Scope]],
    fields: Mapping[tuple[str, str], FieldAccess],
) -> AccessProfile:
    dump = [
        is_super,
        sorted((name, sorted(scopes.items())) for name, scopes in actions.items()),
        sorted((*key, each.access, each.masked) for key, each in fields.items()),
    ]
    key = hashlib.sha256(json.dumps(dump).encode()).hexdigest()
    return AccessProfile(key, is_super, actions, fields)
