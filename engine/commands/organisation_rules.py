"""Rules of users, departments and roles with what they need to load (ADM-01 to ADM-03).

Runs under the organisation lock, so what is loaded stays true until the commit.
"""

from collections.abc import Collection

from sqlalchemy import select

from engine.access.model import Scope
from engine.access.sessions import revoke_user_sessions
from engine.base.errors import Forbidden, InvalidInput, Problem, violated
from engine.commands.change import Change
from engine.commands.rows import Record
from engine.commands.trees import check_no_cycle
from engine.commands.work import Work
from engine.rules.organisation import founder, keeps_a_super_admin

ACTIVE = "ACTIVE"
DISABLED = "DISABLED"


def super_admins(work: Work, *, active: bool = False) -> frozenset[int]:
    """The users with a super administrator's role; `active`: those who may sign in."""
    links, roles, users = work.table("userRole"), work.table("role"), work.table("user")
    statement = (
        select(links.c.user_id)
        .join(roles, roles.c.id == links.c.role_id)
        .join(users, users.c.id == links.c.user_id)
        .where(roles.c.is_super)
    )
    if active:
        statement = statement.where(users.c.status == ACTIVE)
    return frozenset(work.connection.execute(statement).scalars())


def check_user(work: Work, change: Change) -> None:
    """No superior cycle; a super admin is changed by super admins, and one stays active."""
    check_no_cycle(work, change, "superior")
    if change.before is None:
        return
    check_may_touch(work, [change.before.id.number])
    if change.values.get("status") == DISABLED:
        check_may_disable(work, [change.before.id.number])


def check_may_touch(work: Work, users: Collection[int]) -> None:
    """Whoever could change the sign-in of a super admin, or of somebody who writes roles, could
    become one. Raises Forbidden."""
    if work.profile.is_super:
        return
    if super_admins(work) & set(users):
        raise Forbidden("super_admin")
    if not may_write_roles(work) and _role_writers(work) & set(users):
        raise Forbidden("grant")


def may_write_roles(work: Work) -> bool:
    """May the viewer change what roles allow?"""
    return work.profile.scope("role", "update") > Scope.NONE


def _role_writers(work: Work) -> frozenset[int]:
    links, actions = work.table("userRole"), work.table("rolePermission")
    statement = (
        select(links.c.user_id)
        .join(actions, actions.c.role_id == links.c.role_id)
        .where(actions.c.object == "role", actions.c.action != "read")
    )
    return frozenset(work.connection.execute(statement).scalars())


def check_may_disable(work: Work, users: Collection[int]) -> None:
    """Not the founder, not the last super admin, not oneself. Raises RuleViolated."""
    supers = super_admins(work)
    if founder(supers) in users:
        raise violated("founder_stays")
    if supers & set(users) and not keeps_a_super_admin(super_admins(work, active=True), users):
        raise violated("last_super_admin")
    if work.principal.user_id in users:
        raise violated("not_oneself")


def end_sessions(work: Work, change: Change) -> None:
    """A disabled user is out at once, in every process (A6)."""
    if change.values.get("status") == DISABLED and change.before is not None:
        revoke_user_sessions(work.connection, work.schema, change.before.id.number)


def refuse_user_deletion(work: Work, record: Record) -> None:
    """Users are disabled, never deleted: what they did keeps their name (ADM-01)."""
    raise violated("users_stay")


def check_department(work: Work, change: Change) -> None:
    """No cycle, and one root: every other department has a parent."""
    check_no_cycle(work, change, "parent")
    is_root = change.before is not None and change.before.values.get("parent") is None
    if is_root and change.values.get("parent") is not None:
        raise violated("root_department")
    if not is_root and change.after.get("parent") is None:
        label = change.index.fields["parent"].label
        raise InvalidInput([Problem(("input", "parent"), "REQUIRED", {"field": label})])


def check_department_deletion(work: Work, record: Record) -> None:
    """The root stays; users and departments below are the delete guard's to tell (ADM-02)."""
    if record.values.get("parent") is None:
        raise violated("root_department")


def check_role(work: Work, change: Change) -> None:
    """The super administrator's role is beyond change, and no other becomes one."""
    if change.before is not None:
        check_changeable(change.before)
    if change.values.get("isSuper"):
        raise Forbidden("super_admin")


def check_changeable(role: Record) -> None:
    """Raises RuleViolated for the super administrator's role."""
    if role.values.get("isSuper"):
        raise violated("super_role")


def check_role_deletion(work: Work, record: Record) -> None:
    """A user keeps at least one role: nobody may have this one alone."""
    check_changeable(record)
    links = work.table("userRole")
    having = select(links.c.user_id).where(links.c.role_id == record.id.number)
    others = select(links.c.user_id).where(links.c.role_id != record.id.number)
    alone = work.connection.execute(having.except_(others).limit(1)).first()
    if alone is not None:
        raise violated("role_in_use")
