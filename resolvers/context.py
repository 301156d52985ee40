"""What every resolver is given: the process's services and the facts of one request.

Owns no rule: it hands work to the engine, blocking work to a bounded thread pool (M1).
"""

import asyncio
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple, ParamSpec, Protocol, TypeVar

from graphql import GraphQLSchema
from sqlalchemy import Engine

from engine.access.model import Principal
from engine.access.place import AccessPlace, Caller
from engine.access.principals import PrincipalCache
from engine.access.sessions import SessionUse
from engine.base.errors import Problem, StaleVersion, TimedOut, Unauthenticated
from engine.base.settings import Settings
from engine.commands.actor import Actor, IdempotencyKey
from engine.db.companies import Company
from engine.db.message_pool import MessagePool
from engine.db.replica import Replica
from engine.query.plans import PlanCache
from engine.query.replica_reads import ReplicaReads
from engine.query.run import Reader, TextPool
from engine.scenes.cache import SceneCache
from metadata.changes.client_operations import Operation
from metadata.snapshot import Snapshot
from metadata.store import Written
from resolvers.sent_operations import SentOperations

P = ParamSpec("P")
T = TypeVar("T")


class Prepared(Protocol):
    """What was built of metadata that may become current."""

    @property
    def graphql(self) -> GraphQLSchema: ...


async def _nothing(*_: object) -> None:
    return None


async def _nothing_registered(company: Company) -> Sequence[Operation]:
    return ()


async def _unprepared(*_: object) -> Prepared:
    raise NotImplementedError("this process builds no schemas")


@dataclass(frozen=True)
class Services:
    """What a process shares between requests. `writers` bounds blocking database work, `messages`
    sends transactions that need no answer on the way; `prepare`
    builds the schema of metadata that may become current, in all processes unless it is a dry run;
    `serve` waits until a version is what requests meet; `changing` lets one change of a company's
    metadata at a time wait for the database; `registered` says what the documents touch that are
    registered with the process."""

    settings: Settings
    engine: Engine
    pool: TextPool
    writers: Executor
    plans: PlanCache
    principals: PrincipalCache
    session_use: SessionUse
    replica: Replica | None = None
    messages: MessagePool | None = None
    prepare: Callable[[Company, bool, Written], Awaitable[Prepared]] = _unprepared
    serve: Callable[[Company, int], Awaitable[object]] = _nothing
    sent: SentOperations = field(default_factory=SentOperations)
    changing: defaultdict[int, asyncio.Lock] = field(
        default_factory=lambda: defaultdict(asyncio.Lock)
    )
    scenes: SceneCache = field(default_factory=SceneCache)
    registered: Callable[[Company], Awaitable[Sequence[Operation]]] = _nothing_registered


class RequestFacts(NamedTuple):
    """One HTTP request, as far as the engine may know it.

    `deadline` is in seconds of `time.monotonic`. `language` is what Accept-Language asks for,
    "" when it does not say. `mutation_key` is the header Idempotency-Key, `body_hash` SHA-256
    of the request body.
    """

    id: str
    address: str
    agent: str
    language: str
    deadline: float
    mutation_key: str | None = None
    body_hash: bytes = b""


@dataclass(frozen=True, slots=True)
class SessionCookie:
    """The session cookie to set with the answer; an empty token removes it."""

    token: str
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Notice:
    """The scene that a list was asked with, and what of it could not be applied."""

    scene: str
    problems: tuple[Problem, ...]


@dataclass(slots=True)
class RequestContext:
    """`info.context` of one execution. `principal` is None when nobody is signed in.

    `notices` say by root field what of a scene was not applied. `key` is what of document and
    variables shapes plans; `mutation_keys` are the response keys of a mutation's root fields in
    order; `effects` counts those done so far; `secret` says that the answer holds a token, which
    is told once and never kept; `reload` loads the principal anew.
    """

    services: Services
    company: Company
    snapshot: Snapshot
    principal: Principal | None
    request: RequestFacts
    cookie: SessionCookie | None = None
    loaders: dict[Any, Any] = field(default_factory=dict)
    notices: dict[str, Notice] = field(default_factory=dict)
    key: Any = None
    mutation_keys: tuple[str, ...] = ()
    effects: int = 0
    secret: bool = False
    reload: "Callable[[RequestContext], Awaitable[None]] | None" = None
    refreshing: asyncio.Lock | None = None

    @property
    def place(self) -> AccessPlace:
        """Where the functions of `engine.access` work."""
        return AccessPlace(self.services.engine, self.company, self.services.settings)

    @property
    def language(self) -> str:
        """The user's language, else the browser's, else the company's (Chinese by default)."""
        if self.request.language:
            return self.request.language
        return self.principal.language if self.principal is not None else self.company.language

    def caller(self, *, cookie: bool = False) -> Caller:
        """How this request arrived, for sign-in."""
        return Caller(self.request.address, self.request.agent, cookie)

    def viewer(self) -> Principal:
        """Who asks. Raises Unauthenticated when nobody is signed in."""
        if self.principal is None:
            raise Unauthenticated
        return self.principal

    def reader(self) -> Reader:
        """What reads of this request run with. Raises Unauthenticated."""
        services, viewer = self.services, self.viewer()
        pool = services.pool
        if services.replica is not None and not self.mutation_keys:
            pool = ReplicaReads(services.replica, pool, viewer)
        return Reader(
            pool,
            viewer,
            self.snapshot,
            services.plans,
            services.settings,
            self.request.deadline,
        )

    def actor(self, idempotency: IdempotencyKey | None = None) -> Actor:
        """What commands of this request run with. Raises Unauthenticated."""
        return Actor(
            principal=self.viewer(),
            snapshot=self.snapshot,
            company=self.company,
            engine=self.services.engine,
            settings=self.services.settings,
            request_id=self.request.id,
            address=self.request.address,
            deadline=self.request.deadline,
            idempotency=idempotency,
        )

    def mutation_index(self, key: object) -> int:
        """The position of a mutation field in its document, by its response key."""
        return self.mutation_keys.index(str(key)) if key in self.mutation_keys else 0

    async def refresh(self, seen: Principal | None) -> None:
        """Loads the principal anew, unless that happened since `seen`. Raises StaleVersion when
        the metadata is no longer that of this request's snapshot."""
        if self.refreshing is None:
            self.refreshing = asyncio.Lock()
        async with self.refreshing:
            if self.principal is seen and self.reload is not None:
                await self.reload(self)
        if self.principal is not None and self.principal.metadata_version != self.snapshot.version:
            raise StaleVersion

    def set_session_cookie(self, token: str, expires_at: datetime) -> None:
        self.cookie = SessionCookie(token, expires_at)

    def clear_session_cookie(self) -> None:
        self.cookie = SessionCookie("")

    async def in_thread(self, function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Runs blocking work beside the loop. Raises TimedOut once the deadline has passed;
        the thread itself is bounded by the statement timeouts of its connection (M10)."""
        if time.monotonic() >= self.request.deadline:
            raise TimedOut
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self.services.writers, lambda: function(*args, **kwargs))
