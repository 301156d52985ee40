"""Remove members from the teams of records, never the owner; others are passed over (OBJ-10)."""

from collections.abc import Collection

from engine.base.errors import violated
from engine.commands.command import Outcome, RemoveTeamMembers
from engine.commands.rows import Record, delete_rows
from engine.commands.team import (
    authorise_team,
    check_users,
    members_of,
    note_team,
    on_each,
    terms_of,
)
from engine.commands.work import Work


def authorise_remove(work: Work, command: RemoveTeamMembers) -> None:
    authorise_team(work, command.records, "update")


def run_remove(work: Work, command: RemoveTeamMembers) -> Outcome:
    check_users(work, command.users)
    users = {user.number for user in command.users}

    def remove(record: Record) -> None:
        remove_members(work, record, users, "removed")

    return on_each(work, command.records, "update", remove)


def remove_members(work: Work, record: Record, users: Collection[int], action: str) -> int:
    """Takes the users out of a locked record's team; how many were in it."""
    if record.values.get("owner") in users:
        raise violated("owner_stays")
    members = members_of(work, record.id)
    leaving = [members[user] for user in sorted(users) if user in members]
    delete_rows(work, "teamMember", [member.id.number for member in leaving])
    for member in leaving:
        note_team(work, record.id, action, member.values["user"], (terms_of(member), None))
    return len(leaving)
