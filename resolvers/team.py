"""What works on any record: team, followers, follow-ups; each one command (OBJ-08, 10, 14)."""

from datetime import datetime

from engine.base.identifiers import RecordId
from engine.commands.command import (
    AddFollowUp,
    AddTeamMembers,
    Follow,
    LeaveTeam,
    Outcome,
    RemoveTeamMembers,
    Unfollow,
    UpdateTeamMember,
)
from resolvers.command import run
from resolvers.context import RequestContext
from resolvers.ids import id_of, ids_of


async def add_team_members(
    context: RequestContext,
    team: tuple[list[str], list[str]],
    access: str,
    until: datetime | None,
    index: int,
) -> Outcome:
    """`team` is the records and the users."""
    command = AddTeamMembers(
        records=ids_of(context, team[0], "ids"),
        users=ids_of(context, team[1], "users"),
        access=access,
        until=until,
    )
    return await run(context, command, index)


async def update_team_member(
    context: RequestContext,
    member: tuple[str, str],
    access: str,
    until: datetime | None,
    index: int,
) -> RecordId:
    """`member` is the record and the user; → the record."""
    command = UpdateTeamMember(
        record=id_of(member[0], "record"),
        user=id_of(member[1], "user", "user"),
        access=access,
        until=until,
    )
    await run(context, command, index)
    return command.record


async def remove_team_members(
    context: RequestContext, ids: list[str], users: list[str], index: int
) -> Outcome:
    command = RemoveTeamMembers(
        records=ids_of(context, ids, "ids"), users=ids_of(context, users, "users")
    )
    return await run(context, command, index)


async def leave_team(context: RequestContext, ids: list[str], index: int) -> Outcome:
    return await run(context, LeaveTeam(records=ids_of(context, ids, "ids")), index)


async def follow(context: RequestContext, ids: list[str], index: int) -> Outcome:
    return await run(context, Follow(records=ids_of(context, ids, "ids")), index)


async def unfollow(context: RequestContext, ids: list[str], index: int) -> Outcome:
    return await run(context, Unfollow(records=ids_of(context, ids, "ids")), index)


async def add_follow_up(context: RequestContext, command: AddFollowUp, index: int) -> RecordId:
    """→ the follow-up."""
    return (await run(context, command, index)).id
