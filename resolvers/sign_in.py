"""Signing in and out, and passwords: each one call of `engine/access`, off the event loop.

Hashing has threads of its own, so a flood of sign-ins keeps no command waiting (A8).
"""

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from typing import TypeVar

from engine.access import password_change, sessions
from engine.access.password_change import OneTimeToken
from engine.access.principals import load_principal
from engine.access.sessions import SignedIn, token_hash
from engine.access.sign_in import sign_in as open_signed_in
from engine.base.errors import TimedOut
from engine.db.write_engine import transaction
from resolvers.context import RequestContext
from resolvers.ids import id_of
from resolvers.staleness import again_when_stale

T = TypeVar("T")


async def sign_in(context: RequestContext, account: str, password: str, cookie: bool) -> SignedIn:
    """A new session; from here on the request is its user's, so the answer may show the user."""
    context.secret = True
    caller = context.caller(cookie=cookie)
    signed_in = await _hashing(
        context, lambda: open_signed_in(context.place, account, password, caller)
    )
    await context.in_thread(_become, context, signed_in.token)
    if cookie:
        context.set_session_cookie(signed_in.token, signed_in.expires_at)
    return signed_in


def _become(context: RequestContext, token: str) -> None:
    with transaction(context.place.engine) as connection:
        principal = load_principal(connection, context.company, token_hash(token))
    context.services.principals.put(principal)
    context.principal = principal


async def sign_out(context: RequestContext) -> None:
    """Ends the session of the request and takes its cookie away."""
    viewer = context.viewer()
    await context.in_thread(sessions.sign_out, context.place, viewer)
    context.services.principals.drop(viewer.company_id, viewer.session_hash)
    context.clear_session_cookie()


async def change_password(context: RequestContext, old: str, new: str) -> None:
    """The viewer's own password."""
    caller = context.caller()

    async def work() -> None:
        viewer = context.viewer()
        await _hashing(
            context,
            lambda: password_change.change_password(context.place, viewer, old, new, caller),
        )

    await again_when_stale(context, work)


async def set_password(context: RequestContext, token: str, password: str) -> None:
    """Spends a one-time token; needs no session."""
    await _hashing(context, lambda: password_change.set_password(context.place, token, password))


async def reset_password(context: RequestContext, user: str) -> OneTimeToken:
    """A one-time token for another user, from somebody who may update users."""
    context.secret = True
    found = id_of(user, "user", "user")

    async def work() -> OneTimeToken:
        return await context.in_thread(
            password_change.reset_password, context.place, context.viewer(), found.number
        )

    return await again_when_stale(context, work)


async def _hashing(context: RequestContext, work: Callable[[], T]) -> T:
    """Runs `work` among the hashing threads; what waited past its deadline is not begun."""

    def begin() -> T:
        if time.monotonic() >= context.request.deadline:
            raise TimedOut
        return work()

    threads = _threads(context.services.settings.hash_concurrency)
    return await asyncio.get_running_loop().run_in_executor(threads, begin)


@lru_cache(maxsize=8)
def _threads(concurrency: int) -> ThreadPoolExecutor:
    # Two more than hashes at a time: they read and write the database around the hash.
    return ThreadPoolExecutor(concurrency + 2, thread_name_prefix="sign-in")
