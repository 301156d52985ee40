"""One command of a mutation field: run in a thread, with the request's idempotency key."""

from engine.commands.actor import IdempotencyKey
from engine.commands.command import Command, Outcome
from engine.commands.run import run_command
from resolvers.context import RequestContext
from resolvers.staleness import again_when_stale


async def run(context: RequestContext, command: Command, index: int) -> Outcome:
    """`index` is the position of the mutation field in its document, part of its key.

    A command that finds its principal stale has done nothing, so it is run again.
    """
    request = context.request
    idempotency = None
    if request.mutation_key is not None:
        idempotency = IdempotencyKey(request.mutation_key, request.body_hash, index)

    async def work() -> Outcome:
        return await context.in_thread(run_command, command, context.actor(idempotency))

    return await again_when_stale(context, work)
