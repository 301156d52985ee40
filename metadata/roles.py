"""Roles that ship, as rows: made with a company, brought up to date by a new release.

What an administrator changed stays: only the difference between two releases is applied.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, text

from engine.base.names import snake_case
from engine.db.quoting import table
from metadata.model import FieldAccessDef, RoleDef
from metadata.references import Impact
from metadata.rows import insert_rows
from metadata.snapshot import Snapshot

Place = tuple[str, Snapshot]


def insert_roles(
    connection: Connection, place: Place, roles: Sequence[RoleDef], language: str
) -> None:
    """Inserts whole roles; `place` is the company's schema and its metadata."""
    schema, snapshot = place
    ids = insert_rows(
        connection, schema, snapshot.object("role"), [_role(each, language) for each in roles]
    )
    numbers = {role.key: number for role, number in zip(roles, ids, strict=True)}
    _insert_permissions(
        connection,
        place,
        [(numbers[role.key], *pair) for role in roles for pair in sorted(permissions(role))],
    )
    _insert_access(
        connection, place, [(numbers[role.key], access) for role in roles for access in role.fields]
    )


def update_roles(
    connection: Connection,
    place: Place,
    releases: tuple[Sequence[RoleDef], Sequence[RoleDef]],
    language: str,
) -> bool:
    """Applies what changed from one release to the next; True when any right changed.

    A role that an administrator removed does not come back, one that he made is not touched.
    """
    before, after = releases
    known = {role.key: role for role in before}
    found = _role_numbers(connection, place[0])
    added = [role for role in after if role.key not in known and role.key not in found]
    insert_roles(connection, place, added, language)
    changed = bool(added)
    for role in after:
        if role.key in known and role.key in found:
            changed |= _update_role(connection, place, found[role.key], (known[role.key], role))
    return changed


def permissions(role: RoleDef) -> set[tuple[str, str]]:
    """(object, action) pairs of a role."""
    return {(name, action) for name, actions in role.actions.items() for action in actions}


def _update_role(
    connection: Connection, place: Place, number: int, releases: tuple[RoleDef, RoleDef]
) -> bool:
    before, after = releases
    added = sorted(permissions(after) - permissions(before))
    removed = sorted(permissions(before) - permissions(after))
    new_access = [each for each in after.fields if each not in before.fields]
    old_access = [each for each in before.fields if each not in after.fields]
    _delete_permissions(connection, place[0], number, [*added, *removed])
    _insert_permissions(connection, place, [(number, *pair) for pair in added])
    _delete_access(connection, place[0], number, [*new_access, *old_access])
    _insert_access(connection, place, [(number, each) for each in new_access])
    scope = _update_scope(connection, place[0], number, releases)
    return bool(added or removed or new_access or old_access or scope)


def _update_scope(
    connection: Connection, schema: str, number: int, releases: tuple[RoleDef, RoleDef]
) -> bool:
    """True when the release moved the data scope; one that the company chose stays."""
    before, after = (_constant(each.data_scope) for each in releases)
    if before == after:
        return False
    connection.execute(
        text(
            f"update {table(schema, 'role')} set data_scope = :after"
            " where id = :id and data_scope = :before"
        ),
        {"id": number, "before": before, "after": after},
    )
    return True


def _role(role: RoleDef, language: str) -> Mapping[str, Any]:
    return {
        "name": role.label.of(language),
        "key": role.key,
        "family": role.family,
        "dataScope": _constant(role.data_scope),
        "isSuper": role.is_super,
    }


def _insert_permissions(
    connection: Connection, place: Place, rows: Sequence[tuple[int, str, str]]
) -> None:
    values = [{"role": role, "object": name, "action": action} for role, name, action in rows]
    insert_rows(connection, place[0], place[1].object("rolePermission"), values)


def _insert_access(
    connection: Connection, place: Place, rows: Sequence[tuple[int, FieldAccessDef]]
) -> None:
    values = [
        {
            "role": role,
            "object": each.object,
            "field": each.field,
            "access": _constant(each.access),
            "masked": each.masked,
        }
        for role, each in rows
    ]
    insert_rows(connection, place[0], place[1].object("fieldAccess"), values)


def _role_numbers(connection: Connection, schema: str) -> dict[str, int]:
    rows = connection.execute(
        text(f"select key, id from {table(schema, 'role')} where key is not null")
    )
    return {row.key: row.id for row in rows}


def _delete_permissions(
    connection: Connection, schema: str, role: int, pairs: Sequence[tuple[str, str]]
) -> None:
    for name, action in pairs:
        connection.execute(
            text(
                f"delete from {table(schema, 'role_permission')}"
                " where role_id = :role and object = :object and action = :action"
            ),
            {"role": role, "object": name, "action": action},
        )


def _delete_access(
    connection: Connection, schema: str, role: int, accesses: Sequence[FieldAccessDef]
) -> None:
    for each in accesses:
        connection.execute(
            text(
                f"delete from {table(schema, 'field_access')}"
                " where role_id = :role and object = :object and field = :field"
            ),
            {"role": role, "object": each.object, "field": each.field},
        )


def _constant(name: str) -> str:
    """`subDepartments` → `SUB_DEPARTMENTS`."""
    return snake_case(name).upper()


def roles_that_name(
    connection: Connection, schema: str, snapshot: Snapshot, object_name: str, field: str | None
) -> Iterator[Impact]:
    """Roles with an access to the field of their own, or with actions on the object."""
    if field is None:
        condition = "p.object = :object"
        rows, detail = table(schema, "role_permission"), "HAS_ACTIONS"
    else:
        condition = "p.object = :object and p.field = :field"
        rows, detail = table(schema, "field_access"), "HAS_ACCESS"
    found = connection.execute(
        text(
            f"select distinct r.id, r.name from {table(schema, 'role')} r"
            f" join {rows} p on p.role_id = r.id where {condition} order by r.id"
        ),
        {"object": object_name, "field": field},
    )
    for row in found:
        yield Impact("role", row.name, detail)
