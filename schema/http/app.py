"""The web application: its routes, and what starts and stops with it."""

import asyncio
import gc
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial

import structlog
from starlette.applications import Starlette
from starlette.routing import Route

from engine.access.principals import PrincipalCache
from engine.access.sessions import SessionUse
from engine.base.settings import Settings
from engine.db.message_pool import message_pool
from engine.db.read_pool import ReadPool
from engine.db.replica import Replica
from engine.db.write_engine import make_engine
from engine.query.plans import PlanCache
from resolvers.context import Services
from resolvers.sent_operations import write_sent
from schema.companies import Companies
from schema.http.endpoint import GraphQLEndpoint
from schema.http.health import healthz, metrics, readyz
from schema.http.middleware import Front
from schema.http.observe import Observed
from schema.http.replica_metrics import ReplicaMetrics
from schema.http.trusted import trusted_documents
from schema.listening import Listener

NOTE_SECONDS = 60
log = structlog.get_logger()


def create_app(settings: Settings) -> Front:
    """The ASGI application. Connections open with its lifespan, not here."""
    observed = Observed()
    endpoint = GraphQLEndpoint(observed)

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        async with _services(settings) as services:
            if services.replica is not None:
                observed.registry.register(ReplicaMetrics(services.replica))
            companies = Companies(services.engine, services.writers, settings)
            trusted = trusted_documents(settings)
            services = replace(
                services,
                prepare=companies.prepare,
                serve=companies.live,
                registered=partial(trusted.touching, companies),
            )
            endpoint.start(services, companies, trusted)
            await companies.warm()
            listener = Listener(settings, companies.heard, companies.expected)
            listener.start()
            noting = asyncio.create_task(_note_sent(services))
            app.state.services = services
            # what is alive now stays: no need to walk it again and again
            gc.collect()
            gc.freeze()
            yield
            listener.stop()
            noting.cancel()
            await _write_sent(services)

    routes = [
        Route("/healthz", healthz),
        Route("/readyz", readyz),
        Route("/metrics", metrics(observed)),
    ]
    return Front("/graphql", endpoint, Starlette(routes=routes, lifespan=lifespan))


async def _note_sent(services: Services) -> None:
    """Writes once a minute which operations were sent."""
    while True:
        await asyncio.sleep(NOTE_SECONDS)
        await _write_sent(services)


async def _write_sent(services: Services) -> None:
    loop = asyncio.get_running_loop()
    try:
        taken = await services.sent.take()
        await loop.run_in_executor(services.writers, write_sent, services.engine, taken)
    except Exception as error:  # noqa: BLE001 - whatever it is, the next ones are to be noted
        log.warning("operations not noted", error=repr(error))


@asynccontextmanager
async def _services(settings: Settings) -> AsyncIterator[Services]:
    engine = make_engine(settings)
    pool = ReadPool(settings)
    messages = message_pool(settings)
    replica = Replica(settings) if settings.database_read_url else None
    writers = ThreadPoolExecutor(settings.write_connections, thread_name_prefix="write")
    try:
        await pool.start()
        if messages is not None:
            messages.begin()
        if replica is not None:
            replica.start()
        kept = (PlanCache(), PrincipalCache(), SessionUse())
        yield Services(settings, engine, pool, writers, *kept, replica, messages)
    finally:
        if replica is not None:
            await replica.stop()
        if messages is not None:
            await messages.stop()
        await pool.stop()
        writers.shutdown(wait=True, cancel_futures=True)
        engine.dispose()
