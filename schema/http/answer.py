"""One operation → its answer: by reads alone or by the executor.

Who asks and whether the document may run is decided before (`answering.py`).
"""

import asyncio
from collections.abc import Awaitable, Mapping, Sequence
from typing import Any, NamedTuple

import orjson
from graphql import ExecutionResult, GraphQLNonNull

from engine.base.errors import NotFound, Problem, SchemaChanged, StaleVersion
from resolvers.context import RequestContext, SessionCookie
from resolvers.documents import Document, selecting
from resolvers.reads import read_root
from resolvers.selection import Selecting
from schema.companies import Live
from schema.execution import execute_document
from schema.http.errors import Addressee, Entry, entries, problem_entry
from schema.http.replay import store_answer, stored_answer


class Answer(NamedTuple):
    """`data` is absent (`has_data` false) when the request failed before execution."""

    data: Any
    errors: Sequence[Entry] = ()
    has_data: bool = True
    cookie: SessionCookie | None = None
    kind: str = "query"
    replayed: bytes | None = None
    notices: Sequence[Entry] = ()

    def body(self) -> bytes:
        if self.replayed is not None:
            return self.replayed
        content: dict[str, Any] = {}
        if self.has_data:
            content["data"] = self.data
        if self.errors:
            content["errors"] = self.errors
        if self.notices:
            content["extensions"] = {"notices": self.notices}
        return orjson.dumps(content)


def addressee_of(context: RequestContext) -> Addressee:
    """Whom errors of this request are told to."""
    return Addressee(context.language, context.request.id)


def notices_of(context: RequestContext, document: Document) -> Sequence[Entry]:
    """What of the answer is not as it was asked, by root field: conditions of a scene, and values
    that are shown as null since they are not computed yet."""
    if not (context.notices or document.unfilled):
        return ()

    def told(problems: Sequence[Problem]) -> Sequence[Entry]:
        return [problem_entry(each, context.language) for each in problems]

    of_scenes = [
        {"path": [key], "scene": notice.scene, "problems": told(notice.problems)}
        for key, notice in sorted(context.notices.items())
    ]
    of_values = [
        {"path": [key], "problems": told(problems)} for key, problems in document.unfilled.items()
    ]
    return of_scenes + of_values


async def run_reads(
    live: Live, context: RequestContext, document: Document, variables: Mapping[str, Any]
) -> Answer:
    """A query of generated reads alone, without executor: their texts are the data."""
    assert document.reads is not None

    def below() -> Selecting:
        return selecting(document, live.schema.graphql, live.snapshot, variables)

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
    return Answer(data, errors, notices=notices_of(context, document))


async def _outcome(read: Awaitable[str]) -> str | Exception:
    """The text, or the error for the response; a stale check is for the whole request."""
    try:
        return await read
    except StaleVersion:
        raise
    except Exception as error:  # noqa: BLE001
        return error


async def change(
    live: Live,
    context: RequestContext,
    document: Document,
    given: Mapping[str, Any],
    coerced: Mapping[str, Any],
) -> Answer:
    """A mutation, or the answer that its idempotency key got before. `given` are the variables
    as received, `coerced` their values by type."""
    context.mutation_keys = tuple(key for key, _ in document.roots)
    replayed = await stored_answer(context)
    if replayed is not None:
        return Answer(None, kind="mutation", replayed=replayed)
    arguments = None if document.write is None else document.write.arguments(coerced)
    if arguments is None:
        answer = await execute_operation(live, context, document, given)
    else:
        below = selecting(document, live.schema.graphql, live.snapshot, coerced)
        answer = await run_write(context, document, arguments, below)
    if not answer.errors and not context.secret:
        body = answer.body()
        await store_answer(context, body)
        return answer._replace(replayed=body)
    return answer


async def run_write(
    context: RequestContext, document: Document, arguments: Mapping[str, Any], below: Selecting
) -> Answer:
    """A mutation of one generated write, without executor. Raises StaleVersion as long as
    nothing was done."""
    write = document.write
    assert write is not None
    path = [write.key]
    try:
        reading = write.reading(context, below)
        payload = await write.run(reading, arguments)
        path = [write.key, write.below]
        text = await write.read(reading, payload)
        if text == "null":
            raise NotFound
    except Exception as error:
        if isinstance(error, StaleVersion) and not context.effects:
            raise
        told = _done_or(error, context, path)
        return Answer(None, entries(told, addressee_of(context), path), kind="mutation")
    data = {write.key: {write.below: orjson.Fragment(text)}}
    return Answer(data, kind="mutation", notices=notices_of(context, document))


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
        told = _done_or(each.original_error or each, context, each.path or ())
        errors += entries(told, addressee_of(context), each.path)
    if result.data is None:
        errors = _decisive(live, document, errors)
    notices = notices_of(context, document) if result.data is not None else ()
    return Answer(result.data, errors, cookie=context.cookie, kind=kind, notices=notices)


def _done_or(error: Exception, context: RequestContext, path: Sequence[str | int]) -> Exception:
    """The error, unless it says to try again below a mutation that had its effect: whoever does
    so would do it twice."""
    if context.effects and len(path) > 1 and isinstance(error, StaleVersion | SchemaChanged):
        return SchemaChanged("done", extensions={"done": True})
    return error


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
