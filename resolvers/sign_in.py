"""Signing in and out, and passwords: each one call of `engine/access`, off the event loop."""

from engine.access import password_change, sessions
from engine.access.password_change import OneTimeToken
from engine.access.principals import load_principal
from engine.access.sessions import SignedIn, token_hash
from engine.access.sign_in import sign_in as open_signed_in
from engine.base.errors import InvalidInput, Problem
from engine.base.identifiers import parse_id
from engine.db.write_engine import transaction
from resolvers.context import RequestContext


async def sign_in(context: RequestContext, account: str, password: str, cookie: bool) -> SignedIn:
    """A new session; from here on the request is its user's, so the answer may show the user."""
    signed_in = await context.in_thread(
        open_signed_in, context.place, account, password, context.caller(cookie=cookie)
    )
    await context.in_thread(_become, context, signed_in.token)
    if cookie:
        context.set_session_cookie(signed_in.token, signed_in.expires_at)
    return signed_in


def _become(context: RequestContext, token: str) -> None:
    with transaction(context.place.engine) as connection:
        context.principal = load_principal(connection, context.company, token_hash(token))


async def sign_out(context: RequestContext) -> None:
    """Ends the session of the request and takes its cookie away."""
    viewer = context.viewer()
    await context.in_thread(sessions.sign_out, context.place, viewer)
    context.services.principals.drop(viewer.company_id, viewer.session_hash)
    context.clear_session_cookie()


async def change_password(context: RequestContext, old: str, new: str) -> None:
    """The viewer's own password."""
    await context.in_thread(
        password_change.change_password,
        context.place,
        context.viewer(),
        old,
        new,
        context.caller(),
    )


async def set_password(context: RequestContext, token: str, password: str) -> None:
    """Spends a one-time token; needs no session."""
    await context.in_thread(password_change.set_password, context.place, token, password)


async def reset_password(context: RequestContext, user: str) -> OneTimeToken:
    """A one-time token for another user, from somebody who may update users."""
    found = parse_id(user, ("user",))
    if found.object != "user":
        raise InvalidInput([Problem(("user",), "BAD_ID")])
    return await context.in_thread(
        password_change.reset_password, context.place, context.viewer(), found.number
    )
