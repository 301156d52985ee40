"""The live companies of a process: snapshot, schema and documents of each, built single-flight.

A newer version is built beside the running one, in a thread; schemas unused longest are let go.
"""

import asyncio
import time
from collections import OrderedDict
from concurrent.futures import Executor
from dataclasses import dataclass

from sqlalchemy import Engine

from engine.base.errors import NotFound
from engine.base.settings import Settings
from engine.db.companies import Company, find_company, load_companies
from engine.db.write_engine import transaction
from metadata.snapshot import Snapshot
from metadata.store import load_snapshot
from resolvers.documents import Documents
from schema.build import CompanySchema, build_schema

MOST_SCHEMAS = 100
MOST_NAMES = 10_000
KNOWN_SECONDS = 60
UNKNOWN_SECONDS = 2


@dataclass(frozen=True)
class Live:
    """A company as this process serves it now."""

    company: Company
    snapshot: Snapshot
    schema: CompanySchema
    documents: Documents


class Companies:
    """Finds companies by what a request says and keeps their schemas."""

    def __init__(self, engine: Engine, threads: Executor, settings: Settings) -> None:
        self._engine, self._threads, self._settings = engine, threads, settings
        self._live: OrderedDict[int, Live] = OrderedDict()
        self._building: dict[int, asyncio.Task[Live]] = {}
        self._found: dict[str, tuple[Company, float]] = {}

    def known(self, named: str, host: str) -> Company | None:
        """What `find` would give, when that is known without asking the database."""
        known = self._found.get(named or host)
        return known[0] if known is not None and time.monotonic() < known[1] else None

    async def find(self, named: str, host: str) -> Company:
        """By the header X-Company (domain or name), else by host, else the oldest company.

        Raises NotFound for a name that is nobody's, or when there is no company yet.
        """
        name = named or host
        loop = asyncio.get_running_loop()
        found = await loop.run_in_executor(self._threads, self._look_up, named, host)
        if len(self._found) > MOST_NAMES:
            self._found.clear()
        # a host that is nobody's yet may become a company's own at any time
        exact = name in (found.domain, found.name)
        seconds = KNOWN_SECONDS if exact else UNKNOWN_SECONDS
        self._found[name] = (found, time.monotonic() + seconds)
        return found

    def _look_up(self, named: str, host: str) -> Company:
        with transaction(self._engine) as connection:
            found = find_company(connection, domain=named or host)
            if found is not None:
                return found
            companies = load_companies(connection)
        if named:
            companies = [each for each in companies if each.name == named]
        if not companies:
            raise NotFound("company")
        return companies[0]

    def current(self, company: Company) -> Live | None:
        """The schema that is there, if any; recency is noted when a newer one is asked for."""
        return self._live.get(company.id)

    async def live(self, company: Company, version: int = 0) -> Live:
        """The company's schema, of at least the metadata version `version`."""
        found = self._live.get(company.id)
        if found is not None and found.snapshot.version >= version:
            self._live.move_to_end(company.id)
            return found
        task = self._building.get(company.id)
        if task is None:
            task = asyncio.create_task(self._build(company))
            self._building[company.id] = task
        return await asyncio.shield(task)

    async def warm(self) -> None:
        """Builds the schema of the oldest company, so that the first request need not wait."""
        try:
            await self.live(await self.find("", ""))
        except NotFound:
            return

    async def _build(self, company: Company) -> Live:
        try:
            loop = asyncio.get_running_loop()
            made = await loop.run_in_executor(self._threads, self._load, company)
            self._live[company.id] = made
            while len(self._live) > MOST_SCHEMAS:
                self._live.popitem(last=False)
            return made
        finally:
            self._building.pop(company.id, None)

    def _load(self, company: Company) -> Live:
        with transaction(self._engine) as connection:
            snapshot = load_snapshot(connection, company.schema)
        schema = build_schema(snapshot)
        documents = Documents(schema.graphql, snapshot, self._settings)
        return Live(company, snapshot, schema, documents)
