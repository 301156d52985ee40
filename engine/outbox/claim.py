"""The relay's side of the outbox: claim what is due, note what was sent, drop what was done.

Rows are claimed by state with SKIP LOCKED, never by a high-water id: one that commits late is
found like any other (M5). A row lives until its job is done, so that a broker that lost its
memory loses nothing (G6):

    waiting → claimed (CLAIM_SECONDS to send it) → sent (RESEND_SECONDS to be done) → deleted

Either time over, the row is due again; after MOST_ATTEMPTS it stays as a dead letter (G5).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, text

from engine.db.quoting import table

CLAIM_SECONDS = 30
RESEND_SECONDS = 600
MOST_ATTEMPTS = 20

_DUE = f"""
    available_at <= now() and attempts < {MOST_ATTEMPTS}
    and case when sent_at is null
        then claimed_at is null or claimed_at < now() - interval '{CLAIM_SECONDS} seconds'
        else sent_at < now() - interval '{RESEND_SECONDS} seconds' end
"""


@dataclass(frozen=True, slots=True)
class Claimed:
    """A message to send: the number of its row, and its kind such as `record.created`."""

    id: int
    kind: str


def claim(connection: Connection, schema: str, worker: str, limit: int) -> Sequence[Claimed]:
    """Claims up to `limit` due rows for `worker`, oldest first; others get other rows."""
    outbox = table(schema, "outbox")
    rows = connection.execute(
        text(
            f"with due as (select id from {outbox} where {_DUE} order by available_at, id"
            " limit :limit for update skip locked)"
            f" update {outbox} o set claimed_at = now(), claimed_by = :worker, sent_at = null,"
            " attempts = o.attempts + 1 from due where o.id = due.id returning o.id, o.kind"
        ),
        {"limit": limit, "worker": worker},
    )
    return sorted((Claimed(row.id, row.kind) for row in rows), key=lambda each: each.id)


def mark_sent(connection: Connection, schema: str, ids: Sequence[int]) -> None:
    """The broker has them; what a worker has finished in the meantime is gone already."""
    connection.execute(
        text(f"update {table(schema, 'outbox')} set sent_at = now() where id = any(:ids)"),
        {"ids": list(ids)},
    )


def mark_done(connection: Connection, schema: str, id: int) -> bool:
    """Deletes the row in the transaction of its effect; False when it was done before (G3)."""
    gone = connection.execute(
        text(f"delete from {table(schema, 'outbox')} where id = :id returning id"), {"id": id}
    )
    return gone.first() is not None


def waiting_count(connection: Connection, schema: str) -> tuple[int, int]:
    """How many rows are not done, and how many of them are dead letters."""
    row = connection.execute(
        text(
            "select count(*) as waiting, count(*) filter (where attempts >= :most) as dead"
            f" from {table(schema, 'outbox')}"
        ),
        {"most": MOST_ATTEMPTS},
    ).one()
    return row.waiting, row.dead
