"""Who the request is signed in as, and what that person may do."""

from collections.abc import Sequence
from dataclasses import dataclass

from engine.access.model import Principal, Scope
from engine.access.principals import role_names
from engine.base.identifiers import RecordId
from metadata.model import ACTIONS
from metadata.snapshot import Snapshot
from resolvers.context import RequestContext
from resolvers.staleness import again_when_stale


@dataclass(frozen=True, slots=True)
class ActionView:
    action: str
    scope: str


@dataclass(frozen=True, slots=True)
class PermissionView:
    """The actions on one object, each with the data scope it reaches."""

    object: str
    actions: Sequence[ActionView]


@dataclass(frozen=True, slots=True)
class ViewerView:
    user: RecordId
    roles: Sequence[str]
    language: str
    is_super: bool
    permissions: Sequence[PermissionView]


async def viewer(context: RequestContext) -> ViewerView:
    """Raises Unauthenticated when nobody is signed in."""

    async def work() -> ViewerView:
        principal = context.viewer()
        roles = await context.in_thread(role_names, context.place.engine, principal)
        return ViewerView(
            RecordId("user", principal.user_id),
            roles,
            context.language,
            principal.profile.is_super,
            permissions(context.snapshot, principal),
        )

    return await again_when_stale(context, work)


def permissions(snapshot: Snapshot, principal: Principal) -> list[PermissionView]:
    """Only objects with at least one action, in the order of the metadata."""
    found = []
    for definition in snapshot.objects:
        actions = [
            ActionView(action, scope.name)
            for action in ACTIONS
            if (scope := principal.profile.scope(definition.name, action)) > Scope.NONE
        ]
        if actions:
            found.append(PermissionView(definition.name, actions))
    return found
