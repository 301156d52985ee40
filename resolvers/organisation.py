"""Roles, their rights, and the status of users: each one command."""

from collections.abc import Sequence

from engine.base.identifiers import RecordId
from engine.commands.command import (
    CopyRole,
    FieldRule,
    ObjectActions,
    Outcome,
    SetFieldAccess,
    SetRoleActions,
    SetUserRoles,
    SetUserStatus,
)
from resolvers.command import run
from resolvers.context import RequestContext
from resolvers.ids import id_of, ids_of


async def set_user_roles(
    context: RequestContext, user: str, roles: list[str], index: int
) -> RecordId:
    command = SetUserRoles(user=id_of(user, "user", "user"), roles=ids_of(context, roles, "roles"))
    await run(context, command, index)
    return command.user


async def set_user_status(
    context: RequestContext, users: list[str], status: str, index: int
) -> Outcome:
    command = SetUserStatus(users=ids_of(context, users, "users"), status=status)
    return await run(context, command, index)


async def set_role_actions(
    context: RequestContext, role: str, actions: Sequence[ObjectActions], index: int
) -> None:
    command = SetRoleActions(role=id_of(role, "role", "role"), actions=tuple(actions))
    await run(context, command, index)


async def set_field_access(
    context: RequestContext, role: str, fields: Sequence[FieldRule], index: int
) -> None:
    command = SetFieldAccess(role=id_of(role, "role", "role"), fields=tuple(fields))
    await run(context, command, index)


async def copy_role(context: RequestContext, role: str, name: str, index: int) -> RecordId:
    """→ the new role."""
    command = CopyRole(role=id_of(role, "role", "role"), name=name)
    return (await run(context, command, index)).id
