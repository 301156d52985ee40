"""Signing in with an account and a password (A1 to A5, A8).

Sessions afterwards are `sessions.py`; changing a password is `password_change.py`. No database
connection is held while a password is hashed.
"""

import hashlib
import unicodedata
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, text

from engine.access import throttle
from engine.access.passwords import password_hashing
from engine.access.place import AccessPlace, Caller
from engine.access.principals import organisation_tables
from engine.access.sessions import SignedIn, open_session
from engine.base.errors import Unauthenticated
from engine.db.write_engine import transaction

_ACCOUNT_LENGTH = 320


@dataclass(frozen=True, slots=True)
class Account:
    """A user that an account text names, with what signing in needs; all None for nobody."""

    user_id: int | None
    status: str | None
    password_hash: str | None
    changed_at: datetime | None

    @property
    def stored(self) -> str | None:
        """The hash to compare with: none unless the user may sign in."""
        return self.password_hash if self.status == "ACTIVE" else None


NOBODY = Account(None, None, None, None)


def sign_in(place: AccessPlace, account: str, password: str, caller: Caller) -> SignedIn:
    """A new session for the user with this mobile or email.

    Raises RateLimited, or Unauthenticated, which is the same for an unknown account, a user
    who is not active and a wrong password.
    """
    schema = place.company.schema
    hashing = password_hashing(place.settings.hash_concurrency)
    name = normalized_account(account)
    with transaction(place.engine) as connection:
        found = find_account(connection, schema, name)
    attempt = throttle.Attempt(_account_key(found, name), caller.address, found.user_id)
    number = throttle.admit(place, attempt)
    stored = found.stored
    if not hashing.verify(stored, password) or stored is None or found.user_id is None:
        with transaction(place.engine) as connection:
            throttle.settle(connection, schema, number, succeeded=False)
        raise Unauthenticated("bad_credentials")
    renewed = hashing.hash(password) if hashing.is_outdated(stored) else None
    with transaction(place.engine) as connection:
        _confirm(connection, schema, found)
        throttle.settle(connection, schema, number, succeeded=True)
        if renewed is not None:
            _renew(connection, schema, found, renewed)
        return open_session(connection, place, found.user_id, caller)


def normalized_account(account: str) -> str:
    """A mobile or email as it is compared: no spaces around, width and case ignored.

    "" for what cannot be one (too long, or no real text); nobody has it.
    """
    if len(account) > _ACCOUNT_LENGTH or "\x00" in account or not _is_encodable(account):
        return ""
    found = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", account).lower())
    return found.strip()


def find_account(connection: Connection, schema: str, account: str) -> Account:
    """The user whose mobile or email is `account` (normalised)."""
    if not account:
        return NOBODY
    statement = text(_FIND.format(**organisation_tables(schema)))
    row = connection.execute(statement, {"account": account}).first()
    return NOBODY if row is None else Account(*row)


def write_password(connection: Connection, schema: str, user_id: int, password_hash: str) -> None:
    """Store a hash as the user's password."""
    connection.execute(
        text(_WRITE.format(**organisation_tables(schema))),
        {"user": user_id, "hash": password_hash},
    )


def _account_key(found: Account, name: str) -> str:
    """One key per user whichever of its accounts is used; a hash for what names nobody, which
    may well be a password typed into the wrong box."""
    if found.user_id is not None:
        return f"user:{found.user_id}"
    return "text:" + hashlib.sha256(name.encode()).hexdigest()


def _confirm(connection: Connection, schema: str, account: Account) -> None:
    """Still active and still this password, after the time that hashing took.

    Locks the user, so that disabling or a new password, which come later, find the session.
    """
    tables = organisation_tables(schema)
    values = {"user": account.user_id, "changed": account.changed_at}
    connection.execute(text(_LOCK.format(**tables)), values)
    # A second statement, because the first one's view of the credential is from before the lock.
    if connection.execute(text(_CONFIRM.format(**tables)), values).first() is None:
        raise Unauthenticated("bad_credentials")


def _renew(connection: Connection, schema: str, account: Account, password_hash: str) -> None:
    """The same password under today's parameters; `changed_at` stays, it did not change."""
    connection.execute(
        text(_RENEW.format(**organisation_tables(schema))),
        {"user": account.user_id, "changed": account.changed_at, "hash": password_hash},
    )


def _is_encodable(account: str) -> bool:
    try:
        account.encode()
    except UnicodeEncodeError:
        return False
    return True


_FIND = """
select u.id, u.status, c.password_hash, c.changed_at
from {users} u left join {credential} c on c.user_id = u.id
where qiansi.unique_key(u.mobile) = qiansi.unique_key(:account)
   or qiansi.unique_key(u.email) = qiansi.unique_key(:account)
order by u.id
"""

_LOCK = "select 1 from {users} where id = :user for share"

_CONFIRM = """
select 1 from {users} u join {credential} c on c.user_id = u.id
where u.id = :user and u.status = 'ACTIVE' and c.changed_at = :changed
"""

_RENEW = """
update {credential} set password_hash = :hash where user_id = :user and changed_at = :changed
"""

_WRITE = """
insert into {credential} (user_id, password_hash, changed_at)
values (:user, :hash, clock_timestamp())
on conflict (user_id) do update set password_hash = excluded.password_hash,
  changed_at = excluded.changed_at
"""
