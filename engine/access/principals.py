"""From a token to the principal behind it, and the cache of principals of a process.

Owns who is asking and what their roles say; sessions begin and end in `sessions.py`. A cached
principal is optimistic: the check in each statement (principle 9) finds it stale.
"""

import threading
from collections import OrderedDict
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Engine, Row, text

from engine.access.currency import live_session, still_current
from engine.access.model import Access, FieldAccess, Principal, Scope
from engine.access.profiles import RoleRights, unite
from engine.base.errors import StaleVersion, Unauthenticated
from engine.db.companies import Company
from engine.db.quoting import table
from engine.db.write_engine import transaction

_SCOPES = {
    "OWN": Scope.OWN,
    "SUBORDINATES": Scope.SUBORDINATES,
    "DEPARTMENT": Scope.DEPARTMENT,
    "SUB_DEPARTMENTS": Scope.SUB_DEPARTMENTS,
    "ALL": Scope.ALL,
}
_ACCESS = {"HIDDEN": Access.HIDDEN, "READ": Access.READ, "WRITE": Access.WRITE}


def load_principal(connection: Connection, company: Company, token_hash: bytes) -> Principal:
    """The principal of a live session of an ACTIVE user. Raises Unauthenticated.

    The versions are read before the rights, so rights that change in between are found stale.
    """
    statement = text(_PERSON.format(**organisation_tables(company.schema)))
    person = connection.execute(statement, {"hash": token_hash}).one_or_none()
    if person is None:
        raise Unauthenticated()
    return Principal(
        user_id=person.id,
        company_id=company.id,
        schema=company.schema,
        time_zone=company.time_zone,
        language=company.language,
        session_hash=token_hash,
        access_version=person.access_version,
        metadata_version=person.metadata_version,
        profile=unite(_roles(connection, company.schema, person.id)),
        department_id=person.department_id,
        department_tree=tuple(person.department_tree),
        subordinate_ids=tuple(person.subordinate_ids),
        scope_users=_scope_users(person),
    )


def check_principal(connection: Connection, principal: Principal) -> None:
    """Raises StaleVersion when session, access or metadata are no longer those of `principal`."""
    if connection.exec_driver_sql(*principal_check(principal)).one_or_none() is None:
        raise StaleVersion()


def principal_check(principal: Principal) -> tuple[str, dict[str, Any]]:
    """The query that finds a row as long as the principal is current, and its values."""
    values = {
        "hash": principal.session_hash,
        "access": principal.access_version,
        "metadata": principal.metadata_version,
    }
    return _check(principal.schema), values


@lru_cache(maxsize=1_000)
def _check(schema: str) -> str:
    return _CHECK.format(**organisation_tables(schema))


def confirm_principal(engine: Engine, principal: Principal) -> None:
    """`check_principal` by itself, for answers that take nothing else from the database."""
    with transaction(engine) as connection:
        check_principal(connection, principal)


def role_names(engine: Engine, principal: Principal) -> list[str]:
    """The names of the viewer's roles. Raises StaleVersion like any read."""
    statement = text(_ROLE_NAMES.format(**organisation_tables(principal.schema)))
    with transaction(engine) as connection:
        check_principal(connection, principal)
        return list(connection.execute(statement, {"user": principal.user_id}).scalars())


def organisation_tables(schema: str) -> dict[str, str]:
    """Quoted names of the tables that statements of this package are formatted with."""
    return {name: table(schema, physical) for name, physical in _TABLES.items()}


def _scope_users(person: Row[Any]) -> Mapping[Scope, tuple[int, ...]]:
    me = {person.id}
    return {
        Scope.NONE: (person.id,),
        Scope.OWN: (person.id,),
        Scope.SUBORDINATES: tuple(sorted(me.union(person.subordinate_ids))),
        Scope.DEPARTMENT: tuple(sorted(me.union(person.department_users))),
        Scope.SUB_DEPARTMENTS: tuple(sorted(me.union(person.tree_users))),
    }


def _roles(connection: Connection, schema: str, user_id: int) -> list[RoleRights]:
    statement = text(_ROLES.format(**organisation_tables(schema)))
    return [
        RoleRights(
            scope=_SCOPES[row.data_scope],
            is_super=bool(row.is_super),
            actions=frozenset((name, action) for name, action in row.actions),
            fields={
                (name, field): FieldAccess(_ACCESS[access], bool(masked))
                for name, field, access, masked in row.fields
            },
        )
        for row in connection.execute(statement, {"user": user_id})
    ]


class PrincipalCache:
    """The principals of recent tokens, least recently used out first; safe across threads."""

    def __init__(self, size: int = 10_000) -> None:
        self._size = size
        self._lock = threading.Lock()
        self._found: OrderedDict[tuple[int, bytes], Principal] = OrderedDict()

    def get(self, company_id: int, token_hash: bytes) -> Principal | None:
        with self._lock:
            found = self._found.get((company_id, token_hash))
            if found is not None:
                self._found.move_to_end((company_id, token_hash))
            return found

    def put(self, principal: Principal) -> None:
        with self._lock:
            self._found[principal.company_id, principal.session_hash] = principal
            self._found.move_to_end((principal.company_id, principal.session_hash))
            while len(self._found) > self._size:
                self._found.popitem(last=False)

    def drop(self, company_id: int, token_hash: bytes) -> None:
        """After StaleVersion or the end of a session."""
        with self._lock:
            self._found.pop((company_id, token_hash), None)

    def __len__(self) -> int:
        return len(self._found)


_TABLES = {
    "state": "state",
    "session": "session",
    "credential": "credential",
    "one_time_token": "one_time_token",
    "sign_in_attempt": "sign_in_attempt",
    "users": "user",
    "department": "department",
    "role": "role",
    "user_role": "user_role",
    "role_permission": "role_permission",
    "field_access": "field_access",
}

_CHECK = "select 1 from {state} v, {session} s where " + still_current(
    "%(hash)s", "%(metadata)s", "%(access)s"
)

# Union instead of union all: a cycle that slipped into the data ends instead of running on.
_PERSON = (
    """
with recursive me as (
  select u.id, u.department_id, v.access_version, v.metadata_version
  from {session} s join {users} u on u.id = s.user_id, {state} v
  where u.status = 'ACTIVE' and """
    + live_session(":hash")
    + """
), tree as (
  select d.id from {department} d join me on d.id = me.department_id
  union select d.id from {department} d join tree t on d.parent_id = t.id
), below as (
  select u.id from {users} u join me on u.superior_id = me.id
  union select u.id from {users} u join below b on u.superior_id = b.id
)
select me.*,
  array(select id from tree order by id) as department_tree,
  array(select id from below where id <> me.id order by id) as subordinate_ids,
  array(select u.id from {users} u where u.department_id = me.department_id) as department_users,
  array(select u.id from {users} u join tree t on u.department_id = t.id) as tree_users
from me
"""
)

_ROLES = """
select r.data_scope, r.is_super,
  (select coalesce(json_agg(json_build_array(p.object, p.action)), '[]')
   from {role_permission} p where p.role_id = r.id) as actions,
  (select coalesce(json_agg(json_build_array(f.object, f.field, f.access, f.masked)), '[]')
   from {field_access} f where f.role_id = r.id) as fields
from {role} r where r.id in (select role_id from {user_role} where user_id = :user)
order by r.id
"""

_ROLE_NAMES = """
select r.name from {role} r join {user_role} ur on ur.role_id = r.id
where ur.user_id = :user order by r.id
"""
