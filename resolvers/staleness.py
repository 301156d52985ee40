"""What happens when a statement's check finds that session or versions have moved (principle 9).

Rights are reloaded and the work is done again, once. A moved metadata version is for the whole
request to answer, with the schema of that version.
"""

from collections.abc import Awaitable, Callable
from inspect import isawaitable
from typing import Any, TypeVar

from engine.base.errors import SchemaChanged, StaleVersion, StillComputing
from resolvers.context import RequestContext

T = TypeVar("T")


async def again_when_stale(context: RequestContext, work: Callable[[], Awaitable[T]]) -> T:
    """The result of `work`, tried a second time after a reload of the principal.

    Raises Unauthenticated when the session is over, StaleVersion when the metadata moved (which a
    field that is computed by now is a sign of), SchemaChanged when the second try is stale again.
    """
    seen = context.principal
    try:
        return await work()
    except StaleVersion:
        await context.refresh(seen)
    except StillComputing:
        await context.refresh(seen)  # no statement has looked whether that is still so
        raise
    context.viewer()
    try:
        return await work()
    except StaleVersion:
        raise SchemaChanged from None


async def resolve_mutation(
    original: Callable[..., Any], root: Any, info: Any, **arguments: Any
) -> Any:
    """Resolver around every root field of Mutation: a stale check is met by a second try, and
    what is done is counted, so that a request is never run again after an effect."""

    async def work() -> Any:
        found = original(root, info, **arguments)
        return await found if isawaitable(found) else found

    return await done_once(info.context, work)


async def done_once(context: RequestContext, work: Callable[[], Awaitable[T]]) -> T:
    """The result of a mutation field's work, counted as an effect of the request."""
    result = await again_when_stale(context, work)
    context.effects += 1
    return result
