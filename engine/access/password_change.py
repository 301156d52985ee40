"""New passwords: changed by their user, or set with a one-time token after an invitation or a
reset, which an administrator may start but never choose the password of (A7).

Which passwords are acceptable is `passwords.py`.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, text

from engine.access import throttle
from engine.access.model import Principal, Scope
from engine.access.passwords import check_password, password_hashing
from engine.access.place import AccessPlace, Caller
from engine.access.principals import check_principal, organisation_tables
from engine.access.sessions import revoke_user_sessions, token_hash
from engine.access.sign_in import write_password
from engine.base.errors import Forbidden, InvalidInput, NotFound, Problem
from engine.db.write_engine import transaction

TOKEN_LIFETIME = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class OneTimeToken:
    """A right to set one password once; `token` exists here only."""

    token: str
    expires_at: datetime


def change_password(
    place: AccessPlace, principal: Principal, old: str, new: str, caller: Caller
) -> None:
    """The user's own password; all other sessions end. Raises InvalidInput, RateLimited."""
    schema = place.company.schema
    hashing = password_hashing(place.settings.hash_concurrency)
    with transaction(place.engine) as connection:
        check_principal(connection, principal)
        person = _person(connection, schema, principal.user_id)
    check_password(new, _words(person), ("newPassword",))
    number = throttle.admit(place, throttle.Attempt(f"user:{person.id}", caller.address, person.id))
    if not hashing.verify(person.password_hash, old):
        with transaction(place.engine) as connection:
            throttle.settle(connection, schema, number, succeeded=False)
        raise InvalidInput([Problem(("oldPassword",), "WRONG_PASSWORD")])
    password_hash = hashing.hash(new)
    with transaction(place.engine) as connection:
        check_principal(connection, principal)
        if _person(connection, schema, person.id, lock=True).changed_at != person.changed_at:
            raise InvalidInput([Problem(("oldPassword",), "WRONG_PASSWORD")])
        throttle.settle(connection, schema, number, succeeded=True)
        write_password(connection, schema, person.id, password_hash)
        _void_tokens(connection, schema, person.id)
        revoke_user_sessions(connection, schema, person.id, keep=principal.session_hash)


def reset_password(place: AccessPlace, principal: Principal, user_id: int) -> OneTimeToken:
    """A token with which the user sets a new password; until then the old one holds.

    Needs the action `update` on users; for a super administrator one must be one oneself, for
    somebody who writes roles one must write them too.
    """
    profile = principal.profile
    if profile.scope("user", "update") is Scope.NONE:
        raise Forbidden()
    with transaction(place.engine) as connection:
        check_principal(connection, principal)
        person = _person(connection, place.company.schema, user_id, lock=True)
        if person.is_super and not profile.is_super:
            raise Forbidden("super_admin")
        if person.writes_roles and profile.scope("role", "update") is Scope.NONE:
            raise Forbidden("grant")
        if person.status == "DISABLED":
            raise Forbidden("user_disabled")
        purpose = "INVITE" if person.status == "NEW" else "RESET"
        return issue_token(connection, place.company.schema, user_id, purpose)


def issue_token(connection: Connection, schema: str, user_id: int, purpose: str) -> OneTimeToken:
    """A new one-time token; those issued before it are void. `purpose` is INVITE or RESET."""
    _void_tokens(connection, schema, user_id)
    token = secrets.token_urlsafe(32)
    expires_at = connection.execute(
        text(_ISSUE.format(**organisation_tables(schema))),
        {
            "hash": token_hash(token),
            "user": user_id,
            "purpose": purpose,
            "lifetime": TOKEN_LIFETIME,
        },
    ).scalar_one()
    return OneTimeToken(token, expires_at)


def set_password(place: AccessPlace, token: str, password: str) -> None:
    """Spend a one-time token: the password holds, a NEW user is active, all sessions end.

    A refused password leaves the token unspent. Raises NotFound for a token that is unknown,
    spent or too old, InvalidInput.
    """
    schema = place.company.schema
    tables = organisation_tables(schema)
    values = {"hash": token_hash(token)}
    with transaction(place.engine) as connection:
        row = connection.execute(text(_PEEK.format(**tables)), values).one_or_none()
        if row is None:
            raise NotFound("one_time_token")
        person = _person(connection, schema, row.user_id)
    check_password(password, _words(person))
    password_hash = password_hashing(place.settings.hash_concurrency).hash(password)
    with transaction(place.engine) as connection:
        # Locks in the order of all others: the user first, then the token.
        person = _person(connection, schema, person.id, lock=True)
        spent = connection.execute(text(_SPEND.format(**tables)), values).one_or_none()
        if spent is None or person.status == "DISABLED":
            raise NotFound("one_time_token")
        connection.execute(text(_ACTIVATE.format(**tables)), {"user": person.id})
        write_password(connection, schema, person.id, password_hash)
        _void_tokens(connection, schema, person.id)
        revoke_user_sessions(connection, schema, person.id)


def _person(connection: Connection, schema: str, user_id: int, *, lock: bool = False) -> Row[Any]:
    """The user with its password hash. Raises NotFound."""
    tables = organisation_tables(schema)
    values = {"user": user_id}
    if lock:
        # On its own: what a statement reads beside the row it waited for may be older.
        connection.execute(text(_LOCK.format(**tables)), values)
    row = connection.execute(text(_PERSON.format(**tables)), values).one_or_none()
    if row is None:
        raise NotFound()
    return row


def _words(person: Row[Any]) -> list[str | None]:
    return [person.name, person.mobile, person.email]


def _void_tokens(connection: Connection, schema: str, user_id: int) -> None:
    connection.execute(text(_VOID.format(**organisation_tables(schema))), {"user": user_id})


_PERSON = """
select u.id, u.name, u.mobile, u.email, u.status, c.password_hash, c.changed_at,
  exists (select 1 from {user_role} ur join {role} r on r.id = ur.role_id
          where ur.user_id = u.id and r.is_super) as is_super,
  exists (select 1 from {user_role} ur join {role_permission} p on p.role_id = ur.role_id
          where ur.user_id = u.id and p.object = 'role' and p.action <> 'read') as writes_roles
from {users} u left join {credential} c on c.user_id = u.id
where u.id = :user
"""

_LOCK = "select 1 from {users} where id = :user for no key update"

_ISSUE = """
insert into {one_time_token} (token_hash, user_id, purpose, expires_at)
values (:hash, :user, :purpose, now() + :lifetime) returning expires_at
"""

_PEEK = """
select user_id from {one_time_token}
where token_hash = :hash and used_at is null and expires_at > now()
"""

# The row lock makes a second, parallel use wait and then find the token spent.
_SPEND = """
update {one_time_token} set used_at = now()
where token_hash = :hash and used_at is null and expires_at > now() returning user_id
"""

_ACTIVATE = """
update {users} set status = 'ACTIVE', activated_at = now(), version = version + 1,
  updated_at = now()
where id = :user and status = 'NEW'
"""

_VOID = """
update {one_time_token} set used_at = now() where user_id = :user and used_at is null
"""
