"""The live companies of a process: snapshot, schema and documents of each, built single-flight.

Companies with equal objects share schema and documents (`schema/shapes.py`). A newer version is
built beside the running one as soon as it is expected or heard of (`schema/listening.py`); what was
unused longest is let go, by approximate bytes.
"""

import asyncio
import math
import time
from collections import OrderedDict
from collections.abc import Coroutine, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Any

import structlog
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from engine.base.errors import AppError, NotFound
from engine.base.settings import Settings
from engine.db.companies import Company, find_company, load_companies
from engine.db.write_engine import transaction
from metadata.changes.expected import load_expected, tell_expected
from metadata.snapshot import Snapshot
from metadata.store import Written, load_version, load_written
from resolvers.documents import Documents
from schema.build import CompanySchema
from schema.shapes import Shape, Shapes

MOST_NAMES = 10_000
KNOWN_SECONDS = 60
UNKNOWN_SECONDS = 2
EXPECTED_SECONDS = 30  # how long a schema is kept for a version that may come
FORMER_SECONDS = 10  # how long a schema is remembered after the next has taken its place
MOST_TRIES = 3
BYTES_PER_COMPANY = 100_000  # what a company costs beside the shape that it may share

log = structlog.get_logger()


@dataclass(frozen=True)
class Live:
    """A company as this process serves it now; `former` was its shape until `former_until`, in
    seconds of `time.monotonic`."""

    company: Company
    snapshot: Snapshot
    shape: Shape
    former: Shape | None = None
    former_until: float = 0.0

    @property
    def schema(self) -> CompanySchema:
        return self.shape.schema

    @property
    def documents(self) -> Documents:
        return self.shape.documents

    def was_valid(
        self, query: str, operation_name: str | None, variables: Mapping[str, Any]
    ) -> bool:
        """Whether what is not valid was so a moment ago: who sent it could not know."""
        if self.former is None or time.monotonic() > self.former_until:
            return False
        try:
            self.former.documents.make(query, operation_name).coerce(variables)
        except AppError:
            return False
        return True


class Companies:
    """Finds companies by what a request says and keeps their schemas."""

    def __init__(self, engine: Engine, threads: Executor, settings: Settings) -> None:
        self._engine, self._threads, self._settings = engine, threads, settings
        self._shapes = Shapes(settings)
        self._live: OrderedDict[int, Live] = OrderedDict()
        self._building: dict[int, asyncio.Task[Live]] = {}
        self._renewing: set[asyncio.Task[None]] = set()
        self._found: dict[str, tuple[Company, float]] = {}
        self._expected: dict[int, Shape] = {}

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
        """The schema that is there, if any; noted as used."""
        found = self._live.get(company.id)
        if found is not None:
            self._live.move_to_end(company.id)
        return found

    async def live(self, company: Company, version: int = 0) -> Live:
        """The company's schema, of at least the metadata version `version`."""
        for _ in range(MOST_TRIES):
            found = self._live.get(company.id)
            if found is not None and found.snapshot.version >= version:
                self._live.move_to_end(company.id)
                break
            task = self._building.get(company.id)
            if task is None:
                task = asyncio.create_task(self._build(company))
                self._building[company.id] = task
            # one that began before `version` was there may bring an older one
            found = await asyncio.shield(task)
        assert found is not None
        return found

    async def prepare(self, company: Company, dry_run: bool, written: Written) -> Shape:
        """Builds the schema of what is not committed yet, so that it is there when it is, and
        lets the other processes do so too.

        Raises ValueError when it cannot be built. Who holds the result keeps it."""
        if dry_run:
            return await self._ready(company, written)
        telling = asyncio.to_thread(tell_expected, self._settings, company.schema, written)
        shape, told = await asyncio.gather(
            self._ready(company, written), asyncio.create_task(telling), return_exceptions=True
        )
        if isinstance(told, BaseException):
            log.warning("others not told of metadata", error=type(told).__name__)
        if isinstance(shape, BaseException):
            raise shape
        return shape

    async def _ready(self, company: Company, written: Written) -> Shape:
        """The shape, with the documents that the company's clients send."""
        shape = await self._shapes.get(written)
        known = self._live.get(company.id)
        if known is not None and known.shape is not shape:
            await shape.documents.follow(known.documents)
        return shape

    def expected(self, schema: str) -> None:
        """A new version of a served company may be there in a moment."""
        for each in list(self._live.values()):
            if each.company.schema == schema:
                self._beside(self._expect(each.company))

    async def _expect(self, company: Company) -> None:
        loop = asyncio.get_running_loop()
        try:
            written = await loop.run_in_executor(self._threads, self._load_expected, company)
            if written is not None:
                shape = self._expected[company.id] = await self._ready(company, written)
                loop.call_later(EXPECTED_SECONDS, self._expect_no_more, company, shape)
        except Exception as error:  # noqa: BLE001 - it may never come; if it does, that is told
            log.warning("schema not built beforehand", error=type(error).__name__)

    def _expect_no_more(self, company: Company, shape: Shape) -> None:
        if self._expected.get(company.id) is shape:
            del self._expected[company.id]

    def heard(self, schema: str, version: int) -> None:
        """A version of a served company is there; of "" perhaps of any."""
        for each in list(self._live.values()):
            if schema in ("", each.company.schema) and each.snapshot.version < (
                version or math.inf
            ):
                self._beside(self._renew(each, version))

    def _beside(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._renewing.add(task)
        task.add_done_callback(self._renewing.discard)

    async def _renew(self, known: Live, version: int) -> None:
        loop = asyncio.get_running_loop()
        try:
            if not version:
                version = await loop.run_in_executor(self._threads, self._version, known.company)
            await self.live(known.company, version)
        except (AppError, DBAPIError) as error:
            log.warning("schema not renewed", error=type(error).__name__)

    async def warm(self) -> None:
        """Builds the schema of the oldest company, so that the first request need not wait."""
        try:
            await self.live(await self.find("", ""))
        except NotFound:
            return

    async def _build(self, company: Company) -> Live:
        try:
            loop = asyncio.get_running_loop()
            written = await loop.run_in_executor(self._threads, self._load, company)
            shape = await self._shapes.get(written)
            made = Live(
                company, shape.snapshot(written.version), shape, *self._former(company, shape)
            )
            self._live[company.id] = made
            self._live.move_to_end(company.id)
            self._let_go()
            return made
        finally:
            self._building.pop(company.id, None)

    def _former(self, company: Company, shape: Shape) -> tuple[Shape | None, float]:
        known = self._live.get(company.id)
        if known is None or known.shape is shape:
            return None, 0.0
        return known.shape, time.monotonic() + FORMER_SECONDS

    def _version(self, company: Company) -> int:
        with transaction(self._engine) as connection:
            return load_version(connection, company.schema)

    def _load(self, company: Company) -> Written:
        with transaction(self._engine) as connection:
            return load_written(connection, company.schema)

    def _load_expected(self, company: Company) -> Written | None:
        with transaction(self._engine) as connection:
            return load_expected(connection, company.schema)

    def _let_go(self) -> None:
        """Companies unused longest, until the rest is within the limit; never the last one."""
        while len(self._live) > 1 and self._bytes() > self._settings.schemas_limit_bytes:
            self._live.popitem(last=False)

    def _bytes(self) -> int:
        shapes = {id(each.shape): each.shape.bytes for each in self._live.values()}
        return sum(shapes.values()) + BYTES_PER_COMPANY * len(self._live)
