"""`client_operation(hash, name, fields, last_seen_at)`: what clients sent within 30 days.

Bounded by age and number. Who notes what is sent is `resolvers/sent_operations.py`; documents that
are registered with the servers are operations too, but in no row.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import orjson
from sqlalchemy import Connection, text

from engine.db.quoting import table
from metadata.references import Impact
from metadata.snapshot import Snapshot

KEPT_DAYS = 30
MOST_OPERATIONS = 5_000  # per company
MOST_TOLD = 50


@dataclass(frozen=True, slots=True)
class Operation:
    """`fields` are `object` and `object.field`; the hash is of name and text."""

    hash: bytes
    name: str
    fields: tuple[str, ...]


def save_operations(connection: Connection, schema: str, sent: Sequence[Operation]) -> None:
    """Notes operations as seen now, and forgets the old ones. In the order of their hashes, for
    other processes do the same."""
    rows = table(schema, "client_operation")
    documents = [
        {"hash": each.hash.hex(), "name": each.name, "fields": list(each.fields)}
        for each in sorted(sent, key=lambda each: each.hash)
    ]
    connection.execute(
        text(
            f"insert into {rows} as o (hash, name, fields, last_seen_at)"
            " select decode(s.hash, 'hex'), s.name, s.fields, now()"
            " from jsonb_to_recordset(cast(:sent as jsonb))"
            " as s(hash text, name text, fields text[]) order by 1"
            " on conflict (hash) do update set last_seen_at = excluded.last_seen_at,"
            " fields = array(select distinct unnest(o.fields || excluded.fields))"
        ),
        {"sent": orjson.dumps(documents).decode()},
    )
    connection.execute(
        text(
            f"delete from {rows} where last_seen_at < now() - make_interval(days => :days)"
            f" or hash in (select hash from {rows} order by last_seen_at desc offset :most)"
        ),
        {"days": KEPT_DAYS, "most": MOST_OPERATIONS},
    )


def operations_that_touch(
    connection: Connection, schema: str, snapshot: Snapshot, object_name: str, field: str | None
) -> Iterator[Impact]:
    """Operations that clients sent and that use the field, the last seen first."""
    found = connection.execute(
        text(
            f"select hash, name, last_seen_at from {table(schema, 'client_operation')}"
            " where fields @> array[cast(:touched as text)]"
            " and last_seen_at > now() - make_interval(days => :days)"
            " order by last_seen_at desc, hash limit :most"
        ),
        {"touched": _touched(object_name, field), "days": KEPT_DAYS, "most": MOST_TOLD},
    )
    for row in found:
        name = row.name or _short(bytes(row.hash))
        yield Impact("operation", name, "LAST_SENT", {"on": row.last_seen_at.date()})


def documents_that_touch(
    documents: Sequence[Operation], object_name: str, field: str | None
) -> Iterator[Impact]:
    """Those of the registered documents that use the field."""
    touched = _touched(object_name, field)
    found = sorted((e for e in documents if touched in e.fields), key=lambda e: (e.name, e.hash))
    for each in found[:MOST_TOLD]:
        short = _short(each.hash)
        yield Impact("document", each.name or short, "REGISTERED", {"hash": short})


def _touched(object_name: str, field: str | None) -> str:
    return object_name if field is None else f"{object_name}.{field}"


def _short(hash: bytes) -> str:
    return hash.hex()[:16]
