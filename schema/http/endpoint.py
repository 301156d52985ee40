"""`/graphql`: reads the request, limits it, has it answered, and sends the answer.

Plain ASGI: a layer of request and response objects would cost more than answering.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from engine.base.errors import AppError, Forbidden, TimedOut
from resolvers.context import RequestFacts, Services
from schema.companies import Companies
from schema.http.answer import Answer, Answering, Arrival
from schema.http.authentication import cookie_header, token_of
from schema.http.errors import Reader, entries, status_of
from schema.http.graphiql import PAGE
from schema.http.observe import Observed
from schema.http.replay import checked_key
from schema.http.requests import (
    Asked,
    HttpRefusal,
    asked_in_address,
    asked_in_body,
    check_length,
)
from schema.http.responses import JSON_TYPE, encode, media_type, respond, wants_page

WATCH_AFTER_SECONDS = 0.2
Headers = Mapping[bytes, bytes]
Receive = Callable[[], Any]
Send = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Call:
    """One HTTP request to the endpoint."""

    scope: Mapping[str, Any]
    receive: Receive
    send: Send
    headers: Headers

    def header(self, name: bytes) -> str:
        return self.headers.get(name, b"").decode("latin-1")

    @property
    def request_id(self) -> str:
        found: str = self.scope["state"]["request_id"]
        return found

    @property
    def language(self) -> str:
        return preferred_language(self.header(b"accept-language"))

    @property
    def address(self) -> str:
        client = self.scope.get("client")
        return client[0] if client else ""


class GraphQLEndpoint:
    """ASGI application for one path. `services` and `companies` come with the lifespan."""

    def __init__(self, observed: Observed) -> None:
        self._observed = observed
        self._services: Services | None = None
        self._companies: Companies | None = None

    def start(self, services: Services, companies: Companies) -> None:
        self._services, self._companies = services, companies
        self._answering = Answering(services, companies)

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        call = Call(scope, receive, send, dict(scope["headers"]))
        started = time.perf_counter()
        try:
            answer = await self._handle(call)
        except HttpRefusal as refusal:
            found = entries(refusal.error, Reader(call.language or "zh", call.request_id))
            body = encode({"errors": found})
            await respond(send, refusal.status, body, JSON_TYPE, refusal.headers)
            return
        if answer is not None:
            self._observed.operation(answer.kind, answer.errors, time.perf_counter() - started)
            await self._send(call, answer)

    async def _handle(self, call: Call) -> Answer | None:
        method, accept = call.scope["method"], call.header(b"accept")
        if method not in ("GET", "POST"):
            raise HttpRefusal(405, Forbidden("method"), {"Allow": "GET, POST"})
        if method == "GET" and wants_page(accept) and b"query=" not in call.scope["query_string"]:
            await respond(call.send, 200, PAGE.encode(), "text/html", _PAGE_HEADERS)
            return None
        if media_type(accept) is None:
            raise HttpRefusal(406, Forbidden("accept"))
        assert self._services is not None
        settings = self._services.settings
        if method == "GET":
            asked = asked_in_address(call.scope["query_string"], settings)
        else:
            body = await self._body(call)
            asked = asked_in_body(body, call.header(b"content-type"), settings)
        return await self._answer(call, asked)

    async def _body(self, call: Call) -> bytes:
        assert self._services is not None
        settings = self._services.settings
        length = call.header(b"content-length")
        if length.isascii() and length.isdigit():
            check_length(int(length[:15]), settings)
        parts: list[bytes] = []
        size = 0
        while True:
            message = await call.receive()
            if message["type"] == "http.disconnect":
                raise HttpRefusal(400, Forbidden("disconnected"))
            parts.append(message.get("body", b""))
            size += len(parts[-1])
            check_length(size, settings)
            if not message.get("more_body"):
                return b"".join(parts)

    async def _answer(self, call: Call, asked: Asked) -> Answer | None:
        assert self._services is not None and self._companies is not None
        settings = self._services.settings
        seconds = settings.request_deadline_ms / 1_000
        only_queries = call.scope["method"] == "GET"
        try:
            async with _watched(call, seconds):
                facts = _facts(call, asked, time.monotonic() + seconds)
                token = token_of(call.headers)
                company = await self._companies.find(
                    _utf8(call.header(b"x-company")), _host(call.header(b"host"))
                )
                arrival = Arrival(asked, facts, company, token, only_queries)
                return await self._answering.answer(arrival)
        except _Gone:
            return None
        except TimeoutError:
            error: AppError = TimedOut()
        except AppError as refused:
            error = refused
        reader = Reader(call.language or "zh", call.request_id)
        return Answer(None, entries(error, reader), has_data=False)

    async def _send(self, call: Call, answer: Answer) -> None:
        assert self._services is not None
        kind = media_type(call.header(b"accept")) or JSON_TYPE
        status = 200
        if not answer.has_data and answer.replayed is None and kind != JSON_TYPE:
            status = status_of(answer.errors)
        headers: dict[str, str] = {}
        if answer.cookie is not None:
            seconds = 60 * self._services.settings.session_absolute_minutes
            headers["set-cookie"] = cookie_header(answer.cookie, seconds)
        await respond(call.send, status, answer.body(), kind, headers)


class _Gone(Exception):
    """The client has left; nobody waits for an answer."""


@asynccontextmanager
async def _watched(call: Call, seconds: float) -> AsyncIterator[None]:
    """Ends the work at the deadline, and when the client of a slow request leaves (C6).

    Watching starts late, because most requests are over before it would pay.
    """
    task, loop = asyncio.current_task(), asyncio.get_running_loop()
    assert task is not None
    watcher: list[asyncio.Task[None]] = []
    gone: list[bool] = []

    async def watch() -> None:
        while (await call.receive())["type"] != "http.disconnect":
            pass
        gone.append(True)
        task.cancel()

    timer = loop.call_later(WATCH_AFTER_SECONDS, lambda: watcher.append(loop.create_task(watch())))
    try:
        async with asyncio.timeout(seconds):
            yield
    except asyncio.CancelledError:
        if gone:
            raise _Gone from None
        raise
    finally:
        timer.cancel()
        for each in watcher:
            each.cancel()


def _facts(call: Call, asked: Asked, deadline: float) -> RequestFacts:
    key = call.header(b"idempotency-key")
    return RequestFacts(
        id=call.request_id,
        address=call.address,
        agent=call.header(b"user-agent"),
        language=call.language,
        deadline=deadline,
        mutation_key=checked_key(key) if key else None,
        body_hash=asked.body_hash,
    )


def preferred_language(header: str) -> str:
    """ "zh" or "en", whichever `Accept-Language` names first; "" when it names neither."""
    for part in header.lower().split(","):
        tag = part.strip()[:2]
        if tag in ("zh", "en"):
            return tag
    return ""


def _host(header: str) -> str:
    host, _, port = header.rpartition(":")
    return host if host and port.isdigit() else header


def _utf8(text: str) -> str:
    try:
        return text.encode("latin-1").decode()
    except UnicodeDecodeError:
        return text


_PAGE_HEADERS = {"cache-control": "no-store"}
