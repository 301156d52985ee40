"""Who is asking and what they may: the frozen values that the compiler and commands consult.

Loading them from the database is `engine/access/principals.py`; row predicates are
`engine/access/scopes.py`; the one gate for fields is `engine/access/fields.py`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum


class Scope(IntEnum):
    """Data scope of a role for owned records, from narrow to wide (ADM-03); they unite by max."""

    NONE = 0
    OWN = 1
    SUBORDINATES = 2
    DEPARTMENT = 3
    SUB_DEPARTMENTS = 4
    ALL = 5


class Access(IntEnum):
    HIDDEN = 0
    READ = 1
    WRITE = 2


@dataclass(frozen=True, slots=True)
class FieldAccess:
    """Several roles: the widest access, the strictest mask (peer fact 1.10)."""

    access: Access = Access.WRITE
    masked: bool = False


@dataclass(frozen=True)
class AccessProfile:
    """What a set of roles allows; users with the same roles share one, and its read plans.

    `key` is equal for equal rights. `actions[object][action]` is the scope (absent: NONE).
    `fields` holds only what differs from full access.
    """

    key: str
    is_super: bool
    actions: Mapping[str, Mapping[str, Scope]] = field(default_factory=dict)
    fields: Mapping[tuple[str, str], FieldAccess] = field(default_factory=dict)

    def scope(self, object_name: str, action: str) -> Scope:
        if self.is_super:
            return Scope.ALL
        return self.actions.get(object_name, {}).get(action, Scope.NONE)

    def field(self, object_name: str, field_name: str) -> FieldAccess:
        if self.is_super:
            return FULL_ACCESS
        return self.fields.get((object_name, field_name), FULL_ACCESS)


@dataclass(frozen=True)
class Principal:
    """The user behind a token, as of two versions.

    `scope_users[scope]` are the ids of the users whose records that scope covers (always
    holds `user_id`; nothing for ALL). `department_id` is the user's own department,
    `department_tree` it and all below. `subordinate_ids` excludes the user. `user_id` is 0 for
    a job, which acts for nobody. Used optimistically: every statement checks `session_hash`
    and the versions (principle 9).
    """

    user_id: int
    company_id: int
    schema: str
    time_zone: str
    language: str
    session_hash: bytes
    access_version: int
    metadata_version: int
    profile: AccessProfile
    department_id: int | None
    department_tree: tuple[int, ...]
    subordinate_ids: tuple[int, ...]
    scope_users: Mapping[Scope, tuple[int, ...]]


FULL_ACCESS = FieldAccess()
