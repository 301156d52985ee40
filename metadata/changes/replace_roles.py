"""The roles of a company become those of a file, matched by key, or by name without one.

Never touches who has which role, nor what the super administrator's allows. A role that the file
does not know is deleted when the company made it itself and nobody has it; one that ships stays.
What differs is found first, and written in the transaction of the change.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection, text

from engine.base.errors import Problem
from engine.db.locks import lock_organisation
from engine.db.quoting import table
from metadata.configuration.load import load_roles
from metadata.configuration.model import CompanyRole
from metadata.model import ACTIONS, ObjectDef
from metadata.references import Impact
from metadata.rows import insert_rows
from metadata.snapshot import Snapshot

FAMILIES = ("SYSTEM", "OFFICE", "CRM")
SCOPES = ("OWN", "SUBORDINATES", "DEPARTMENT", "SUB_DEPARTMENTS", "ALL")
ACCESSES = ("HIDDEN", "READ", "WRITE")
LONGEST_NAME = 100


@dataclass(frozen=True, slots=True)
class RoleChanges:
    """`written` are roles to insert or to bring to what they say, `deleted` are to go."""

    written: tuple[CompanyRole, ...] = ()
    deleted: tuple[CompanyRole, ...] = ()
    problems: tuple[Problem, ...] = ()
    impact: tuple[Impact, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.written or self.deleted)


NOTHING = RoleChanges()


def compare_roles(
    connection: Connection,
    schema: str,
    wanted: Sequence[CompanyRole] | None,
    objects: Sequence[ObjectDef],
) -> RoleChanges:
    """`objects` are those after the change. Nothing differs when no roles are wanted."""
    if wanted is None:
        return NOTHING
    lock_organisation(connection, schema)
    known = {each.key: each for each in load_roles(connection, schema)}
    written = tuple(each for each in wanted if each != known.get(each.key))
    names = {each.key for each in wanted}
    deleted = tuple(each for each in known.values() if each.custom and each.key not in names)
    return RoleChanges(
        written,
        deleted,
        (
            *(p for each in written for p in _problems(each, known.get(each.key), objects)),
            *(p for each in deleted for p in _in_use(connection, schema, each)),
        ),
        (
            *(Impact("role", e.name, "CHANGED" if e.key in known else "ADDED") for e in written),
            *(Impact("role", each.name, "DELETED") for each in deleted),
        ),
    )


def write_roles(connection: Connection, place: tuple[str, Snapshot], changes: RoleChanges) -> None:
    """`place` is the company's schema and its metadata. Raises the access version."""
    schema = place[0]
    for each in changes.deleted:
        _run(
            connection,
            schema,
            "delete from {role} where id = :id",
            id=_id(connection, schema, each),
        )
    for each in changes.written:
        _write(connection, place, each)
    if changes:
        _run(connection, schema, "update {state} set access_version = access_version + 1")


def _problems(
    role: CompanyRole, known: CompanyRole | None, objects: Sequence[ObjectDef]
) -> Iterator[Problem]:
    path = ("roles", role.key)
    for name, given, allowed in (
        ("family", role.family, FAMILIES),
        ("dataScope", role.data_scope, SCOPES),
    ):
        if given not in allowed:
            yield Problem((*path, name), "UNKNOWN_VALUE", {"value": given, "known": allowed})
    if not 0 < len(role.name.strip()) <= LONGEST_NAME:
        yield Problem((*path, "name"), "TOO_LONG", {"maximum": LONGEST_NAME})
    if role.custom and role.key != role.name:
        yield Problem((*path, "name"), "NOT_CHANGEABLE")
    if role.is_super != (known is not None and known.is_super):
        yield Problem((*path, "isSuper"), "NOT_CHANGEABLE")
    if role.is_super and known is not None and replace(role, name=known.name) != known:
        yield Problem(path, "NOT_CHANGEABLE")
    if role.custom != (known.custom if known is not None else True):
        yield Problem(
            (*path, "custom"), "NOT_CHANGEABLE" if known else "NOT_SHIPPED", {"value": role.key}
        )
    yield from _rights(role, path, {each.name: {f.name for f in each.fields} for each in objects})


def _rights(
    role: CompanyRole, path: tuple[str, ...], known: Mapping[str, set[str]]
) -> Iterator[Problem]:
    """Objects, actions and fields that there are not."""
    for name, actions in role.actions.items():
        if name not in known:
            yield Problem((*path, "actions", name), "UNKNOWN_OBJECT", {"value": name})
        for action in actions:
            if action not in ACTIONS:
                told = {"value": action, "known": ACTIONS}
                yield Problem((*path, "actions", name), "UNKNOWN_VALUE", told)
    for name, right in role.fields.items():
        item, _, field = name.partition(".")
        if field not in known.get(item, ()):
            yield Problem((*path, "fields", name), "UNKNOWN_FIELD", {"value": name})
        if right.access not in ACCESSES:
            told = {"value": right.access, "known": ACCESSES}
            yield Problem((*path, "fields", name, "access"), "UNKNOWN_VALUE", told)


def _in_use(connection: Connection, schema: str, role: CompanyRole) -> Iterator[Problem]:
    count = connection.execute(
        text(f"select count(*) from {table(schema, 'user_role')} where role_id = :id"),
        {"id": _id(connection, schema, role)},
    ).scalar_one()
    if count:
        told = {"value": role.name, "count": count}
        yield Problem(("roles", role.key), "ROLE_IN_USE", told)


def _write(connection: Connection, place: tuple[str, Snapshot], role: CompanyRole) -> None:
    schema, snapshot = place
    number = _id(connection, schema, role)
    values = {"name": role.name, "family": role.family, "dataScope": role.data_scope}
    if number is None:
        (number,) = insert_rows(connection, schema, snapshot.object("role"), [values])
    else:
        _run(
            connection,
            schema,
            "update {role} set name = :name, family = :family, data_scope = :scope,"
            " version = version + 1, updated_at = now() where id = :id",
            id=number,
            name=role.name,
            family=role.family,
            scope=role.data_scope,
        )
    _run(connection, schema, "delete from {role_permission} where role_id = :id", id=number)
    _run(connection, schema, "delete from {field_access} where role_id = :id", id=number)
    actions = [
        {"role": number, "object": name, "action": action}
        for name, given in role.actions.items()
        for action in sorted(set(given))
    ]
    insert_rows(connection, schema, snapshot.object("rolePermission"), actions)
    rights = [
        {
            "role": number,
            "object": name.partition(".")[0],
            "field": name.partition(".")[2],
            "access": right.access,
            "masked": right.masked,
        }
        for name, right in role.fields.items()
    ]
    insert_rows(connection, schema, snapshot.object("fieldAccess"), rights)


def _id(connection: Connection, schema: str, role: CompanyRole) -> int | None:
    condition = "key is null and name = :key" if role.custom else "key = :key"
    found: int | None = connection.execute(
        text(f"select min(id) from {table(schema, 'role')} where {condition}"), {"key": role.key}
    ).scalar_one()
    return found


def _run(connection: Connection, schema: str, statement: str, **values: object) -> None:
    names = ("role", "role_permission", "field_access", "state")
    placed = statement.format(**{name: table(schema, name) for name in names})
    connection.execute(text(placed), values)
