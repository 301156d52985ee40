"""Loads who asks anew; requests of a session that find themselves stale together share a load.

After a change of metadata every request under way does; each loading the same would make threads
and connections scarce for those that could go on.
"""

import asyncio
import time
from dataclasses import dataclass, field
from weakref import WeakValueDictionary

from engine.access.model import Principal
from engine.access.principals import load_principal
from engine.base.errors import TimedOut, Unauthenticated
from engine.db.write_engine import transaction
from resolvers.context import RequestContext


@dataclass(weakref_slot=True, slots=True)
class _Session:
    """A session that requests reload: whose turn it is, and the last load with its beginning."""

    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    began: float = 0.0
    found: Principal | None = None


class Reloading:
    """Principals of sessions, one load of each at a time. Lives on one event loop."""

    def __init__(self) -> None:
        self._sessions: WeakValueDictionary[tuple[int, bytes], _Session] = WeakValueDictionary()

    async def reload(self, context: RequestContext, token_hash: bytes) -> None:
        """Puts the session's present principal in the context; nobody when the session is over.

        A load is shared only by those who asked before it began: one that began earlier may not
        have seen what made them ask. Raises TimedOut when the request's time is over before its
        turn."""
        asked = time.monotonic()
        key = (context.company.id, token_hash)
        session = self._sessions.get(key)
        if session is None:
            session = self._sessions[key] = _Session()
        await _wait(session.turn, context.request.deadline)
        try:
            if session.began <= asked:
                context.services.principals.drop(*key)
                began = time.monotonic()
                session.found = await context.in_thread(_load, context, token_hash)
                session.began = began
            context.principal = session.found
        finally:
            session.turn.release()


async def _wait(turn: asyncio.Lock, deadline: float) -> None:
    try:
        async with asyncio.timeout(max(0.0, deadline - time.monotonic())):
            await turn.acquire()
    except TimeoutError:
        raise TimedOut from None


def _load(context: RequestContext, token_hash: bytes) -> Principal | None:
    try:
        with transaction(context.services.engine, context.request.deadline) as connection:
            found = load_principal(connection, context.company, token_hash)
    except Unauthenticated:
        return None
    context.services.principals.put(found)
    return found
