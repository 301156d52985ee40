"""`/healthz` (alive), `/readyz` (can answer: database, platform and broker reachable), `/metrics`.

Readiness names the first thing that is missing and nothing of its address.
"""

import asyncio
from collections.abc import Awaitable, Callable

from redis import Redis
from sqlalchemy import text
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from resolvers.context import Services
from schema.http.observe import Observed

ASK_SECONDS = 3
Handler = Callable[[Request], Awaitable[Response]]


async def healthz(_request: Request) -> Response:
    return JSONResponse({"status": "ok"})


async def readyz(request: Request) -> Response:
    services: Services | None = getattr(request.app.state, "services", None)
    if services is None:
        return JSONResponse({"status": "starting"}, 503)
    loop = asyncio.get_running_loop()
    for name, ask in (("database", _ask_database), ("broker", _ask_broker)):
        try:
            async with asyncio.timeout(ASK_SECONDS):
                await loop.run_in_executor(services.writers, ask, services)
        except Exception:  # noqa: BLE001 - whatever hinders it, it is not ready
            return JSONResponse({"status": name}, 503)
    return JSONResponse({"status": "ready"})


def metrics(observed: Observed) -> Handler:
    async def handler(_request: Request) -> Response:
        return Response(observed.text(), media_type="text/plain; version=0.0.4")

    return handler


def _ask_database(services: Services) -> None:
    with services.engine.connect() as connection:
        connection.execute(text("select 1 from qiansi.platform_state"))


def _ask_broker(services: Services) -> None:
    """Jobs wait in the database without it, so reads and writes go on; still not ready."""
    if services.settings.redis_url:
        with Redis.from_url(services.settings.redis_url, socket_timeout=ASK_SECONDS) as client:
            client.ping()
