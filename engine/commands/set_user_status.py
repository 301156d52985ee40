"""Activate or disable users; a disabled one is out at once (ADM-01, A6)."""

from engine.base.errors import InvalidInput, Problem
from engine.commands.change import Change, differing, write_update
from engine.commands.command import Outcome, SetUserStatus
from engine.commands.each import check_batch_size
from engine.commands.organisation_rules import (
    ACTIVE,
    DISABLED,
    check_may_disable,
    check_may_touch,
    end_sessions,
)
from engine.commands.rights import Wanted, authorise, check_standing, lock_rows
from engine.commands.rows import load_records
from engine.commands.work import Work
from engine.db.locks import RowLock

STATUSES = (ACTIVE, DISABLED)


def authorise_status(work: Work, command: SetUserStatus) -> None:
    authorise(work, "user", "update")


def run_status(work: Work, command: SetUserStatus) -> Outcome:
    """All of the users or none."""
    _check_input(work, command)
    numbers = sorted({user.number for user in command.users})
    standings = lock_rows(work, Wanted("user", "update", RowLock.CHANGE), numbers)
    for user in command.users:
        check_standing(work, user, standings[user.number])
    check_may_touch(work, numbers)
    if command.status == DISABLED:
        check_may_disable(work, numbers)
    index = work.index("user")
    for record in load_records(work, "user", numbers).values():
        wanted: dict[str, object] = {"status": command.status}
        if command.status == ACTIVE and record.values.get("activatedAt") is None:
            wanted["activatedAt"] = work.at
        known = {name: value for name, value in wanted.items() if name in index.fields}
        values = differing(record, known)
        if values:
            write_update(work, record, values)
            end_sessions(work, Change(index, record, values, values, record.id))
    return Outcome(done=tuple(dict.fromkeys(command.users)))


def _check_input(work: Work, command: SetUserStatus) -> None:
    check_batch_size(work, command.users)
    problems = [
        Problem(("users", position), "BAD_ID")
        for position, user in enumerate(command.users)
        if user.object != "user"
    ]
    if command.status not in STATUSES:
        problems.append(Problem(("status",), "UNKNOWN_OPTION"))
    if problems:
        raise InvalidInput(problems)
