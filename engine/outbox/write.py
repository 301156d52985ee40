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


def message_insert(schema: str, kind: str, payload: str, available_at: str = "null") -> str:
    """`insert … select …` of messages by these expressions; FROM is the caller's, and so are the
    values of `cause` and `at`."""
    at = "cast(%(at)s as timestamptz)"
    return (
        f"insert into {table(schema, 'outbox')}"
        " (kind, payload, cause, created_at, available_at, attempts)"
        f" select {kind}, {payload}, %(cause)s, {at}, coalesce({available_at}, {at}), 0"
    )


def write_messages(
    statements: Statements, schema: str, messages: Sequence[Message], *, cause: str, at: datetime
) -> None:
    """Inserts the messages, in order; `cause` is the request (or job) they come from."""
    if not messages:
        return
    statements.later(
        f"{message_insert(schema, 'm.kind', 'm.payload', 'm.available_at')}"
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
