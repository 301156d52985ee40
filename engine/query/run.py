"""The read spine: plan, known or new → its arguments → JSON text."""

import time
from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Any, NamedTuple, Protocol

from engine.access.model import Principal
from engine.base.errors import StaleVersion, TimedOut
from engine.base.settings import Settings
from engine.query.bind import bind
from engine.query.plan import plan_read
from engine.query.planning import Place
from engine.query.plans import PlanCache
from engine.query.request import ReadPlan, ReadRequest
from metadata.snapshot import Snapshot

Requested = ReadRequest | Callable[[], ReadRequest]


class TextPool(Protocol):
    """What a read needs of the pool: one text column of at most one row."""

    async def fetch_text(
        self, sql: str, arguments: Sequence[Any], timeout_ms: int
    ) -> str | None: ...


class Reader(NamedTuple):
    """Everything a read needs of its request. `deadline` is in seconds of `time.monotonic`."""

    pool: TextPool
    principal: Principal
    snapshot: Snapshot
    plans: PlanCache
    settings: Settings
    deadline: float


async def run_read(
    request: Requested, reader: Reader, key: Hashable | None, variables: Mapping[str, Any]
) -> str:
    """The JSON text of the root field. `request` may be a function, called if no plan is known.

    Raises StaleVersion when session or versions have moved: reload both and call again.
    """
    plan = plan_for(request, reader, key, variables)
    arguments = bind(plan, variables, reader.principal)
    text = await reader.pool.fetch_text(plan.sql, arguments, _remaining_ms(reader))
    if text is None:
        raise StaleVersion
    return text


def plan_for(
    request: Requested, reader: Reader, key: Hashable | None, variables: Mapping[str, Any]
) -> ReadPlan:
    """The plan known for the key that holds for the variables, else a new one."""
    return _known_plan(reader, key, variables) or _new_plan(request, reader, key)


def _known_plan(
    reader: Reader, key: Hashable | None, variables: Mapping[str, Any]
) -> ReadPlan | None:
    return None if key is None else reader.plans.find(key, variables)


def _new_plan(request: Requested, reader: Reader, key: Hashable | None) -> ReadPlan:
    principal = reader.principal
    place = Place(principal.schema, principal.time_zone, reader.settings)
    asked = request() if callable(request) else request
    plan = plan_read(asked, reader.snapshot, principal.profile, place)
    if key is not None:
        reader.plans.store(key, plan)
    return plan


def _remaining_ms(reader: Reader) -> int:
    remaining = int((reader.deadline - time.monotonic()) * 1_000)
    if remaining <= 0:
        raise TimedOut
    return min(remaining, reader.settings.statement_timeout_ms)
