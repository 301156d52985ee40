"""Removes sign-in leftovers: dead sessions, old attempts and tokens, old idempotency keys."""

from sqlalchemy import text

from engine.db.quoting import table
from engine.db.write_engine import transaction
from jobs.context import JobContext

BATCH = 5_000

# table → which rows go; a day late, so that nothing that is being looked at disappears
_SWEPT = {
    "session": "least(expires_at, idle_expires_at, coalesce(revoked_at, expires_at)) < {day}",
    "sign_in_attempt": "at < {day}",
    "one_time_token": "expires_at < {day}",
    "idempotency_key": "created_at < {day}",
}
_DAY_AGO = "now() - interval '24 hours'"


def run(context: JobContext, schema: str) -> None:
    """Idempotent; in batches, each a transaction of its own."""
    for name, condition in _SWEPT.items():
        while _sweep(context, table(schema, name), condition.format(day=_DAY_AGO)) == BATCH:
            pass


def _sweep(context: JobContext, name: str, condition: str) -> int:
    with transaction(context.engine) as connection:
        gone = connection.execute(
            text(
                f"delete from {name} where ctid = any(array(select ctid from {name}"
                f" where {condition} limit :limit for update skip locked))"
            ),
            {"limit": BATCH},
        )
        return gone.rowcount
