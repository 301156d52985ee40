"""Give a user these roles and no others; at least one (ADM-03)."""

from collections.abc import Sequence

from sqlalchemy import select

from engine.base.errors import Forbidden, InvalidInput, Problem, violated
from engine.base.identifiers import RecordId
from engine.commands.command import Outcome, SetUserRoles
from engine.commands.effects import note
from engine.commands.organisation_rules import (
    check_may_touch,
    may_write_roles,
    super_admins,
)
from engine.commands.rights import authorise, lock_record
from engine.commands.rows import Record, delete_rows, insert_records, load_records
from engine.commands.work import Work
from engine.outbox.write import Message
from engine.rules.organisation import founder, keeps_a_super_admin


def authorise_roles(work: Work, command: SetUserRoles) -> None:
    authorise(work, "user", "update")


def run_roles(work: Work, command: SetUserRoles) -> Outcome:
    user = command.user
    if user.object != "user":
        raise InvalidInput([Problem(("user",), "BAD_ID")])
    lock_record(work, user, "update")
    roles = _roles(work, command)
    _check_grant(work, user, roles)
    _replace(work, user, {role.id.number for role in roles})
    return Outcome(done=(user,))


def _roles(work: Work, command: SetUserRoles) -> list[Record]:
    if not command.roles:
        raise InvalidInput([Problem(("roles",), "REQUIRED")])
    found = load_records(work, "role", [role.number for role in command.roles])
    problems = [
        Problem(("roles", position), "BAD_REFERENCE")
        for position, role in enumerate(command.roles)
        if role.object != "role" or role.number not in found
    ]
    if problems:
        raise InvalidInput(problems)
    return list(found.values())


def _check_grant(work: Work, user: RecordId, roles: list[Record]) -> None:
    """Only a super admin makes or unmakes one; the founder and the last one stay.

    Nobody gives a right to write roles that he does not have himself.
    """
    becomes_super = any(role.values.get("isSuper") for role in roles)
    check_may_touch(work, [user.number])
    if becomes_super and not work.profile.is_super:
        raise Forbidden("super_admin")
    if not may_write_roles(work) and _administers_roles(work, [r.id.number for r in roles]):
        raise Forbidden("grant")
    supers = super_admins(work)
    if becomes_super or user.number not in supers:
        return
    if user.number == founder(supers):
        raise violated("founder_stays")
    if not keeps_a_super_admin(super_admins(work, active=True), [user.number]):
        raise violated("last_super_admin")


def _administers_roles(work: Work, roles: Sequence[int]) -> bool:
    """Could someone with one of these roles write roles, and so give himself any right?"""
    table = work.table("rolePermission")
    found = work.connection.execute(
        select(table.c.id)
        .where(table.c.role_id.in_(roles), table.c.object == "role", table.c.action != "read")
        .limit(1)
    )
    return found.first() is not None


def _replace(work: Work, user: RecordId, wanted: set[int]) -> None:
    links = work.table("userRole")
    rows = work.connection.execute(
        select(links.c.id, links.c.role_id).where(links.c.user_id == user.number)
    )
    present = {row.role_id: row.id for row in rows}
    gone, new = set(present) - wanted, wanted - set(present)
    if not gone and not new:
        return
    delete_rows(work, "userRole", sorted(present[role] for role in gone))
    insert_records(work, "userRole", [{"user": user.number, "role": role} for role in sorted(new)])
    old, now = (
        [str(RecordId("role", number)) for number in sorted(each)] for each in (present, wanted)
    )
    note(work, user, "roles", ({"field": "roles", "old": old, "new": now},))
    work.messages.append(Message("user.roles", {"id": str(user)}))
    work.access_changed = True
