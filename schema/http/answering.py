"""A request → its answer: who asks, for which company and document, within which limits.

A stale check reloads rights, snapshot and schema and answers again, a few times (principle 9);
never after a mutation has had its effect. What makes the answer itself is `answer.py`.
"""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from functools import partial
from typing import Any, NamedTuple

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
from resolvers.beside import beside
from resolvers.context import RequestContext, RequestFacts, Services
from resolvers.costs import check_together
from resolvers.documents import Document
from resolvers.limits import check_variables
from resolvers.sent_operations import Sent
from schema.companies import Companies, Live
from schema.http.answer import Answer, change, execute_operation, run_reads
from schema.http.errors import Addressee, entries
from schema.http.reloading import Reloading
from schema.http.requests import Asked, HttpRefusal

ATTEMPTS = 5  # changes of metadata may follow each other closely


class Arrival(NamedTuple):
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
        self._reloading = Reloading()

    async def answer(self, arrival: Arrival) -> Answer:
        """The answer to a request. Raises HttpRefusal for a mutation by GET."""
        try:
            for attempt in range(1, ATTEMPTS):
                with suppress(_Again):
                    return await self._attempt(arrival, attempt)
            return await self._attempt(arrival, ATTEMPTS)
        except HttpRefusal:
            raise
        except Exception as error:  # noqa: BLE001
            facts = arrival.facts
            addressee = Addressee(facts.language or arrival.company.language, facts.id)
            return Answer(None, entries(error, addressee), has_data=False)

    async def _attempt(self, arrival: Arrival, attempt: int) -> Answer:
        """One try. Raises _Again when it was stale and may be made again."""
        live, context = await self._context(arrival)
        try:
            return await self._run(arrival, live, context, is_first=attempt == 1)
        except StaleVersion:
            if attempt == ATTEMPTS or context.effects:
                raise SchemaChanged from None
            raise _Again from None
        finally:
            context.loaders.clear()  # they know the context: a circle, kept if it were frozen

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
            context.reload = partial(self._reloading.reload, token_hash=hash)
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

    async def _run(
        self, arrival: Arrival, live: Live, context: RequestContext, *, is_first: bool
    ) -> Answer:
        try:
            asked = arrival.asked
            document = live.documents.find(asked.query, asked.operation_name)
            if document is None:
                document = await _new_document(asked, live, context)
            _check_kind(arrival, document, context)
            check_variables(asked.variables, self._services.settings)
            variables = document.coerce(asked.variables)
        except (ValidationFailed, InvalidInput):
            await _confirm(context)
            # what went stale was of the schema then; another may have been of the one before
            asked = arrival.asked
            given = (asked.query, asked.operation_name, asked.variables)
            if not is_first or await beside(live.was_valid, *given):
                raise SchemaChanged from None
            raise
        if document.introspects:
            await _confirm(context)
        if context.principal is not None:
            self._note_sent(live, document, variables)
        context.key = document.key(variables)
        await check_together(context, document, live.schema.graphql, variables)
        if document.reads is not None:
            return await run_reads(live, context, document, variables)
        if document.is_query:
            return await execute_operation(live, context, document, asked.variables)
        return await change(live, context, document, asked.variables, variables)

    def _note_sent(self, live: Live, document: Document, variables: Mapping[str, Any]) -> None:
        sent, schema = self._services.sent, live.company.schema
        if sent.is_new(schema, document.number):
            inputs = tuple(
                (each.signature.type, variables.get(each.name)) for each in document.variables
            )
            made = Sent(
                document.node,
                document.name or "",
                inputs,
                live.schema.graphql,
                live.snapshot,
                live.shape,
            )
            sent.note(schema, document.number, made)


class _Again(Exception):
    """Session or metadata moved before anything was done."""


async def _new_document(asked: Asked, live: Live, context: RequestContext) -> Document:
    try:
        return await live.documents.read_beside(asked.query, asked.operation_name)
    except ValidationFailed:
        # what is wrong with a document would tell a stranger what the company's schema holds
        if context.principal is None:
            raise Unauthenticated from None
        raise


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
    if document.introspects:
        context.viewer()
        if not context.services.settings.introspection:
            raise Forbidden("introspection")
