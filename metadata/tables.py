"""SQLAlchemy tables of a company's objects, for commands. Reads do not use them.

Columns only: indexes and constraints are the business of `metadata/physical.py`.
"""

import re
import threading
from collections import OrderedDict
from collections.abc import Mapping
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Integer,
    MetaData,
    Numeric,
    Table,
    Text,
)
from sqlalchemy.dialects.postgresql import DATERANGE, JSONB
from sqlalchemy.types import TypeEngine

from metadata.model import ObjectDef
from metadata.physical import physical_columns
from metadata.snapshot import Snapshot

KEPT_SNAPSHOTS = 64

_TYPES: Mapping[str, TypeEngine[Any]] = {
    "text": Text(),
    'text collate "c"': Text(collation="C"),
    "text[]": ARRAY(Text()),
    "bigint": BigInteger(),
    "bigint[]": ARRAY(BigInteger()),
    "integer": Integer(),
    "boolean": Boolean(),
    "date": Date(),
    "timestamptz": DateTime(timezone=True),
    "jsonb": JSONB(none_as_null=True),
    "daterange": DATERANGE(),
}
_NUMERIC = re.compile(r"numeric(?:\((\d+), ?(\d+)\))?")


def tables(snapshot: Snapshot, schema: str) -> Mapping[str, Table]:
    """The tables of all objects by API name; the same value for the same snapshot."""
    return _cache.get(snapshot, schema)


def sql_table(schema: str, item: ObjectDef, metadata: MetaData | None = None) -> Table:
    """The table of one object: `id`, then the columns of its fields."""
    columns = [Column("id", BigInteger(), primary_key=True)]
    for field in item.fields:
        columns += [Column(each.name, _type(each.sql_type)) for each in physical_columns(field)]
    return Table(
        item.table,
        MetaData() if metadata is None else metadata,
        *columns,
        schema=schema,
        quote=True,
    )


def _type(sql_type: str) -> TypeEngine[Any]:
    number = _NUMERIC.fullmatch(sql_type)
    if number is None:
        return _TYPES[sql_type.lower()]
    if number[1] is None:
        return Numeric()
    return Numeric(int(number[1]), int(number[2]))


class _TableCache:
    """The least recently used goes first. Goes by identity: two databases may have a company
    of the same schema at the same version, and comparing snapshots compares all fields."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[tuple[int, str], tuple[Snapshot, Mapping[str, Table]]]
        self._kept = OrderedDict()

    def get(self, snapshot: Snapshot, schema: str) -> Mapping[str, Table]:
        key = (id(snapshot), schema)
        with self._lock:
            found = self._kept.get(key)
            if found is not None:
                self._kept.move_to_end(key)
                return found[1]
        made = _make(snapshot, schema)
        with self._lock:
            # holding the snapshot keeps its identity from being used again
            kept = self._kept.setdefault(key, (snapshot, made))
            while len(self._kept) > KEPT_SNAPSHOTS:
                self._kept.popitem(last=False)
        return kept[1]


def _make(snapshot: Snapshot, schema: str) -> Mapping[str, Table]:
    metadata = MetaData()
    return {item.name: sql_table(schema, item, metadata) for item in snapshot.objects}


_cache = _TableCache()
