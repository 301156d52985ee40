"""A streaming replica that reads may go to: its connections, and whether it is fit for use.

A watch asks primary and replica for their WAL positions all the time. A replica that does not
answer, is too far behind, or is none of this database is set aside until the watch finds it fit.
Which read may believe the replica is `engine/query/replica_reads.py`.
"""

import asyncio
from collections import Counter, deque
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

import psycopg2

from engine.base.errors import SetupError
from engine.base.settings import Settings
from engine.db.read_connection import ReadConnection
from engine.db.read_pool import ReadPool

WATCH_SECONDS = 1.0
SAMPLES = 10_000

PRIMARY_POSITION = (
    "select concat(c.system_identifier, ' ', pg_current_wal_lsn() - '0/0')"
    " from pg_control_system() c"
)
REPLICA_POSITION = (
    "select concat(c.system_identifier, ' ', pg_last_wal_replay_lsn() - '0/0')"
    " from pg_control_system() c"
)


class Replica:
    """Lives on one event loop: `start()` there, `await stop()` at the end.

    `usable` says whether reads may be tried; `lag_seconds` how old its data may be, None when
    that is not known; `reads` counts (place, reason) of the reads that were routed.
    """

    def __init__(self, settings: Settings) -> None:
        self._patience_ms = _patience_ms(settings)
        self._limit_seconds = settings.replica_lag_limit_ms / 1_000
        there = replace(settings, database_url=replica_address(settings))
        self._pool = _ReplicaPool(there)
        self._watched = _ReplicaPool(replace(there, read_connections=1))
        self._primary = ReadPool(replace(settings, read_connections=1))
        self._lag = Lag()
        self._running: set[asyncio.Task[str | None]] = set()
        self._watching: asyncio.Task[None] | None = None
        self.usable = False
        self.lag_seconds: float | None = None
        self.reads: Counter[tuple[str, str]] = Counter()

    def start(self) -> None:
        """Begins to watch; the replica need not be there."""
        self._watching = asyncio.get_running_loop().create_task(self._watch())

    async def stop(self) -> None:
        if self._watching is not None:
            self._watching.cancel()
            await asyncio.wait([self._watching])
        self.set_aside()
        for pool in (self._pool, self._watched, self._primary):
            await pool.stop()

    def begin(
        self, sql: str, arguments: Sequence[Any], timeout_ms: int
    ) -> asyncio.Task[str | None]:
        """A read under way, as `ReadPool.fetch_text`; cancelled when the replica is set aside."""
        task = asyncio.get_running_loop().create_task(
            self._pool.fetch_text(sql, arguments, timeout_ms)
        )
        self._running.add(task)
        task.add_done_callback(self._ended)
        return task

    def set_aside(self) -> None:
        """No further reads until the watch finds it fit; those under way are given up."""
        self.usable = False
        for task in self._running:
            task.cancel()

    def _ended(self, task: asyncio.Task[str | None]) -> None:
        self._running.discard(task)
        if not task.cancelled():
            task.exception()  # read here: the reader may have left

    async def _watch(self) -> None:
        for pool in (self._primary, self._watched, self._pool):
            with suppress(Exception):  # a pool whose server is not there yet has begun all the same
                await pool.start()
        while True:
            self.lag_seconds = await self._measured()
            if self.lag_seconds is not None and self.lag_seconds <= self._limit_seconds:
                self.usable = True
            else:
                self.set_aside()
            await asyncio.sleep(WATCH_SECONDS)

    async def _measured(self) -> float | None:
        moment = asyncio.get_running_loop().time()
        try:
            primary = await self._primary.fetch_text(PRIMARY_POSITION, (), self._patience_ms)
            there = await self._watched.fetch_text(REPLICA_POSITION, (), self._patience_ms)
        except Exception:  # noqa: BLE001 - whatever hinders it, it cannot be used
            return None
        return self._lag.seconds(moment, str(primary), str(there))


class Lag:
    """How long ago the primary was where the replica is now, by positions alone: clocks of two
    machines differ, and an idle primary writes nothing whose time could be compared."""

    def __init__(self) -> None:
        self._passed: deque[tuple[float, int]] = deque(maxlen=SAMPLES)

    def seconds(self, moment: float, primary: str, replica: str) -> float | None:
        """`moment` is when the primary was asked, the texts are what the two answered.

        None when it is no replica of this primary, or was never seen to come near.
        """
        system, _, written = primary.partition(" ")
        of, _, replayed = replica.partition(" ")
        if system != of or not written or not replayed:
            return None
        passed, at = self._passed, int(replayed)
        passed.append((moment, int(written)))
        while len(passed) > 1 and passed[1][1] <= at:
            passed.popleft()
        return moment - passed[0][0] if passed[0][1] <= at else None


class _ReplicaPool(ReadPool):
    """Hangs up on a statement that is given up, instead of asking a server to cancel it that may
    never answer; the server notices within a second (M11)."""

    def _clean_later(self, connection: ReadConnection) -> None:
        self._drop(connection)


def replica_address(settings: Settings) -> str:
    """Where the replica is, with a bound on how long a silent network is trusted, unless the
    address has one. Raises SetupError when DATABASE_READ_URL is no address."""
    try:
        given = psycopg2.extensions.parse_dsn(settings.database_read_url)
    except psycopg2.Error:
        raise SetupError(
            "DATABASE_READ_URL cannot be read;"
            " it looks like postgresql://user:password@host:5432/name"
        ) from None
    bound = {"tcp_user_timeout": 2 * _patience_ms(settings)}
    made: str = psycopg2.extensions.make_dsn(**{**bound, **given})
    return made


def _patience_ms(settings: Settings) -> int:
    """How long the watch waits for an answer: a fraction of what any statement may take, so that
    a read which waits in vain has time left for the primary."""
    return settings.statement_timeout_ms // 5
