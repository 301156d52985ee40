"""Sessions: made at sign-in, extended by use, listed and ended by their user (A5, A6, A7).

Comparing the password is `sign_in.py`. A token is 256 random bits; only its hash is stored.
"""

import hashlib
import secrets
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, text

from engine.access.model import Principal
from engine.access.place import AccessPlace, Caller
from engine.access.principals import check_principal, organisation_tables
from engine.base.errors import NotFound
from engine.db.write_engine import transaction

_EXTEND_EVERY_SECONDS = 60.0
_AGENT_LENGTH = 300


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A fresh session. `token` exists here only; `expires_at` is its absolute end."""

    token: str
    session_id: int
    user_id: int
    expires_at: datetime
    cookie: bool


@dataclass(frozen=True, slots=True)
class SessionInfo:
    """A live session as its user sees it."""

    id: int
    created_at: datetime
    last_used_at: datetime
    expires_at: datetime
    address: str
    agent: str
    current: bool


def token_hash(token: str) -> bytes:
    """What the database knows of a token."""
    return hashlib.sha256(token.encode(errors="replace")).digest()


def open_session(
    connection: Connection, place: AccessPlace, user_id: int, caller: Caller
) -> SignedIn:
    """Write a session with a token that never existed before."""
    token = secrets.token_urlsafe(32)
    row = connection.execute(
        text(_OPEN.format(**organisation_tables(place.company.schema))),
        {
            "hash": token_hash(token),
            "user": user_id,
            "absolute": place.settings.session_absolute_minutes,
            "idle": place.settings.session_idle_minutes,
            "address": caller.address,
            "agent": caller.agent.replace("\x00", "")[:_AGENT_LENGTH],
            "cookie": caller.cookie,
        },
    ).one()
    return SignedIn(token, row.id, user_id, row.expires_at, caller.cookie)


def sign_out(place: AccessPlace, principal: Principal) -> None:
    """End the session of `principal`; it is refused from the next statement on."""
    statement = text(_SIGN_OUT.format(**organisation_tables(place.company.schema)))
    with transaction(place.engine) as connection:
        connection.execute(statement, {"hash": principal.session_hash})


def list_sessions(place: AccessPlace, principal: Principal) -> list[SessionInfo]:
    """The live sessions of the user, the last used one first."""
    statement = text(_LIST.format(**organisation_tables(place.company.schema)))
    values = {"user": principal.user_id, "hash": principal.session_hash}
    with transaction(place.engine) as connection:
        check_principal(connection, principal)
        return [SessionInfo(**row) for row in connection.execute(statement, values).mappings()]


def revoke_session(place: AccessPlace, principal: Principal, session_id: int) -> None:
    """End one of the user's own sessions. Raises NotFound for any other."""
    statement = text(_REVOKE.format(**organisation_tables(place.company.schema)))
    with transaction(place.engine) as connection:
        check_principal(connection, principal)
        values = {"id": session_id, "user": principal.user_id}
        if connection.execute(statement, values).one_or_none() is None:
            raise NotFound()


def revoke_user_sessions(
    connection: Connection, schema: str, user_id: int, keep: bytes = b""
) -> None:
    """End all sessions of a user but the one with the token hash `keep`, within a transaction."""
    connection.execute(
        text(_REVOKE_ALL.format(**organisation_tables(schema))), {"user": user_id, "keep": keep}
    )


def extend_session(place: AccessPlace, session_hash: bytes) -> None:
    """Note that a session was used; call when `SessionUse.is_due` says so, beside the request."""
    statement = text(_EXTEND.format(**organisation_tables(place.company.schema)))
    values = {"hash": session_hash, "idle": place.settings.session_idle_minutes}
    with transaction(place.engine) as connection:
        connection.execute(statement, values)


class SessionUse:
    """Remembers when this process last extended a session: at most once a minute each."""

    def __init__(self, size: int = 10_000) -> None:
        self._size = size
        self._lock = threading.Lock()
        self._extended: OrderedDict[bytes, float] = OrderedDict()

    def is_due(self, session_hash: bytes) -> bool:
        """True once a minute; who gets True must extend."""
        moment = time.monotonic()
        with self._lock:
            last = self._extended.get(session_hash)
            if last is not None and moment - last < _EXTEND_EVERY_SECONDS:
                return False
            self._extended[session_hash] = moment
            self._extended.move_to_end(session_hash)
            while len(self._extended) > self._size:
                self._extended.popitem(last=False)
            return True


_ALIVE = "revoked_at is null and expires_at > now() and idle_expires_at > now()"

_OPEN = """
insert into {session} (token_hash, user_id, created_at, last_used_at, expires_at,
  idle_expires_at, address, agent, cookie)
values (:hash, :user, now(), now(), now() + make_interval(mins => :absolute),
  now() + make_interval(mins => least(:idle, :absolute)), :address, :agent, :cookie)
returning id, expires_at
"""

_SIGN_OUT = "update {session} set revoked_at = now() where token_hash = :hash"

_LIST = f"""
select id, created_at, last_used_at, expires_at, address, agent, token_hash = :hash as current
from {{session}} where user_id = :user and {_ALIVE}
order by last_used_at desc, id desc limit 200
"""

_REVOKE = f"""
update {{session}} set revoked_at = now() where id = :id and user_id = :user and {_ALIVE}
returning id
"""

_REVOKE_ALL = """
update {session} set revoked_at = now()
where user_id = :user and revoked_at is null and token_hash <> :keep
"""

_EXTEND = f"""
update {{session}} set last_used_at = now(),
  idle_expires_at = least(expires_at, now() + make_interval(mins => :idle))
where token_hash = :hash and {_ALIVE}
"""
