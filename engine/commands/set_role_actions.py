"""Which actions a role has on which objects; those not named stay as they are (ADM-03)."""

from sqlalchemy import select

from engine.base.errors import InvalidInput, Problem
from engine.base.identifiers import RecordId
from engine.commands.command import Outcome, SetFieldAccess, SetRoleActions
from engine.commands.effects import note
from engine.commands.organisation_rules import check_changeable
from engine.commands.rights import authorise, lock_record
from engine.commands.rows import Record, delete_rows, insert_records
from engine.commands.work import Work
from metadata.model import ACTIONS


def authorise_role(work: Work, command: SetRoleActions | SetFieldAccess) -> None:
    authorise(work, "role", "update")


def run_actions(work: Work, command: SetRoleActions) -> Outcome:
    role = lock_role(work, command.role)
    _check_input(work, command)
    for each in command.actions:
        _replace(work, role.id, each.object, set(each.actions))
    return Outcome(done=(command.role,))


def lock_role(work: Work, id: RecordId) -> Record:
    """The role, when it is there and may be changed at all."""
    if id.object != "role":
        raise InvalidInput([Problem(("role",), "BAD_ID")])
    role = lock_record(work, id, "update")
    check_changeable(role)
    return role


def _check_input(work: Work, command: SetRoleActions) -> None:
    problems = []
    for position, each in enumerate(command.actions):
        if each.object not in work.snapshot.by_name:
            problems.append(Problem(("actions", position, "object"), "UNKNOWN_OPTION"))
        if not set(each.actions) <= set(ACTIONS):
            problems.append(Problem(("actions", position, "actions"), "UNKNOWN_OPTION"))
    if problems:
        raise InvalidInput(problems)


def _replace(work: Work, role: RecordId, object_name: str, wanted: set[str]) -> None:
    table = work.table("rolePermission")
    rows = work.connection.execute(
        select(table.c.id, table.c.action).where(
            table.c.role_id == role.number, table.c.object == object_name
        )
    )
    present = {row.action: row.id for row in rows}
    gone, new = set(present) - wanted, wanted - set(present)
    if not gone and not new:
        return
    delete_rows(work, "rolePermission", sorted(present[action] for action in gone))
    insert_records(
        work,
        "rolePermission",
        [{"role": role.number, "object": object_name, "action": action} for action in sorted(new)],
    )
    change = {"field": f"actions.{object_name}", "old": sorted(present), "new": sorted(wanted)}
    note(work, role, "actions", (change,))
    work.access_changed = True
