"""Add members to the teams of records; an existing member gets the new terms (OBJ-10)."""

from engine.base.errors import violated
from engine.commands.command import AddTeamMembers, Outcome
from engine.commands.rows import Record, insert_record, next_stamps, update_record
from engine.commands.team import (
    Terms,
    authorise_team,
    check_terms,
    check_users,
    members_of,
    note_team,
    on_each,
    terms_of,
)
from engine.commands.work import Work


def authorise_add(work: Work, command: AddTeamMembers) -> None:
    authorise_team(work, command.records, "update")


def run_add(work: Work, command: AddTeamMembers) -> Outcome:
    terms = Terms(command.access, command.until)
    check_terms(terms)
    check_users(work, command.users)
    users = sorted({user.number for user in command.users})

    def add(record: Record) -> None:
        for user in users:
            add_member(work, record, user, terms)

    return on_each(work, command.records, "update", add)


def add_member(work: Work, record: Record, user: int, terms: Terms) -> None:
    """Raises RuleViolated when the user owns the record."""
    if record.values.get("owner") == user:
        raise violated("member_is_owner")
    member = members_of(work, record.id).get(user)
    if member is None:
        values = {"record": record.id, "user": user, "access": terms.access, "until": terms.until}
        insert_record(work, "teamMember", values)
        note_team(work, record.id, "added", user, (None, terms))
    elif terms_of(member) != terms:
        values = {"access": terms.access, "until": terms.until}
        update_record(work, member.id, {**values, **next_stamps(work, member)})
        note_team(work, record.id, "updated", user, (terms_of(member), terms))
