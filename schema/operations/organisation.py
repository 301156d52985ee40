"""Roles, their rights, and the status of users: inputs, payloads and mutations."""

from enum import Enum

import strawberry

from engine.commands.command import FieldRule, ObjectActions
from resolvers import organisation as resolvers
from schema.operations.requests import Info, index_of, operation
from schema.operations.results import BatchResult, batch_result
from schema.placeholders import GeneratedRecord, generated


@strawberry.enum(description="Whether users may sign in; disabling ends their sessions at once.")
class UserAdmission(Enum):
    ACTIVE = "ACTIVE"
    DISABLED = "DISABLED"


@strawberry.enum(description="What a role may do with a field.")
class FieldAccessLevel(Enum):
    HIDDEN = "HIDDEN"
    READ = "READ"
    WRITE = "WRITE"


@strawberry.input(description="All actions of the role on one object.")
class ObjectActionsInput:
    object: str
    actions: list[str]


@strawberry.input(description="The access of the role to one field.")
class FieldAccessRuleInput:
    object: str
    field: str
    access: FieldAccessLevel
    masked: bool = False


@strawberry.type
class UserRolesPayload:
    user: GeneratedRecord | None = generated("user")


@strawberry.type
class CopyRolePayload:
    role: GeneratedRecord | None = generated("role")


@strawberry.type
class OrganisationMutations:
    @operation("Replace the roles of a user.")
    async def set_user_roles(
        self, info: Info, user: strawberry.ID, roles: list[strawberry.ID]
    ) -> UserRolesPayload:
        found = await resolvers.set_user_roles(info.context, user, [*roles], index_of(info))
        return UserRolesPayload(user=GeneratedRecord(found))

    @operation("Activate or disable users.")
    async def set_user_status(
        self, info: Info, users: list[strawberry.ID], status: UserAdmission
    ) -> BatchResult:
        context = info.context
        outcome = await resolvers.set_user_status(context, [*users], status.value, index_of(info))
        return batch_result(outcome, context.language)

    @operation("Replace the actions of a role on the objects named.")
    async def set_role_actions(
        self, info: Info, role: strawberry.ID, actions: list[ObjectActionsInput]
    ) -> bool:
        given = [ObjectActions(object=a.object, actions=tuple(a.actions)) for a in actions]
        await resolvers.set_role_actions(info.context, role, given, index_of(info))
        return True

    @operation("Set the access of a role to the fields named.")
    async def set_field_access(
        self, info: Info, role: strawberry.ID, fields: list[FieldAccessRuleInput]
    ) -> bool:
        given = [
            FieldRule(object=f.object, field=f.field, access=f.access.value, masked=f.masked)
            for f in fields
        ]
        await resolvers.set_field_access(info.context, role, given, index_of(info))
        return True

    @operation("A new role with the rights of another.")
    async def copy_role(self, info: Info, role: strawberry.ID, name: str) -> CopyRolePayload:
        found = await resolvers.copy_role(info.context, role, name, index_of(info))
        return CopyRolePayload(role=GeneratedRecord(found))
