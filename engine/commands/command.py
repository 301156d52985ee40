"""Every command as a frozen value: what is asked, nothing about who asks or how it is done.

Values are as GraphQL coerced them (relations are global ids as text); ids of records are parsed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

from engine.base.errors import AppError
from engine.base.identifiers import RecordId
from engine.commands.scene_commands import SceneCommand

Values: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateRecord:
    object: str
    values: Values


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateRecord:
    """`version` is the one the client saw; None asks for no check (OBJ-20)."""

    id: RecordId
    values: Values
    version: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UpsertRecord:
    """`by` names one unique field and its value (OBJ-21)."""

    object: str
    by: Values
    values: Values


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchUpdate:
    object: str
    ids: tuple[RecordId, ...]
    values: Values
    atomic: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteRecords:
    object: str
    ids: tuple[RecordId, ...]
    atomic: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RestoreRecords:
    object: str
    ids: tuple[RecordId, ...]
    atomic: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PurgeRecords:
    object: str
    ids: tuple[RecordId, ...]
    atomic: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AddTeamMembers:
    """`access` is READ or WRITE; an existing member gets the new access and expiry."""

    records: tuple[RecordId, ...]
    users: tuple[RecordId, ...]
    access: str
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateTeamMember:
    record: RecordId
    user: RecordId
    access: str
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveTeamMembers:
    records: tuple[RecordId, ...]
    users: tuple[RecordId, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaveTeam:
    records: tuple[RecordId, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Follow:
    records: tuple[RecordId, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unfollow:
    records: tuple[RecordId, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AddFollowUp:
    record: RecordId
    text: str
    type: str | None = None
    next_contact_at: datetime | None = None
    contact: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SetUserRoles:
    user: RecordId
    roles: tuple[RecordId, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SetUserStatus:
    """`status` is ACTIVE or DISABLED; disabling ends all sessions of the users (A6)."""

    users: tuple[RecordId, ...]
    status: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectActions:
    object: str
    actions: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SetRoleActions:
    """Replaces the actions of the role on the objects named; others stay."""

    role: RecordId
    actions: tuple[ObjectActions, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldRule:
    """`access` is HIDDEN, READ or WRITE."""

    object: str
    field: str
    access: str
    masked: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SetFieldAccess:
    """Sets the access of the role to the fields named; others stay."""

    role: RecordId
    fields: tuple[FieldRule, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyRole:
    role: RecordId
    name: str


Command: TypeAlias = (
    CreateRecord
    | UpdateRecord
    | UpsertRecord
    | BatchUpdate
    | DeleteRecords
    | RestoreRecords
    | PurgeRecords
    | AddTeamMembers
    | UpdateTeamMember
    | RemoveTeamMembers
    | LeaveTeam
    | Follow
    | Unfollow
    | AddFollowUp
    | SetUserRoles
    | SetUserStatus
    | SetRoleActions
    | SetFieldAccess
    | CopyRole
    | SceneCommand
)


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a command did nothing to one of its records."""

    id: RecordId
    error: AppError


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a command did: the records it holds for now, the failures, whether it created.

    `read` is the JSON text of the one record as read behind the commit, where that was asked
    and possible."""

    done: tuple[RecordId, ...] = ()
    failures: tuple[Failure, ...] = ()
    created: bool = False
    read: str | None = None

    @property
    def id(self) -> RecordId:
        """The record of a command on one record."""
        (only,) = self.done
        return only
