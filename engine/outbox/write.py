"""Messages are rows of the transaction that causes them (principle 12, G1).

`outbox(id, kind, payload, cause, created_at, available_at, claimed_at, claimed_by, sent_at,
attempts)`; claiming and sending is the relay's, which goes by state and never by id (M5).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from engine.db.quoting import table
from engine.db.statements import Statements


@dataclass(frozen=True, slots=True)
class Message:
    """`kind` such as `record.created`; the payload names ids and fields, never values."""

    kind: str
    payload: Mapping[str, Any]
    available_at: datetime | None = None


def write_messages(
    statements: Statements, schema: str, messages: Sequence[Message], *, cause: str, at: datetime
) -> None:
    """Inserts the messages, in order; `cause` is the request (or job) they come from."""
    if not messages:
        return
    statements.later(
        f"insert into {table(schema, 'outbox')}"
        " (kind, payload, cause, created_at, available_at, attempts)"
        " select m.kind, m.payload, %(cause)s, %(at)s, coalesce(m.available_at, %(at)s), 0"
        " from jsonb_to_recordset(cast(%(messages)s as jsonb))"
        " as m(kind text, payload jsonb, available_at timestamptz)",
        {
            "cause": cause,
            "at": at,
            "messages": orjson.dumps(
                [
                    {"kind": m.kind, "payload": m.payload, "available_at": m.available_at}
                    for m in messages
                ]
            ).decode(),
        },
    )
