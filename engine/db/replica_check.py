"""Is the replica of DATABASE_READ_URL one of this database, and how far behind? For `doctor`."""

import contextlib
import time
from dataclasses import dataclass
from typing import Any

import psycopg2

from engine.base.settings import Settings
from engine.db.address import connect_arguments
from engine.db.replica import PRIMARY_POSITION, REPLICA_POSITION, replica_address

WAIT_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class ReplicaReport:
    """`state` is a few words; `problems` is empty when reads can go there."""

    state: str
    problems: tuple[str, ...] = ()


def check_replica(settings: Settings) -> ReplicaReport:
    """Measures how long the replica takes to replay what the primary has written by now."""
    with contextlib.ExitStack() as stack:
        try:
            here, there = (
                stack.enter_context(contextlib.closing(_connect(url)))
                for url in (settings.database_url, replica_address(settings))
            )
            return _compared(here, there, settings.replica_lag_limit_ms / 1_000)
        except psycopg2.Error as error:
            return ReplicaReport("not usable", (" ".join(str(error).split()),))


def _compared(here: Any, there: Any, limit_seconds: float) -> ReplicaReport:
    begun = time.monotonic()
    system, written = _position(here, PRIMARY_POSITION)
    of, replayed = _position(there, REPLICA_POSITION)
    if of != system or replayed is None or written is None:
        wrong = "DATABASE_READ_URL leads to no replica of the database of DATABASE_URL"
        return ReplicaReport("not usable", (wrong,))
    wait = min(limit_seconds, WAIT_SECONDS)
    while (behind := written - (replayed or 0)) > 0 and time.monotonic() - begun < wait:
        time.sleep(0.02)
        replayed = _position(there, REPLICA_POSITION)[1]
    seconds = time.monotonic() - begun
    if behind > 0:
        late = f"{behind} bytes of WAL were not replayed within {wait:g} s"
        return ReplicaReport("behind", (f"{late}: reads may be going to the primary",))
    return ReplicaReport(f"at most {seconds:.2f} s behind")


def _position(connection: Any, statement: str) -> tuple[str, int | None]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        system, _, position = cursor.fetchone()[0].partition(" ")
    return system, int(position) if position else None


def _connect(url: str) -> Any:
    connection = psycopg2.connect(**connect_arguments(url, {"statement_timeout": "5000"}))
    connection.autocommit = True
    return connection
