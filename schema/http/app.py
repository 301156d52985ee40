"""The web application: its routes, its middleware in order, and what starts and stops with it."""

import gc
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Route

from engine.access.principals import PrincipalCache
from engine.access.sessions import SessionUse
from engine.base.settings import Settings
from engine.db.read_pool import ReadPool
from engine.db.write_engine import make_engine
from engine.query.plans import PlanCache
from resolvers.context import Services
from schema.companies import Companies
from schema.http.endpoint import GraphQLEndpoint
from schema.http.health import healthz, metrics, readyz
from schema.http.middleware import Envelope, ShortWay
from schema.http.observe import Observed


def create_app(settings: Settings) -> Starlette:
    """The ASGI application. Connections open with its lifespan, not here."""
    observed = Observed()
    endpoint = GraphQLEndpoint(observed)

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        async with _services(settings) as services:
            companies = Companies(services.engine, services.writers, settings)
            endpoint.start(services, companies)
            await companies.warm()
            app.state.services = services
            # what is alive now stays: no need to walk it again and again
            gc.collect()
            gc.freeze()
            yield

    return Starlette(
        routes=[
            Route("/graphql", endpoint),
            Route("/healthz", healthz),
            Route("/readyz", readyz),
            Route("/metrics", metrics(observed)),
        ],
        middleware=[
            Middleware(Envelope),
            Middleware(ShortWay, path="/graphql", to=endpoint),
        ],
        lifespan=lifespan,
    )


@asynccontextmanager
async def _services(settings: Settings) -> AsyncIterator[Services]:
    engine = make_engine(settings)
    pool = ReadPool(settings)
    writers = ThreadPoolExecutor(settings.write_connections, thread_name_prefix="write")
    try:
        await pool.start()
        yield Services(settings, engine, pool, writers, PlanCache(), PrincipalCache(), SessionUse())
    finally:
        await pool.stop()
        writers.shutdown(wait=True, cancel_futures=True)
        engine.dispose()
