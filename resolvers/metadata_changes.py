"""Changes of the company's metadata: who may make them, and each as one call of the spine.

What a change is and does is `metadata/changes`; here it is made of an input and run in a thread.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

import structlog
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from engine.access.model import Principal, Scope
from engine.access.principals import check_principal
from engine.base.errors import AppError, Conflict, Forbidden, Problem
from engine.db.sqlstate import translate
from engine.db.write_engine import transaction
from engine.scenes.usable import Eyes
from metadata.changes.change import Change, ChangeResult
from metadata.changes.client_operations import Operation
from metadata.changes.patience import Busy
from metadata.changes.progress import Step, pending_steps
from metadata.changes.replace_scenes import PlacedScene
from metadata.changes.run import apply_change
from metadata.snapshot import Snapshot, living
from metadata.store import Written, load_version
from resolvers.context import Prepared, RequestContext
from resolvers.scene_files import SceneTrial
from resolvers.scene_reads import eyes_of
from resolvers.staleness import again_when_stale

LAST_ATTEMPT_SECONDS = 3.0  # so that an attempt ends before its client gives up
log = structlog.get_logger()


async def change_metadata(context: RequestContext, change: Change, dry_run: bool) -> ChangeResult:
    """Runs the change as the viewer. Raises Forbidden, or Conflict while others keep the tables."""

    async def work() -> ChangeResult:
        viewer = context.viewer()
        authorise_metadata(context, viewer)
        name = next((each for each in reversed(change.concerns) if each), "")
        prepare = partial(context.services.prepare, context.company, dry_run)
        rehearsal = Rehearsal(name, prepare, asyncio.get_running_loop(), eyes_of(context))
        async with context.services.changing[context.company.id]:
            documents = await context.services.registered(context.company) if change.breaks else ()
            asked = _Asked(change, dry_run, documents)
            result = await context.in_thread(_apply, context, asked, rehearsal)
            if result.applied:
                # while the rehearsal holds what was built, or it would be built once more
                with contextlib.suppress(AppError, DBAPIError):
                    await context.services.serve(context.company, result.version)
            return result

    return await again_when_stale(context, work)


async def pending_work(context: RequestContext) -> tuple[Step, ...]:
    """What changes left that is not done yet. Raises Forbidden."""

    async def work() -> tuple[Step, ...]:
        authorise_metadata(context, context.viewer())
        return await context.in_thread(_pending, context)

    return await again_when_stale(context, work)


def _pending(context: RequestContext) -> tuple[Step, ...]:
    with transaction(context.services.engine) as connection:
        check_principal(connection, context.viewer())
        return pending_steps(connection, context.company.schema)


def authorise_metadata(context: RequestContext, viewer: Principal) -> None:
    """Metadata is written by those who may write roles."""
    if viewer.profile.scope("role", "update") <= Scope.NONE:
        raise Forbidden("configuration")


@dataclass(frozen=True, slots=True)
class _Asked:
    """A change as it was asked for, with what the registered documents touch."""

    change: Change
    dry_run: bool
    documents: Sequence[Operation]


def _apply(context: RequestContext, asked: _Asked, rehearsal: "Rehearsal") -> ChangeResult:
    viewer = context.viewer()
    guard = _StillAllowed(viewer)
    try:
        return apply_change(
            context.services.engine,
            context.company,
            asked.change,
            user_id=viewer.user_id,
            dry_run=asked.dry_run,
            guard=guard,
            rehearse=rehearsal,
            documents=asked.documents,
            deadline=context.request.deadline - LAST_ATTEMPT_SECONDS,
        )
    except Busy:
        raise Conflict("busy_metadata") from None
    except DBAPIError as error:
        raise translate(error.orig) from error


@dataclass
class Rehearsal:
    """Builds the schema of the new metadata before they are written, on the event loop's behalf,
    and tries scenes with it.

    Holds what was built, so that it is there when the new version is heard of."""

    name: str
    prepare: Callable[[Written], Awaitable[Prepared]]
    loop: asyncio.AbstractEventLoop
    eyes: Eyes
    built: Prepared | None = None

    def __call__(
        self, connection: Connection, written: Written, scenes: Sequence[PlacedScene]
    ) -> Sequence[Problem]:
        try:
            built = asyncio.run_coroutine_threadsafe(self._build(written), self.loop).result()
        except Exception as error:  # noqa: BLE001 - whatever it is, nobody could serve it
            log.warning("schema cannot be built", error=repr(error))
            return [Problem(("input", "name"), "NAME_TAKEN", {"value": self.name})]
        self.built = built
        snapshot = Snapshot(written.version, living(written.objects()))
        trial = SceneTrial(connection, replace(self.eyes, snapshot=snapshot), built.graphql)
        return list(trial.problems(scenes))

    async def _build(self, written: Written) -> Prepared:
        return await self.prepare(written)


@dataclass(frozen=True, slots=True)
class _StillAllowed:
    """The check of session and rights; other changes of the metadata in between do not matter,
    for every change is applied to the newest."""

    viewer: Principal

    def __call__(self, connection: Connection) -> None:
        version = load_version(connection, self.viewer.schema)
        check_principal(connection, replace(self.viewer, metadata_version=version))
