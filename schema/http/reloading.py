"""Loads who asks anew, once for all requests of a session that find themselves stale together.

After a change of metadata every request under way does; each loading the same would make threads
and connections scarce for those that could go on.
"""

import asyncio
import time
from weakref import WeakValueDictionary

from engine.access.model import Principal
from engine.access.principals import load_principal
from engine.base.errors import TimedOut, Unauthenticated
from engine.db.write_engine import transaction
from resolvers.context import RequestContext


class Reloading:
    """Principals of sessions, one load of each at a time. Lives on one event loop."""

    def __init__(self) -> None:
        self._turns: WeakValueDictionary[tuple[int, bytes], asyncio.Lock] = WeakValueDictionary()

    async def reload(self, context: RequestContext, token_hash: bytes) -> None:
        """Puts the session's present principal in the context; nobody when the session is over.

        Raises TimedOut when the request's time is over before its turn."""
        principals, key = context.services.principals, (context.company.id, token_hash)
        turn = self._turns.get(key)
        if turn is None:
            turn = self._turns[key] = asyncio.Lock()
        await _wait(turn, context.request.deadline)
        try:
            found = principals.get(*key)
            if found is None or not _is_newer(found, context.principal):
                principals.drop(*key)
                found = await context.in_thread(_load, context, token_hash)
            context.principal = found
        finally:
            turn.release()


async def _wait(turn: asyncio.Lock, deadline: float) -> None:
    try:
        async with asyncio.timeout(max(0.0, deadline - time.monotonic())):
            await turn.acquire()
    except TimeoutError:
        raise TimedOut from None


def _is_newer(found: Principal, seen: Principal | None) -> bool:
    """Of a later version, so that what was stale of `seen` may be current in it; if it is not,
    the check of the next statement says so."""
    if seen is None:
        return True
    versions = (found.metadata_version, found.access_version)
    return versions > (seen.metadata_version, seen.access_version)


def _load(context: RequestContext, token_hash: bytes) -> Principal | None:
    try:
        with transaction(context.services.engine, context.request.deadline) as connection:
            found = load_principal(connection, context.company, token_hash)
    except Unauthenticated:
        return None
    context.services.principals.put(found)
    return found
