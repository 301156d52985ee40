"""The rows of a company's metadata: how objects are written down and read back.

metadata_object(name, position, definition): one row per object, in the order of the snapshot;
`definition` is the object as JSON of SHAPE, with what equals the default left out.
metadata_version(version, created_at, user_id, change): why each version came about.
state(metadata_version, release): which version the rows are, and of which release.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import MISSING, dataclass, fields
from decimal import Decimal
from enum import Enum
from functools import lru_cache
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
    RollUpDef,
    RowScope,
    SpareColumn,
    Standard,
)
from metadata.number_rule import parse_rule
from metadata.snapshot import Snapshot, living

SHAPE = 1
PARSED_OBJECTS = 1_000

Json = dict[str, Any]
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Written:
    """A company's metadata as its rows say it: one JSON text per object, in their order."""

    version: int
    definitions: tuple[str, ...]

    def fingerprint(self) -> bytes:
        """Equal exactly for companies whose objects are equal, whatever their versions."""
        digest = hashlib.sha256()
        for each in self.definitions:
            digest.update(each.encode())
            digest.update(b"\0")
        return digest.digest()

    def objects(self) -> tuple[ObjectDef, ...]:
        """All of them, the deleted ones too."""
        return tuple(_parsed(each) for each in self.definitions)


def load_snapshot(connection: Connection, schema: str) -> Snapshot:
    """The company's metadata at its present version, read in one statement."""
    written = load_written(connection, schema)
    return Snapshot(written.version, living(written.objects()))


def load_written(connection: Connection, schema: str) -> Written:
    """The same, not parsed yet."""
    rows = connection.execute(
        text(
            "select s.metadata_version, cast(o.definition as text) as definition"
            f" from {table(schema, 'state')} s cross join {table(schema, 'metadata_object')} o"
            " order by o.position, o.name"
        )
    ).all()
    version: int = rows[0].metadata_version if rows else 0
    return Written(version, tuple(row.definition for row in rows))


def load_version(connection: Connection, schema: str) -> int:
    """The present version of the metadata."""
    found = connection.execute(text(f"select metadata_version from {table(schema, 'state')}"))
    version: int = found.scalar_one()
    return version


@lru_cache(maxsize=PARSED_OBJECTS)
def _parsed(definition: str) -> ObjectDef:
    """Most objects are equal in most companies, and are the same value then."""
    return parse_object(orjson.loads(definition))


def render(
    connection: Connection,
    written: Written,
    before: Sequence[ObjectDef],
    after: Sequence[ObjectDef],
) -> Written:
    """What the rows of the next version would say to the letter, without writing them. `before`
    is what `written` says; what is the same value in both need not be asked for."""
    known = {id(item): text for item, text in zip(before, written.definitions, strict=True)}
    new = [item for item in after if id(item) not in known]
    rows = connection.execute(
        text(
            "select cast(e.value as text) from jsonb_array_elements(cast(:documents as jsonb))"
            " with ordinality as e(value, at) order by e.at"
        ),
        {"documents": orjson.dumps([dump_object(each) for each in new]).decode()},
    )
    known |= {id(item): text for item, text in zip(new, rows.scalars(), strict=True)}
    return Written(written.version + 1, tuple(known[id(item)] for item in after))


def save_objects(
    connection: Connection,
    schema: str,
    objects: Sequence[ObjectDef],
    before: Sequence[ObjectDef] = (),
) -> None:
    """Makes the rows be these objects, in this order. Does not touch the version. What is one and
    the same value at the same place in `before`, which the rows are, is not written again."""
    target = table(schema, "metadata_object")
    kept = {(position, id(each)) for position, each in enumerate(before)}
    documents = [
        {"name": each.name, "position": position, "definition": dump_object(each)}
        for position, each in enumerate(objects)
        if (position, id(each)) not in kept
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
    return _build(Choice, {"label": _label, "group": _label}, document)


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
    "placeholder": _label,
    "choices": _each(_choice),
    "minimum": Decimal,
    "maximum": Decimal,
    "targets": tuple,
    "on_delete": OnDelete,
    "rows": _each(_field),
    "shows": _each(lambda pair: (pair[0], tuple(pair[1]))),
    "was_shown_by": _each(tuple),
    "number_rule": parse_rule,
    "roll_up": lambda document: _build(RollUpDef, {}, document),
    "reads": tuple,
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
    "deleted_fields": _each(_field),
    "filling": tuple,
    "spare_columns": _each(lambda document: _build(SpareColumn, {}, document)),
}
_ROLE: Mapping[str, Callable[[Any], Any]] = {
    "label": _label,
    "actions": lambda given: {name: tuple(actions) for name, actions in given.items()},
    "fields": _each(lambda document: _build(FieldAccessDef, {}, document)),
}
