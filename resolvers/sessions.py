"""The viewer's own sessions: listed and ended."""

from engine.access import sessions as engine_sessions
from engine.access.sessions import SessionInfo
from resolvers.context import RequestContext
from resolvers.ids import id_of
from resolvers.staleness import again_when_stale


async def sessions(context: RequestContext) -> list[SessionInfo]:
    """The live ones, the last used first."""

    async def work() -> list[SessionInfo]:
        return await context.in_thread(
            engine_sessions.list_sessions, context.place, context.viewer()
        )

    return await again_when_stale(context, work)


async def revoke_session(context: RequestContext, id: str) -> None:
    """Ends one of them; NotFound for a session of anybody else."""
    found = id_of(id, "id", "session")

    async def work() -> None:
        await context.in_thread(
            engine_sessions.revoke_session, context.place, context.viewer(), found.number
        )

    await again_when_stale(context, work)
