"""Writes the objects of a new version and tells everybody of it, in the transaction of the change.

The notification goes out with the commit and never without it; who misses it finds the new
version by the check of his next statement.
"""

from collections.abc import Mapping
from typing import Any

import orjson
from sqlalchemy import Connection, text

from engine.db.quoting import table
from metadata.changes.change import Objects
from metadata.history import write_version
from metadata.store import save_objects

CHANNEL = "qiansi_metadata"
COMPLETE = "metadata.changed"  # the outbox message that has indexes and keys made


def publish(
    connection: Connection,
    schema: str,
    step: tuple[int, Objects, Objects],
    change: Mapping[str, Any],
    user_id: int | None,
) -> None:
    """Makes the objects of `step` (present version, objects before and after) the company's."""
    present, before, after = step
    version = present + 1
    save_objects(connection, schema, after, before)
    connection.execute(
        text(f"update {table(schema, 'state')} set metadata_version = :version"),
        {"version": version},
    )
    write_version(connection, schema, version, change, user_id=user_id)
    announce(connection, schema, version)


def announce(connection: Connection, schema: str, version: int) -> None:
    """Tells the server processes, and leaves what is to be done beside the traffic."""
    payload = orjson.dumps({"schema": schema, "version": version}).decode()
    connection.execute(
        text("select pg_notify(:channel, :payload)"), {"channel": CHANNEL, "payload": payload}
    )
    connection.execute(
        text(
            f"insert into {table(schema, 'outbox')} (kind, payload, cause)"
            " values (:kind, cast(:payload as jsonb), :kind)"
        ),
        {"kind": COMPLETE, "payload": payload},
    )
