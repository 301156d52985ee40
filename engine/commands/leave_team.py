"""Leave the teams of records (OBJ-10); who is in none of them has nothing to leave."""

from engine.base.errors import NotFound
from engine.commands.command import LeaveTeam, Outcome
from engine.commands.remove_team_members import remove_members
from engine.commands.rows import Record
from engine.commands.team import authorise_team, on_each
from engine.commands.work import Work


def authorise_leave(work: Work, command: LeaveTeam) -> None:
    authorise_team(work, command.records, "read")


def run_leave(work: Work, command: LeaveTeam) -> Outcome:
    def leave(record: Record) -> None:
        if not remove_members(work, record, {work.principal.user_id}, "left"):
            raise NotFound(id=str(record.id))

    return on_each(work, command.records, "read", leave)
