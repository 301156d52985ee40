"""Generated root reads: one root field → one read of the engine → its JSON text."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import Any, NamedTuple, cast

import orjson
from graphql import (
    FieldNode,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLResolveInfo,
    IntValueNode,
    StringValueNode,
    ValueNode,
    VariableNode,
)

from engine.base.errors import StaleVersion
from engine.query.request import AppliedScene, ReadKind, ReadRequest
from engine.query.run import run_read
from engine.scenes.usable import Usable
from resolvers.context import Notice, RequestContext
from resolvers.scene_reads import forget_scene, scene_of
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

    def request(self, selecting: Selecting, scene: AppliedScene | None = None) -> ReadRequest:
        selection = selecting.root(self.parent, self.nodes)
        if self.scene is not None:
            selection = replace(selection, arguments={**selection.arguments, "scene": scene})
        return ReadRequest(self.kind, self.object, selection)

    @cached_property
    def scene(self) -> ValueNode | None:
        """The value of the argument `scene`, where it is given."""
        given = self.nodes[0].arguments or ()
        return next((each.value for each in given if each.name.value == "scene"), None)

    @cached_property
    def nullable(self) -> bool:
        """Whether an error of this field leaves the fields beside it standing."""
        kind = self.parent.fields[self.nodes[0].name.value].type
        return not isinstance(kind, GraphQLNonNull)


async def read_root(
    context: RequestContext,
    root: RootRead,
    selecting: Callable[[], Selecting],
    variables: Mapping[str, Any],
) -> str:
    """The JSON text of the root field. Raises AppError, StaleVersion (see `staleness.py`).

    `selecting` is asked only where no plan is known.
    """

    async def work() -> str:
        placed = await place_read(context, root, selecting, variables)
        try:
            text = await run_read(placed.request, context.reader(), placed.key, variables)
        except StaleVersion:
            placed.forget(context)
            raise
        placed.note(context)
        return text

    return await again_when_stale(context, work)


class Placed(NamedTuple):
    """A root read ready to be planned: its request, the key of its plan, and its scene."""

    root: RootRead
    selecting: Callable[[], Selecting]
    key: Hashable
    scene: Usable | None = None
    scene_id: str = ""

    def request(self) -> ReadRequest:
        return self.root.request(self.selecting(), self.scene.scene if self.scene else None)

    def forget(self, context: RequestContext) -> None:
        if self.scene is not None:
            assert self.root.object is not None
            forget_scene(context, self.root.object, self.scene)

    def note(self, context: RequestContext) -> None:
        """What of the scene was left out, for the answer to say."""
        if self.scene is not None and self.scene.problems:
            context.notices[self.root.key] = Notice(self.scene_id, self.scene.problems)


async def place_read(
    context: RequestContext,
    root: RootRead,
    selecting: Callable[[], Selecting],
    variables: Mapping[str, Any],
) -> Placed:
    """The read with its scene resolved; a read without one waits for nothing."""
    id = None if root.scene is None else _text_of(root.scene, variables)
    if id is None:
        return Placed(root, selecting, plan_key(context, root.key))
    assert root.object is not None
    scene = await scene_of(context, root.object, id, lambda: selecting().schema)
    key = plan_key(context, (root.key, scene.scene.key))
    return Placed(root, selecting, key, scene, id)


def _text_of(node: ValueNode, variables: Mapping[str, Any]) -> str | None:
    if isinstance(node, VariableNode):
        value = variables.get(node.name.value)
        return None if value is None else str(value)
    return node.value if isinstance(node, StringValueNode | IntValueNode) else None


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
    text = await read_root(info.context, root, partial(selecting_of, info), variables_of(info))
    return None if text == "null" else orjson.Fragment(text)


def selecting_of(info: Info) -> Selecting:
    return Selecting(info.schema, info.context.snapshot, info.fragments, variables_of(info))


def variables_of(info: Info) -> dict[str, Any]:
    """The coerced variables, which strawberry's execution hands on as a plain dict."""
    found: Any = info.variable_values
    return cast(dict[str, Any], found)
