"""The rows of a company's metadata: how objects are written down and read back.

metadata_object(name, position, definition): one row per object, in the order of the snapshot;
`definition` is the object as JSON of SHAPE, with what equals the default left out.
metadata_version(version, created_at, user_id, change): why each version came about.
state(metadata_version, release): which version the rows are, and of which release.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import MISSING, dataclass, fields
from decimal import Decimal
from enum import Enum
from typing import Any, TypeVar

import orjson
from sqlalchemy import Connection, text

from engine.db.quoting import table
from metadata.model import (
    Capability,
    Choice,
    FieldAccessDef,
    FieldDef,
    Label,
    LinkDef,
    ObjectDef,
    ObjectKind,
    OnDelete,
    RoleDef,
    RowScope,
    Standard,
)
from metadata.snapshot import Snapshot

SHAPE = 1

Json = dict[str, Any]
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Release:
    """What a release shipped when it reached the company, and at which version that was."""

    version: int
    standard: Standard


def load_snapshot(connection: Connection, schema: str) -> Snapshot:
    """The company's metadata at its present version, read in one statement."""
    rows = connection.execute(
        text(
            "select s.metadata_version, cast(o.definition as text) as definition"
            f" from {table(schema, 'state')} s cross join {table(schema, 'metadata_object')} o"
            " order by o.position, o.name"
        )
    ).all()
    version: int = rows[0].metadata_version if rows else 0
    return Snapshot(version, tuple(parse_object(orjson.loads(row.definition)) for row in rows))


def save_objects(connection: Connection, schema: str, objects: Sequence[ObjectDef]) -> None:
    """Makes the rows be these objects, in this order. Does not touch the version."""
    target = table(schema, "metadata_object")
    documents = [
        {"name": each.name, "position": position, "definition": dump_object(each)}
        for position, each in enumerate(objects)
    ]
    connection.execute(
        text(f"delete from {target} where name <> all(:names)"),
        {"names": [each.name for each in objects]},
    )
    connection.execute(
        text(
            f"insert into {target} (name, position, definition)"
            " select name, position, definition"
            " from jsonb_to_recordset(cast(:rows as jsonb))"
            " as r(name text, position integer, definition jsonb)"
            " on conflict (name) do update"
            " set position = excluded.position, definition = excluded.definition"
        ),
        {"rows": orjson.dumps(documents).decode()},
    )


def write_version(
    connection: Connection,
    schema: str,
    version: int,
    change: Mapping[str, Any],
    *,
    user_id: int | None = None,
) -> None:
    """Notes why `version` came about; `change` has at least a `kind`."""
    connection.execute(
        text(
            f"insert into {table(schema, 'metadata_version')} (version, user_id, change)"
            " values (:version, :user, cast(:change as jsonb))"
        ),
        {"version": version, "user": user_id, "change": orjson.dumps(change).decode()},
    )


def release_change(standard: Standard, notes: Sequence[str] = ()) -> Json:
    """The change of a version that a release made; the next release is compared with it."""
    return {
        "kind": "release",
        "release": standard.release,
        "notes": list(notes),
        "standard": dump_standard(standard),
    }


def load_release(connection: Connection, schema: str) -> Release | None:
    """What the last release shipped to the company; None when that was not noted."""
    row = connection.execute(
        text(
            "select version, cast(change->'standard' as text) as standard"
            f" from {table(schema, 'metadata_version')} where change->>'kind' = 'release'"
            " order by version desc limit 1"
        )
    ).one_or_none()
    if row is None or row.standard is None:
        return None
    return Release(row.version, parse_standard(orjson.loads(row.standard)))


def count_states(connection: Connection, schema: str) -> tuple[int, int, int]:
    """Rows of `state` (there must be one), the last version of the history, the present one."""
    row = connection.execute(
        text(
            "select (select count(*) from {state}) as states,"
            " (select coalesce(max(version), 0) from {history}) as last,"
            " (select coalesce(max(metadata_version), 0) from {state}) as present".format(
                state=table(schema, "state"), history=table(schema, "metadata_version")
            )
        )
    ).one()
    return row.states, row.last, row.present


def dump_object(item: ObjectDef) -> Json:
    return {"shape": SHAPE, **_dump(item)}


def parse_object(document: Mapping[str, Any]) -> ObjectDef:
    """The object of a document. Raises ValueError when a later release wrote it.

    Attributes it does not know are left out: processes of two releases run side by side (I3).
    """
    if document.get("shape") != SHAPE:
        raise ValueError(f"metadata of shape {document.get('shape')} needs a later release")
    return _object(document)


def dump_standard(standard: Standard) -> Json:
    return {
        "release": standard.release,
        "objects": [dump_object(each) for each in standard.objects],
        "roles": [_dump(each) for each in standard.roles],
    }


def parse_standard(document: Mapping[str, Any]) -> Standard:
    return Standard(
        release=document["release"],
        objects=tuple(parse_object(each) for each in document["objects"]),
        roles=tuple(_role(each) for each in document["roles"]),
    )


def _dump(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, frozenset):
        return sorted(_dump(each) for each in value)
    if isinstance(value, tuple):
        return [_dump(each) for each in value]
    if isinstance(value, Mapping):
        return {key: _dump(each) for key, each in value.items()}
    if hasattr(value, "__dataclass_fields__"):
        return {
            each.name: _dump(getattr(value, each.name))
            for each in fields(value)
            if each.default is MISSING or getattr(value, each.name) != each.default
        }
    return value


def _build(
    kind: type[_T], parsers: Mapping[str, Callable[[Any], Any]], document: Mapping[str, Any]
) -> _T:
    known = {each.name for each in fields(kind)}  # type: ignore[arg-type]
    given = {
        name: parsers[name](value) if name in parsers and value is not None else value
        for name, value in document.items()
        if name in known
    }
    return kind(**given)


def _each(parse: Callable[[Any], Any]) -> Callable[[Any], tuple[Any, ...]]:
    return lambda values: tuple(parse(value) for value in values)


def _label(document: Mapping[str, Any]) -> Label:
    return _build(Label, {}, document)


def _choice(document: Mapping[str, Any]) -> Choice:
    return _build(Choice, {"label": _label}, document)


def _field(document: Mapping[str, Any]) -> FieldDef:
    return _build(FieldDef, _FIELD, document)


def _object(document: Mapping[str, Any]) -> ObjectDef:
    return _build(ObjectDef, _OBJECT, document)


def _role(document: Mapping[str, Any]) -> RoleDef:
    return _build(RoleDef, _ROLE, document)


_FIELD: Mapping[str, Callable[[Any], Any]] = {
    "label": _label,
    "help": _label,
    "inverse_label": _label,
    "choices": _each(_choice),
    "minimum": Decimal,
    "maximum": Decimal,
    "targets": tuple,
    "on_delete": OnDelete,
    "rows": _each(_field),
}
_OBJECT: Mapping[str, Callable[[Any], Any]] = {
    "label": _label,
    "kind": ObjectKind,
    "fields": _each(_field),
    "capabilities": lambda values: frozenset(Capability(value) for value in values),
    "unique_together": lambda groups: tuple(tuple(names) for names in groups),
    "links": _each(lambda document: _build(LinkDef, {"label": _label}, document)),
    "row_scope": RowScope,
    "search_through": tuple,
    "totals": tuple,
}
_ROLE: Mapping[str, Callable[[Any], Any]] = {
    "label": _label,
    "actions": lambda given: {name: tuple(actions) for name, actions in given.items()},
    "fields": _each(lambda document: _build(FieldAccessDef, {}, document)),
}
