"""`/graphql`: reads the request, limits it, has it answered, and sends the answer.

Plain ASGI: a layer of request and response objects would cost more than answering.
"""

import asyncio
import hashlib
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from engine.base.errors import Forbidden, TimedOut
from resolvers.context import RequestFacts, Services
from schema.companies import Companies
from schema.http.answer import Answer, Answering, Arrival
from schema.http.authentication import cookie_header, token_of
from schema.http.errors import Addressee, entries, status_of
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
from schema.http.trusted import trusted_documents

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
        self._trusted = trusted_documents(services.settings)

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        call = Call(scope, receive, send, dict(scope["headers"]))
        started = time.perf_counter()
        try:
            answer = await self._handle(call)
        except HttpRefusal as refusal:
            found = entries(refusal.error, Addressee(call.language or "zh", call.request_id))
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
            await respond(call.send, 200, PAGE.encode(), "text/html")
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
            if b"idempotency-key" in call.headers:
                asked = replace(asked, body_hash=hashlib.sha256(body).digest())
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
        is_query = bool(asked.query) and not asked.query.lstrip().startswith("mutation")
        watch = _Watch(call, seconds, is_query)
        error: Exception
        try:
            asked = self._trusted_text(asked)
            facts = _facts(call, asked, time.monotonic() + seconds)
            token = token_of(call.headers)
            named, host = _utf8(call.header(b"x-company")), _host(call.header(b"host"))
            company = self._companies.known(named, host)
            if company is None:
                company = await self._companies.find(named, host)
            arrival = Arrival(asked, facts, company, token, only_queries)
            return await self._answering.answer(arrival)
        except asyncio.CancelledError:
            verdict = watch.judged()
            if verdict == "gone":
                return None
            if not verdict:
                raise
            error = TimedOut()
        except HttpRefusal:
            raise
        except Exception as refused:  # noqa: BLE001
            error = refused
        finally:
            watch.stop()
        addressee = Addressee(call.language or "zh", call.request_id)
        return Answer(None, entries(error, addressee), has_data=False)

    def _trusted_text(self, asked: Asked) -> Asked:
        if not asked.query and asked.document_hash is not None:
            return replace(asked, query=self._trusted.text_of(asked.document_hash))
        self._trusted.check(asked.query)
        return asked

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


class _Watch:
    """Ends slow work at the deadline, or when the client of a query leaves (C6).

    One timer: most requests are over before watching would pay. A mutation runs to its end,
    whoever still waits, so that its answer can be kept.
    """

    def __init__(self, call: Call, seconds: float, is_query: bool) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._call, self._seconds, self._is_query, self._task = call, seconds, is_query, task
        self._loop = asyncio.get_running_loop()
        self._timer = self._loop.call_later(WATCH_AFTER_SECONDS, self._begin)
        self._watcher: asyncio.Task[None] | None = None
        self.verdict = ""

    def stop(self) -> None:
        self._timer.cancel()
        if self._watcher is not None:
            self._watcher.cancel()

    def judged(self) -> str:
        """ "late" or "gone" when the cancellation is ours, which it then ends; "" otherwise."""
        if self.verdict:
            self._task.uncancel()
        return self.verdict

    def _begin(self) -> None:
        self._watcher = self._loop.create_task(self._watch())

    async def _watch(self) -> None:
        try:
            async with asyncio.timeout(self._seconds - WATCH_AFTER_SECONDS):
                while (await self._call.receive())["type"] != "http.disconnect":
                    pass
                if not self._is_query:
                    await asyncio.sleep(self._seconds)
            self.verdict = "gone"
        except TimeoutError:
            self.verdict = "late"
        self._task.cancel()


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
