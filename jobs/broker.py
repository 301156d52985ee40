"""The broker of the jobs: dramatiq over Redis, with the knobs that bring a killed worker's
jobs back within some 12 seconds instead of minutes (M9), and the registry of all actors.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial, update_wrapper

import dramatiq
import redis
from dramatiq.brokers.redis import RedisBroker

from engine.base.errors import SetupError
from jobs.actors import (
    complete_metadata,
    purge_metadata,
    purge_trash,
    record_event,
    sweep_sessions,
)
from jobs.context import JobContext

HEARTBEAT_MS = 10_000
MAINTENANCE_CHANCE = 1_000_000  # of a million: every fetch and enqueue looks for dead workers
TIME_LIMIT_MS = 60_000  # of a job; its statements end long before (M10)
RETRY_AFTER_MS = 1_000  # doubled each time: a database that restarts is there again soon
MOST_RETRIES = 9
INDEX_LIMIT_MS = 6 * 3_600_000  # an index over many millions of rows


@dataclass(frozen=True, slots=True)
class ActorSpec:
    """An actor's name on the wire and its function `(context, schema, *arguments)`."""

    name: str
    function: Callable[..., None]
    time_limit_ms: int = TIME_LIMIT_MS


ACTORS = (
    ActorSpec("record_event", record_event.run),
    ActorSpec("purge_trash", purge_trash.run),
    ActorSpec("sweep_sessions", sweep_sessions.run),
    ActorSpec("purge_metadata", purge_metadata.run),
    ActorSpec("complete_metadata", complete_metadata.run, INDEX_LIMIT_MS),
)


def make_broker(redis_url: str, context: JobContext) -> RedisBroker:
    """The broker with all actors declared. Raises SetupError when Redis does not answer."""
    try:
        client = redis.Redis.from_url(redis_url)
        client.ping()
    except (redis.RedisError, ValueError) as error:
        reason = " ".join(str(error).split())
        raise SetupError(f"the Redis of REDIS_URL does not answer: {reason}") from None
    broker = RedisBroker(  # type: ignore[no-untyped-call]
        client=client,
        namespace="qiansi",
        heartbeat_timeout=HEARTBEAT_MS,
        maintenance_chance=MAINTENANCE_CHANCE,
    )
    for spec in ACTORS:
        function = update_wrapper(partial(spec.function, context), spec.function)
        dramatiq.actor(
            broker=broker,
            actor_name=spec.name,
            queue_name="default",
            max_retries=MOST_RETRIES,
            min_backoff=RETRY_AFTER_MS,
            time_limit=spec.time_limit_ms,
        )(function)
    return broker
