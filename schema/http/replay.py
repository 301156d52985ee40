"""`Idempotency-Key` on a mutation request: once done, the same key and body give the same bytes.

The effect of each mutation is kept by its own transaction (`engine/commands/idempotency.py`);
here it is the whole answer, so that the second one equals the first. It is given again to a
live session with the same rights only; otherwise the commands tell their outcome and what they
show is read anew (A6, B3).
"""

import re

from engine.access.marks import mark_session
from engine.access.principals import check_principal
from engine.base.clock import now
from engine.base.errors import InvalidInput, Problem, StaleVersion
from engine.commands.actor import IdempotencyKey
from engine.commands.idempotency import load_response, store_response
from engine.db.write_engine import transaction
from resolvers.context import RequestContext

_KEY = re.compile(r"[\x21-\x7e]{1,200}", re.ASCII)


def checked_key(value: str) -> str:
    """The header's value. Raises InvalidInput unless it is 1 to 200 visible characters."""
    if not _KEY.fullmatch(value):
        raise InvalidInput([Problem(("Idempotency-Key",), "BAD_FORMAT")])
    return value


async def stored_answer(context: RequestContext) -> bytes | None:
    """The bytes answered before. Raises Conflict when the key came with another body."""
    given = _given(context)
    if given is None:
        return None
    seen = context.principal
    try:
        return await context.in_thread(_load, context, given)
    except StaleVersion:
        await context.refresh(seen)
    return await context.in_thread(_load, context, given) if context.principal else None


async def store_answer(context: RequestContext, body: bytes) -> None:
    given = _given(context)
    if given is not None:
        await context.in_thread(_store, context, given, body)


def _given(context: RequestContext) -> IdempotencyKey | None:
    request = context.request
    if request.mutation_key is None or context.principal is None:
        return None
    return IdempotencyKey(request.mutation_key, request.body_hash)


def _load(context: RequestContext, given: IdempotencyKey) -> bytes | None:
    viewer = context.viewer()
    with transaction(context.services.engine) as connection:
        check_principal(connection, viewer)
        kept = load_response(connection, context.company.schema, viewer.user_id, given, now())
        if kept is not None and context.services.settings.database_read_url:
            mark_session(connection, viewer)
    rights, _, body = (kept or b"").partition(b"\n")
    return body if rights == viewer.profile.key.encode() else None


def _store(context: RequestContext, given: IdempotencyKey, body: bytes) -> None:
    viewer = context.viewer()
    kept = viewer.profile.key.encode() + b"\n" + body
    with transaction(context.services.engine) as connection:
        store_response(connection, context.company.schema, viewer.user_id, given, kept)
