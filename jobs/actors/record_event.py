"""Something happened to a record: for now the event is only noted as delivered."""

from engine.db.write_engine import transaction
from engine.outbox.claim import mark_done
from jobs.context import JobContext


def run(context: JobContext, schema: str, message_id: int) -> None:
    """Idempotent: the row of the outbox goes in the transaction of the effect."""
    with transaction(context.engine) as connection:
        mark_done(connection, schema, message_id)
