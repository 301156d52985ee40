"""The versions of a company's metadata: who made which and what it changed; any of them again.

A row of metadata_version holds the differences to the version before it (`compare.py`), physical
names included, so a version is reached by undoing what came after. Rights of roles move outside
of versions; a file that changed some is the only trace of them here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Connection, RowMapping, text

from engine.base.errors import Problem
from engine.db.quoting import table
from metadata.configuration.compare import Difference, compare, undo
from metadata.configuration.documents import Document, configuration_document
from metadata.configuration.model import Configuration
from metadata.configuration.parse import Parser, Placed
from metadata.history import PROBLEM, parse_problem
from metadata.model import ObjectDef
from metadata.snapshot import same_values
from metadata.store import load_written

DIFFERENCES = "differences"  # where they are in the change of a version


@dataclass(frozen=True, slots=True)
class Version:
    """One version. `differences` is None where they were not kept: up to release 0.1. `problem`
    is why it came about, where nobody wanted it."""

    version: int
    created_at: datetime
    user_id: int | None
    kind: str
    differences: tuple[Difference, ...] | None
    problem: Problem | None = None


def differences_of(before: Sequence[ObjectDef], after: Sequence[ObjectDef]) -> str:
    """What a version changed, as its row keeps it: as text, for jsonb knows no order of keys."""
    found = compare(*(_document(each) for each in _without_same(before, after)))
    return orjson.dumps([(each.path, each.before, each.after) for each in found], str).decode()


def _without_same(
    before: Sequence[ObjectDef], after: Sequence[ObjectDef]
) -> tuple[Sequence[ObjectDef], Sequence[ObjectDef]]:
    """Both without the objects that are one and the same value, unless places changed: a change
    mostly touches one of thirty, and holds locks while this is found out."""
    names = [each.name for each in before]
    if names != [each.name for each in after][: len(names)]:
        return before, after
    same = same_values(before, after)
    return (
        [each for each in before if id(each) not in same],
        [each for each in after if id(each) not in same],
    )


def differences_from(kept: str) -> tuple[Difference, ...]:
    """What a row keeps, as it was."""
    rows = orjson.loads(kept)
    return tuple(Difference(tuple(path), before, after) for path, before, after in rows)


def load_versions(
    connection: Connection, schema: str, *, first: int, before: int | None = None
) -> tuple[Version, ...]:
    """The newest `first` versions, of those before `before`."""
    rows = connection.execute(
        text(
            "select version, created_at, user_id, change->>'kind' as kind,"
            f" change->>'{DIFFERENCES}' as differences, change->>'object' as object,"
            f" change->>'field' as field, change->'{PROBLEM}' as problem"
            f" from {table(schema, 'metadata_version')}"
            " where cast(:before as bigint) is null or version < :before"
            " order by version desc limit :first"
        ),
        {"first": first, "before": before},
    ).mappings()
    return tuple(_version(row) for row in rows)


def objects_at(connection: Connection, schema: str, version: int) -> tuple[ObjectDef, ...] | None:
    """All objects as they were at the version, deleted ones too; None when it is not known."""
    written = load_written(connection, schema)
    newer = load_versions(connection, schema, first=max(written.version - version, 0))
    known = [each.version for each in newer] == list(range(written.version, version, -1))
    if version < 1 or version > written.version or not known:
        return None
    return objects_before(written.objects(), newer)


def objects_before(
    objects: Sequence[ObjectDef], versions: Sequence[Version]
) -> tuple[ObjectDef, ...] | None:
    """The objects before the versions, the newest of which led to `objects`; None when one of
    them does not know."""
    document = _document(objects)
    for each in versions:
        if each.differences is None:
            return None
        document = undo(document, each.differences)
    assert isinstance(document, dict)
    placed = _placed(document["objects"])
    found: tuple[ObjectDef, ...] = Parser(strict=False).read(tuple[ObjectDef, ...], placed, ())
    return found


def _document(objects: Sequence[ObjectDef]) -> Document:
    document = configuration_document(Configuration(tuple(objects), ()), whole=True)
    assert isinstance(document, dict)
    return {"objects": document["objects"]}


def _version(row: RowMapping) -> Version:
    kept, problem = row["differences"], row["problem"]
    place = (row["object"], row["field"])
    return Version(
        version=row["version"],
        created_at=row["created_at"],
        user_id=row["user_id"],
        kind=row["kind"],
        differences=None if kept is None else differences_from(kept),
        problem=None if problem is None else parse_problem(place, problem),
    )


def _placed(value: Any) -> Placed:
    """Kept values as the parser takes them."""
    if isinstance(value, dict):
        return Placed({name: _placed(each) for name, each in value.items()})
    if isinstance(value, list):
        return Placed([_placed(each) for each in value])
    if value is None or isinstance(value, bool):
        return Placed({None: "null", True: "true", False: "false"}[value], plain=True)
    return Placed(str(value))
