"""One operation → its answer: who asks, which document, by reads alone or by the executor.

A stale check reloads rights, snapshot and schema and answers again, once (principle 9); never
after a mutation has had its effect.
"""

import asyncio
from collections.abc import Awaitable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import orjson
from graphql import ExecutionResult, GraphQLNonNull

from engine.access.principals import load_principal
from engine.access.sessions import extend_session, token_hash
from engine.base.errors import (
    Forbidden,
    InvalidInput,
    SchemaChanged,
    StaleVersion,
    Unauthenticated,
    ValidationFailed,
)
from engine.db.companies import Company
from engine.db.write_engine import transaction
from resolvers.context import RequestContext, RequestFacts, Services, SessionCookie
from resolvers.documents import Document, selecting
from resolvers.limits import check_variables
from resolvers.reads import read_root
from schema.companies import Companies, Live
from schema.execution import execute_document
from schema.http.errors import Addressee, Entry, entries
from schema.http.replay import store_answer, stored_answer
from schema.http.requests import Asked, HttpRefusal

INTROSPECTION = frozenset({"__schema", "__type"})


@dataclass(frozen=True, slots=True)
class Answer:
    """`data` is absent (`has_data` false) when the request failed before execution."""

    data: Any
    errors: list[Entry] = field(default_factory=list)
    has_data: bool = True
    cookie: SessionCookie | None = None
    kind: str = "query"
    replayed: bytes | None = None

    def body(self) -> bytes:
        if self.replayed is not None:
            return self.replayed
        content: dict[str, Any] = {}
        if self.has_data:
            content["data"] = self.data
        if self.errors:
            content["errors"] = self.errors
        return orjson.dumps(content)


@dataclass(frozen=True, slots=True)
class Arrival:
    """A request as it came in. `only_queries` is true for GET."""

    asked: Asked
    facts: RequestFacts
    company: Company
    token: str | None
    only_queries: bool = False


class Answering:
    """Answers operations with the services and companies of the process."""

    def __init__(self, services: Services, companies: Companies) -> None:
        self._services, self._companies = services, companies

    async def answer(self, arrival: Arrival) -> Answer:
        """The answer to a request. Raises HttpRefusal for a mutation by GET."""
        facts = arrival.facts
        addressee = Addressee(facts.language or arrival.company.language, facts.id)
        try:
            return await self._attempt(arrival, last=False) or await self._last(arrival)
        except HttpRefusal:
            raise
        except Exception as error:  # noqa: BLE001
            return Answer(None, entries(error, addressee), has_data=False)

    async def _last(self, arrival: Arrival) -> Answer:
        answer = await self._attempt(arrival, last=True)
        assert answer is not None
        return answer

    async def _attempt(self, arrival: Arrival, *, last: bool) -> Answer | None:
        """One try; None when it was stale and may be made again."""
        live, context = await self._context(arrival)
        try:
            return await self._run(arrival, live, context)
        except StaleVersion:
            if last or context.effects:
                raise SchemaChanged from None
            return None

    async def _context(self, arrival: Arrival) -> tuple[Live, RequestContext]:
        live = self._companies.current(arrival.company)
        if live is None:
            live = await self._companies.live(arrival.company)
        hash = token_hash(arrival.token) if arrival.token else None
        principal = self._services.principals.get(arrival.company.id, hash) if hash else None
        context = RequestContext(
            self._services, live.company, live.snapshot, principal, arrival.facts
        )
        if hash is not None:
            context.reload = _Reload(hash)
            if principal is None or principal.metadata_version < live.snapshot.version:
                await context.reload(context)
            self._extend(context)
        principal = context.principal
        if principal is not None and principal.metadata_version > live.snapshot.version:
            live = await self._companies.live(arrival.company, principal.metadata_version)
            context.snapshot = live.snapshot
        return live, context

    def _extend(self, context: RequestContext) -> None:
        """Notes the session's use beside the request, at most once a minute."""
        principal = context.principal
        if principal is None or not self._services.session_use.is_due(principal.session_hash):
            return
        loop = asyncio.get_running_loop()
        loop.run_in_executor(
            self._services.writers, extend_session, context.place, principal.session_hash
        ).add_done_callback(lambda done: done.cancelled() or done.exception())

    async def _run(self, arrival: Arrival, live: Live, context: RequestContext) -> Answer:
        try:
            document = _document(arrival.asked, live, context)
            _check_kind(arrival, document, context)
            check_variables(arrival.asked.variables, self._services.settings)
            variables = document.coerce(arrival.asked.variables)
        except (ValidationFailed, InvalidInput):
            await _confirm(context)
            raise
        if _introspects(document):
            await _confirm(context)
        context.key = document.key(variables)
        if document.reads is not None:
            return await run_reads(live, context, document, variables)
        if document.is_query:
            return await execute_operation(live, context, document, arrival.asked.variables)
        return await _change(live, context, document, arrival.asked.variables)


class _Reload:
    """Loads the principal of a token anew; nobody when the session is over."""

    def __init__(self, hash: bytes) -> None:
        self._hash = hash

    async def __call__(self, context: RequestContext) -> None:
        context.services.principals.drop(context.company.id, self._hash)
        context.principal = await context.in_thread(self._load, context)

    def _load(self, context: RequestContext) -> Any:
        deadline = context.request.deadline
        try:
            with transaction(context.services.engine, deadline) as connection:
                found = load_principal(connection, context.company, self._hash)
        except Unauthenticated:
            return None
        context.services.principals.put(found)
        return found


def addressee_of(context: RequestContext) -> Addressee:
    """Whom errors of this request are told to."""
    return Addressee(context.language, context.request.id)


def _document(asked: Asked, live: Live, context: RequestContext) -> Document:
    found = live.documents.find(asked.query, asked.operation_name)
    if found is not None:
        return found
    try:
        return live.documents.read(asked.query, asked.operation_name)
    except ValidationFailed:
        # what is wrong with a document would tell a stranger what the company's schema holds
        if context.principal is None:
            raise Unauthenticated from None
        raise


def _introspects(document: Document) -> bool:
    return any(name in INTROSPECTION for _, name in document.roots)


async def _confirm(context: RequestContext) -> None:
    """That session and metadata are still current, where no statement of the request will check.

    Raises Unauthenticated, StaleVersion.
    """
    if context.principal is not None:
        await context.refresh(context.principal)
        context.viewer()


def _check_kind(arrival: Arrival, document: Document, context: RequestContext) -> None:
    if arrival.only_queries and not document.is_query:
        raise HttpRefusal(405, Forbidden("method"), {"Allow": "POST"})
    if _introspects(document):
        context.viewer()
        if not context.services.settings.introspection:
            raise Forbidden("introspection")


async def run_reads(
    live: Live, context: RequestContext, document: Document, variables: Mapping[str, Any]
) -> Answer:
    """A query of generated reads alone, without executor: their texts are the data."""
    assert document.reads is not None
    schema = live.schema.graphql
    below = selecting(document, schema, live.snapshot, variables)
    if len(document.reads) == 1:
        results = [await _outcome(read_root(context, document.reads[0], below, variables))]
    else:
        reads = (read_root(context, root, below, variables) for root in document.reads)
        results = await asyncio.gather(*(_outcome(each) for each in reads))
    data: dict[str, Any] = {}
    errors: list[Entry] = []
    for root, result in zip(document.reads, results, strict=True):
        if isinstance(result, Exception):
            found = entries(result, addressee_of(context), [root.key])
            if not root.nullable:
                return Answer(None, found)
            errors += found
            result = "null"
        data[root.key] = orjson.Fragment(result)
    return Answer(data, errors)


async def _outcome(read: Awaitable[str]) -> str | Exception:
    """The text, or the error for the response; a stale check is for the whole request."""
    try:
        return await read
    except StaleVersion:
        raise
    except Exception as error:  # noqa: BLE001
        return error


async def _change(
    live: Live, context: RequestContext, document: Document, given: Mapping[str, Any]
) -> Answer:
    """A mutation, or the answer that its idempotency key got before."""
    context.mutation_keys = tuple(key for key, _ in document.roots)
    replayed = await stored_answer(context)
    if replayed is not None:
        return Answer(None, kind="mutation", replayed=replayed)
    answer = await execute_operation(live, context, document, given)
    if not answer.errors and not context.secret:
        body = answer.body()
        await store_answer(context, body)
        return replace(answer, replayed=body)
    return answer


async def execute_operation(
    live: Live, context: RequestContext, document: Document, given: Mapping[str, Any]
) -> Answer:
    """Any other document, by the executor. Raises StaleVersion as long as nothing was done."""
    kind = document.operation.operation.value
    result: ExecutionResult = await execute_document(
        live.schema.graphql, document.node, given, document.name, context
    )
    errors: list[Entry] = []
    for each in result.errors or ():
        if isinstance(each.original_error, StaleVersion) and not context.effects:
            raise each.original_error
        errors += entries(each, addressee_of(context))
    if result.data is None:
        errors = _decisive(live, document, errors)
    return Answer(result.data, errors, cookie=context.cookie, kind=kind)


def _decisive(live: Live, document: Document, errors: list[Entry]) -> list[Entry]:
    """Of the errors beside a response without data, the one that took the data away: which
    others were noted before the rest was given up is chance."""
    schema = live.schema.graphql
    root = schema.query_type if document.is_query else schema.mutation_type
    assert root is not None
    strict = {
        key
        for key, name in document.roots
        if name in root.fields and isinstance(root.fields[name].type, GraphQLNonNull)
    }
    decisive = [each for each in errors if each.get("path", [None])[0] in strict]
    order = [key for key, _ in document.roots]
    decisive.sort(key=lambda each: order.index(each["path"][0]))
    return decisive[:1] or errors[:1]
