"""The configuration that a company has, or that a release ships, as a file would say it."""

from collections.abc import Iterable, Mapping, Sequence

import orjson
from sqlalchemy import Connection, text

from engine.base.names import snake_case
from engine.db.quoting import table
from metadata.configuration.model import (
    CompanyRole,
    CompanyScene,
    Configuration,
    FieldRight,
    Scenes,
)
from metadata.model import RoleDef, Standard
from metadata.store import load_snapshot


def load_configuration(connection: Connection, schema: str) -> Configuration:
    """As the rows say now."""
    objects = load_snapshot(connection, schema).objects
    scenes = load_scenes(connection, schema, [each.name for each in objects])
    return Configuration(objects, load_roles(connection, schema), scenes)


def standard_configuration(standard: Standard, language: str) -> Configuration:
    """What a release ships to a company of this language."""
    roles = sorted((_shipped(each, language) for each in standard.roles), key=_key)
    return Configuration(standard.objects, tuple(roles))


def load_roles(connection: Connection, schema: str) -> tuple[CompanyRole, ...]:
    """In the order of their keys. Of two without a key that share a name, the older one."""
    rows = connection.execute(
        text(
            "select r.key, r.name, r.family, r.data_scope, coalesce(r.is_super, false) as super,"
            " (select coalesce(json_agg(json_build_array(p.object, p.action)), '[]')"
            f"   from {table(schema, 'role_permission')} p where p.role_id = r.id) as actions,"
            " (select coalesce(json_agg(json_build_array(a.object, a.field, a.access, a.masked)),"
            f"   '[]') from {table(schema, 'field_access')} a where a.role_id = r.id) as fields"
            f" from {table(schema, 'role')} r order by r.id desc"
        )
    )
    found = {
        (row.key or row.name): CompanyRole(
            key=row.key or row.name,
            name=row.name,
            family=row.family,
            data_scope=row.data_scope,
            is_super=row.super,
            custom=row.key is None,
            actions=_actions(row.actions),
            fields=_fields(row.fields),
        )
        for row in rows
    }
    return tuple(sorted(found.values(), key=_key))


def load_scenes(connection: Connection, schema: str, objects: Sequence[str]) -> Scenes:
    """Those of the objects that are shared with everyone, by name: what belongs to the company.

    Of two that share a name, the older one."""
    rows = connection.execute(
        text(
            "select distinct on (s.object, s.name) s.object, s.name, s.search,"
            " cast(s.filter as text) as filter, cast(s.order_by as text) as orders"
            f" from {table(schema, 'scene')} s"
            " where s.everyone and s.object = any(cast(:objects as text[]))"
            " order by s.object, s.name, s.id"
        ),
        {"objects": list(objects)},
    )
    found: dict[str, list[CompanyScene]] = {}
    for row in rows:
        scene = CompanyScene(
            name=row.name,
            where=orjson.loads(row.filter),
            search=row.search,
            order_by=tuple(orjson.loads(row.orders)),
        )
        found.setdefault(row.object, []).append(scene)
    return {name: tuple(sorted(each, key=_name)) for name, each in found.items()}


def _name(scene: CompanyScene) -> str:
    return scene.name


def _key(role: CompanyRole) -> str:
    return role.key


def _actions(pairs: Iterable[tuple[str, str]]) -> Mapping[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for name, action in sorted(map(tuple, pairs)):
        found.setdefault(name, []).append(action)
    return {name: tuple(actions) for name, actions in found.items()}


def _fields(rows: Iterable[tuple[str, str, str, bool]]) -> Mapping[str, FieldRight]:
    found = {f"{name}.{field}": (access, masked) for name, field, access, masked in rows}
    return {
        name: FieldRight(access=access, masked=bool(masked))
        for name, (access, masked) in sorted(found.items())
    }


def _shipped(role: RoleDef, language: str) -> CompanyRole:
    pairs = [(name, action) for name, actions in role.actions.items() for action in actions]
    return CompanyRole(
        key=role.key,
        name=role.label.of(language),
        family=role.family,
        data_scope=_constant(role.data_scope),
        is_super=role.is_super,
        actions=_actions(pairs),
        fields=_fields((a.object, a.field, _constant(a.access), a.masked) for a in role.fields),
    )


def _constant(name: str) -> str:
    """`subDepartments` → `SUB_DEPARTMENTS`, as rows have it."""
    return snake_case(name).upper()
