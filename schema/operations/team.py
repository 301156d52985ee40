"""What works on any record: its team, its followers, follow-ups (OBJ-08, OBJ-10, OBJ-14)."""

from datetime import datetime
from enum import Enum

import strawberry

from engine.commands.command import AddFollowUp
from resolvers import team as resolvers
from resolvers.ids import id_of
from schema.operations.requests import Info, index_of, operation
from schema.operations.results import BatchResult, batch_result
from schema.placeholders import GeneratedRecord, generated


@strawberry.enum(description="What a team member may do with the record.")
class TeamAccess(Enum):
    READ = "READ"
    WRITE = "WRITE"


@strawberry.type
class TeamPayload:
    record: GeneratedRecord | None = generated(None)


@strawberry.type
class AddFollowUpPayload:
    record: GeneratedRecord | None = generated("followUp")


@strawberry.type
class TeamMutations:
    @operation("Let users take part in records, perhaps for a time only.")
    async def add_team_members(
        self,
        info: Info,
        ids: list[strawberry.ID],
        users: list[strawberry.ID],
        *,
        access: TeamAccess = TeamAccess.READ,
        until: datetime | None = None,
    ) -> BatchResult:
        team: tuple[list[str], list[str]] = ([*ids], [*users])
        outcome = await resolvers.add_team_members(
            info.context, team, access.value, until, index_of(info)
        )
        return batch_result(outcome, info.context.language)

    @operation("Change what a team member may do, and until when.")
    async def update_team_member(
        self,
        info: Info,
        record: strawberry.ID,
        user: strawberry.ID,
        *,
        access: TeamAccess,
        until: datetime | None = None,
    ) -> TeamPayload:
        found = await resolvers.update_team_member(
            info.context, (record, user), access.value, until, index_of(info)
        )
        return TeamPayload(record=GeneratedRecord(found))

    @operation("Take users out of the team of records.")
    async def remove_team_members(
        self, info: Info, ids: list[strawberry.ID], users: list[strawberry.ID]
    ) -> BatchResult:
        outcome = await resolvers.remove_team_members(
            info.context, [*ids], [*users], index_of(info)
        )
        return batch_result(outcome, info.context.language)

    @operation("Leave the team of records.")
    async def leave_team(self, info: Info, ids: list[strawberry.ID]) -> BatchResult:
        outcome = await resolvers.leave_team(info.context, [*ids], index_of(info))
        return batch_result(outcome, info.context.language)

    @operation("Follow records.")
    async def follow(self, info: Info, ids: list[strawberry.ID]) -> BatchResult:
        outcome = await resolvers.follow(info.context, [*ids], index_of(info))
        return batch_result(outcome, info.context.language)

    @operation("No longer follow records.")
    async def unfollow(self, info: Info, ids: list[strawberry.ID]) -> BatchResult:
        outcome = await resolvers.unfollow(info.context, [*ids], index_of(info))
        return batch_result(outcome, info.context.language)

    @operation("Write down a contact with the record's people.")
    async def add_follow_up(
        self,
        info: Info,
        record: strawberry.ID,
        text: str,
        *,
        type: str | None = None,
        next_contact_at: datetime | None = None,
        contact: strawberry.ID | None = None,
    ) -> AddFollowUpPayload:
        command = AddFollowUp(
            record=id_of(record, "record"),
            text=text,
            type=type,
            next_contact_at=next_contact_at,
            contact=contact,
        )
        found = await resolvers.add_follow_up(info.context, command, index_of(info))
        return AddFollowUpPayload(record=GeneratedRecord(found))
