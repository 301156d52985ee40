"""One command of a mutation field: one message where it can be, else run in a thread; with the
request's idempotency key."""

from engine.commands.actor import IdempotencyKey
from engine.commands.command import Command, Outcome, UpdateRecord
from engine.commands.direct_update import update_directly
from engine.commands.run import run_command
from resolvers.context import RequestContext
from resolvers.loaders import Reading, read_behind
from resolvers.staleness import again_when_stale


async def run(
    context: RequestContext, command: Command, index: int, reading: Reading | None = None
) -> Outcome:
    """`index` is the position of the mutation field in its document, part of its key; `reading`
    is what will be read of the record.

    A command that finds its principal stale has done nothing, so it is run again.
    """

    async def work() -> Outcome:
        return await run_once(context, command, index, reading)

    return await again_when_stale(context, work)


async def run_once(
    context: RequestContext, command: Command, index: int, reading: Reading | None = None
) -> Outcome:
    """For a command whose values were checked with the principal before: a stale one is for the
    mutation field to begin again with (`staleness.resolve_mutation`). Raises StaleVersion."""
    request = context.request
    idempotency = None
    if request.mutation_key is not None:
        idempotency = IdempotencyKey(request.mutation_key, request.body_hash, index)
    behind = None if reading is None else read_behind(reading)
    actor, messages = context.actor(idempotency), context.services.messages
    if messages is not None and isinstance(command, UpdateRecord):
        outcome = await update_directly(messages, command, actor, behind)
        if outcome is not None:
            return outcome
    return await context.in_thread(run_command, command, actor, behind)
