"""Change what a member of a record's team may do and until when (OBJ-10)."""

from engine.base.errors import NotFound
from engine.commands.add_team_members import add_member
from engine.commands.command import Outcome, UpdateTeamMember
from engine.commands.each import only
from engine.commands.rows import Record
from engine.commands.team import Terms, authorise_team, check_terms, members_of, on_each
from engine.commands.work import Work


def authorise_update_member(work: Work, command: UpdateTeamMember) -> None:
    authorise_team(work, [command.record], "update")


def run_update_member(work: Work, command: UpdateTeamMember) -> Outcome:
    terms = Terms(command.access, command.until)
    check_terms(terms)

    def change(record: Record) -> None:
        if command.user.number not in members_of(work, record.id):
            raise NotFound(id=str(command.user))
        add_member(work, record, command.user.number, terms)

    return only(on_each(work, [command.record], "update", change))
