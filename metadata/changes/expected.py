"""Metadata that may be current in a moment, told to the other server processes before they are.

They build the schema while the process that changes does, so that nobody waits for it once the
change is committed. Nothing depends on it but speed: what never comes is let go again.
"""

from contextlib import closing

import orjson
import psycopg2
from sqlalchemy import Connection, text

from engine.base.settings import Settings
from engine.db.address import address_of
from metadata.changes.publish import CHANNEL
from metadata.store import Written

_KEEP = """
insert into qiansi.expected_metadata (schema_name, version, definitions) values (%s, %s, %s)
on conflict (schema_name) do update set version = excluded.version,
  definitions = excluded.definitions
"""


def tell_expected(settings: Settings, schema: str, written: Written) -> None:
    """Keeps them where the others find them, and says so. Blocks; raises psycopg2.Error.

    On a connection of its own: the change holds one already, perhaps the last, and what it has
    written nobody else can see.
    """
    payload = orjson.dumps({"schema": schema, "expected": True}).decode()
    opened = psycopg2.connect(**address_of(settings, {}).arguments)
    with closing(opened), opened, opened.cursor() as cursor:
        cursor.execute(_KEEP, (schema, written.version, list(written.definitions)))
        cursor.execute("select pg_notify(%s, %s)", (CHANNEL, payload))


def load_expected(connection: Connection, schema: str) -> Written | None:
    """What is expected of a company, or was the last time."""
    row = connection.execute(
        text(
            "select version, definitions from qiansi.expected_metadata where schema_name = :schema"
        ),
        {"schema": schema},
    ).one_or_none()
    return None if row is None else Written(row.version, tuple(row.definitions))
