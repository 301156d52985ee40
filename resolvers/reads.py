"""Generated root reads: one root field → one read of the engine → its JSON text."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, cast

import orjson
from graphql import FieldNode, GraphQLNonNull, GraphQLObjectType, GraphQLResolveInfo

from engine.query.request import ReadKind, ReadRequest
from engine.query.run import run_read
from resolvers.context import RequestContext
from resolvers.selection import Selecting
from resolvers.staleness import again_when_stale

Info = GraphQLResolveInfo[RequestContext]


@dataclass(frozen=True)
class RootRead:
    """One generated root field of a document; `nodes` are all nodes with its response key."""

    key: str
    kind: ReadKind
    object: str | None
    parent: GraphQLObjectType
    nodes: Sequence[FieldNode]

    @cached_property
    def nullable(self) -> bool:
        """Whether an error of this field leaves the fields beside it standing."""
        kind = self.parent.fields[self.nodes[0].name.value].type
        return not isinstance(kind, GraphQLNonNull)


async def read_root(
    context: RequestContext, root: RootRead, selecting: Selecting, variables: Mapping[str, Any]
) -> str:
    """The JSON text of the root field. Raises AppError, StaleVersion (see `staleness.py`)."""

    def request() -> ReadRequest:
        return ReadRequest(root.kind, root.object, selecting.root(root.parent, root.nodes))

    async def work() -> str:
        return await run_read(request, context.reader(), plan_key(context, root.key), variables)

    return await again_when_stale(context, work)


def plan_key(context: RequestContext, place: Hashable) -> Hashable:
    """Everything a plan depends on but the values that it is tied to: see PlanCache."""
    company = context.company
    return (
        company.id,
        company.time_zone,
        context.snapshot.version,
        context.viewer().profile.key,
        context.key,
        place,
    )


async def resolve_read(
    read: tuple[ReadKind, str | None], _root: Any, info: Info, **_arguments: Any
) -> orjson.Fragment | None:
    """Resolver of a generated root field when the executor runs the document."""
    key = info.path.key
    assert isinstance(key, str)
    root = RootRead(key, *read, info.parent_type, info.field_nodes)
    text = await read_root(info.context, root, selecting_of(info), variables_of(info))
    return None if text == "null" else orjson.Fragment(text)


def selecting_of(info: Info) -> Selecting:
    return Selecting(info.schema, info.context.snapshot, info.fragments, variables_of(info))


def variables_of(info: Info) -> dict[str, Any]:
    """The coerced variables, which strawberry's execution hands on as a plain dict."""
    found: Any = info.variable_values
    return cast(dict[str, Any], found)
