"""`/healthz` (alive), `/readyz` (can answer: database and platform reachable), `/metrics`."""

import asyncio
from collections.abc import Awaitable, Callable

from sqlalchemy import text
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from resolvers.context import Services
from schema.http.observe import Observed

Handler = Callable[[Request], Awaitable[Response]]


async def healthz(_request: Request) -> Response:
    return JSONResponse({"status": "ok"})


async def readyz(request: Request) -> Response:
    services: Services | None = getattr(request.app.state, "services", None)
    if services is None:
        return JSONResponse({"status": "starting"}, 503)
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(3):
            await loop.run_in_executor(services.writers, _ask, services)
    except Exception:  # noqa: BLE001
        return JSONResponse({"status": "database"}, 503)
    return JSONResponse({"status": "ready"})


def metrics(observed: Observed) -> Handler:
    async def handler(_request: Request) -> Response:
        return Response(observed.text(), media_type="text/plain; version=0.0.4")

    return handler


def _ask(services: Services) -> None:
    with services.engine.connect() as connection:
        connection.execute(text("select 1 from qiansi.platform_state"))
