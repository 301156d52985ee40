"""`/graphql`: reads the request, limits it, has it answered, and sends the answer.

Plain ASGI: a layer of request and response objects would cost more than answering.
"""

import asyncio
import hashlib
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from engine.base.deadlines import Deadlines
from engine.base.errors import Forbidden, TimedOut
from resolvers.context import RequestFacts, Services
from schema.companies import Companies
from schema.http.answer import Answer
from schema.http.answering import Answering, Arrival
from schema.http.authentication import cookie_header, token_of
from schema.http.errors import Addressee, entries, status_of
from schema.http.graphiql import PAGE
from schema.http.middleware import request_id
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
from schema.http.trusted import TrustedDocuments
from schema.http.watch import Watch

DRAIN_SECONDS = 1.0
DRAINED_BODIES = 4  # so many times the limit is read of what is refused, and thrown away
Headers = Mapping[bytes, bytes]
Receive = Callable[[], Any]
Send = Callable[[Any], Any]


class Call:
    """One HTTP request to the endpoint. `language` is what Accept-Language asks for, or ""."""

    __slots__ = ("headers", "id", "language", "receive", "scope", "send")

    def __init__(self, scope: Mapping[str, Any], receive: Receive, send: Send) -> None:
        self.scope, self.receive, self.send = scope, receive, send
        self.headers: Headers = dict(scope["headers"])
        self.id = request_id(self.headers.get(b"x-request-id"))
        self.language = preferred_language(self.header(b"accept-language"))

    def header(self, name: bytes) -> str:
        found = self.headers.get(name)
        return "" if found is None else found.decode("latin-1")

    @property
    def addressee(self) -> Addressee:
        return Addressee(self.language or "zh", self.id)


class GraphQLEndpoint:
    """ASGI application for one path. `start` has to be called on the loop that serves."""

    def __init__(self, observed: Observed) -> None:
        self._observed = observed

    def start(self, services: Services, companies: Companies, trusted: TrustedDocuments) -> None:
        self._settings, self._companies = services.settings, companies
        self._answering = Answering(services, companies)
        self._trusted = trusted
        self._watched_soon = Deadlines()

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        call = Call(scope, receive, send)
        started = time.perf_counter()
        try:
            answer = await self._handle(call)
        except HttpRefusal as refusal:
            body = encode({"errors": entries(refusal.error, call.addressee)})
            await respond(send, call.id, body, status=refusal.status, headers=refusal.headers)
            return
        if answer is not None:
            self._observed.operation(answer.kind, answer.errors, time.perf_counter() - started)
            await self._send(call, answer)

    async def _handle(self, call: Call) -> Answer | None:
        method, accept = call.scope["method"], call.header(b"accept")
        if method not in ("GET", "POST"):
            raise HttpRefusal(405, Forbidden("method"), {"Allow": "GET, POST"})
        if method == "GET" and wants_page(accept) and b"query=" not in call.scope["query_string"]:
            await respond(call.send, call.id, PAGE.encode(), kind="text/html")
            return None
        if media_type(accept) is None:
            raise HttpRefusal(406, Forbidden("accept"))
        if method == "GET":
            asked = asked_in_address(call.scope["query_string"], self._settings)
        else:
            body = await self._body(call)
            asked = asked_in_body(body, call.header(b"content-type"), self._settings)
            if b"idempotency-key" in call.headers:
                asked = asked._replace(body_hash=hashlib.sha256(body).digest())
        return await self._answer(call, asked)

    async def _body(self, call: Call) -> bytes:
        length = call.header(b"content-length")
        if length.isascii() and length.isdigit():
            await self._check_length(call, int(length[:15]), more=True)
        parts: list[bytes] = []
        size = 0
        while True:
            message = await call.receive()
            if message["type"] == "http.disconnect":
                raise HttpRefusal(400, Forbidden("disconnected"))
            part: bytes = message.get("body", b"")
            more: bool = message.get("more_body", False)
            size += len(part)
            await self._check_length(call, size, more=more)
            if not more:
                return b"".join([*parts, part]) if parts else part
            parts.append(part)

    async def _check_length(self, call: Call, size: int, *, more: bool) -> None:
        """Raises HttpRefusal for a body over the limit, once what was on its way has been taken:
        who still sends when the connection closes would not hear why."""
        try:
            check_length(size, self._settings)
        except HttpRefusal:
            if more:
                await self._drain(call)
            raise

    async def _drain(self, call: Call) -> None:
        left = DRAINED_BODIES * self._settings.body_limit_bytes
        more = True
        with suppress(TimeoutError):
            async with asyncio.timeout(DRAIN_SECONDS):
                while more and left > 0:
                    message = await call.receive()
                    more = message.get("more_body", False)
                    left -= len(message.get("body", b""))

    async def _answer(self, call: Call, asked: Asked) -> Answer | None:
        seconds = self._settings.request_deadline_ms / 1_000
        watch = Watch(self._watched_soon, call.receive, seconds, asked.query)
        error: Exception
        try:
            asked = self._trusted.admitted(asked)
            named, host = _utf8(call.header(b"x-company")), _host(call.header(b"host"))
            company = self._companies.known(named, host)
            if company is None:
                company = await self._companies.find(named, host)
            facts = _facts(call, asked, time.monotonic() + seconds)
            only_queries = call.scope["method"] == "GET"
            arrival = Arrival(asked, facts, company, token_of(call.headers), only_queries)
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
        return Answer(None, entries(error, call.addressee), has_data=False)

    async def _send(self, call: Call, answer: Answer) -> None:
        kind = media_type(call.header(b"accept")) or JSON_TYPE
        status = 200
        if not answer.has_data and answer.replayed is None and kind != JSON_TYPE:
            status = status_of(answer.errors)
        headers: dict[str, str] = {}
        if answer.cookie is not None:
            seconds = 60 * self._settings.session_absolute_minutes
            headers["set-cookie"] = cookie_header(answer.cookie, seconds)
        await respond(call.send, call.id, answer.body(), kind=kind, status=status, headers=headers)


def _facts(call: Call, asked: Asked, deadline: float) -> RequestFacts:
    key = call.header(b"idempotency-key")
    client = call.scope.get("client")
    return RequestFacts(
        call.id,
        client[0] if client else "",
        call.header(b"user-agent"),
        call.language,
        deadline,
        checked_key(key) if key else None,
        asked.body_hash,
    )


def preferred_language(header: str) -> str:
    """ "zh" or "en", whichever `Accept-Language` names first; "" when it names neither."""
    if not header:
        return ""
    for part in header.lower().split(","):
        tag = part.strip()[:2]
        if tag in ("zh", "en"):
            return tag
    return ""


def _host(header: str) -> str:
    host, _, port = header.rpartition(":")
    return host if host and port.isdigit() else header


def _utf8(text: str) -> str:
    if text.isascii():
        return text
    try:
        return text.encode("latin-1").decode()
    except UnicodeDecodeError:
        return text
