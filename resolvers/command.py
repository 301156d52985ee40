"""One command of a mutation field: run in a thread, with the request's idempotency key."""

from engine.base.errors import InvalidInput, Problem, TooLarge
from engine.base.identifiers import RecordId, parse_id
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


def ids_of(context: RequestContext, texts: list[str], name: str) -> tuple[RecordId, ...]:
    """The ids of a list argument, each once, in order. Raises InvalidInput with all bad
    ones, TooLarge for more than a batch may hold."""
    limit = context.services.settings.batch_limit
    if len(texts) > limit:
        raise TooLarge("batch", limit=limit)
    found: list[RecordId] = []
    problems: list[Problem] = []
    for position, each in enumerate(texts):
        try:
            found.append(parse_id(each, (name, position)))
        except InvalidInput as error:
            problems += error.problems
    if problems:
        raise InvalidInput(problems)
    return tuple(dict.fromkeys(found))


def id_of(text: str, name: str, object_name: str | None = None) -> RecordId:
    """The id of an argument; of `object_name`, when given. Raises InvalidInput."""
    found = parse_id(text, (name,))
    if object_name is not None and found.object != object_name:
        raise InvalidInput([Problem((name,), "BAD_ID")])
    return found
