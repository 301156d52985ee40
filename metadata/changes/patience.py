"""How a change of tables waits for its locks: briefly, often, and never in others' way (M6, E4)."""

import math
import random
import time
from collections.abc import Callable
from typing import TypeVar

import psycopg2
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from engine.db.locks import lock_key

LOCK_TIMEOUT_MS = 500
ATTEMPTS = 20
SHORTEST_PAUSE_SECONDS = 0.1
LONGEST_PAUSE_SECONDS = 1.0
_BUSY = frozenset({"55P03", "40P01", "40001"})

_T = TypeVar("_T")


class Busy(Exception):
    """The work cannot be done now; in a moment it may."""


def retry_when_busy(work: Callable[[], _T], deadline: float = math.inf) -> _T:
    """Runs `work`, a transaction of its own, again while locks are not to be had.

    Raises the database's error after ATTEMPTS or after `deadline` (`time.monotonic`), or at once
    when it is another one.
    """
    for attempt in range(1, ATTEMPTS + 1):
        try:
            return work()
        except (DBAPIError, Busy) as error:
            if not _is_busy(error) or attempt == ATTEMPTS or time.monotonic() > deadline:
                raise
        # jitter, so that two changes do not meet again and again
        pause = random.uniform(SHORTEST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS)  # noqa: S311
        time.sleep(pause)
    raise AssertionError("the last attempt returns or raises")


def be_brief(connection: Connection, lock_timeout_ms: int = LOCK_TIMEOUT_MS) -> None:
    """Limits of a transaction that changes tables: short for locks, none for the work itself."""
    for name, value in (
        ("lock_timeout", str(lock_timeout_ms)),
        ("statement_timeout", "0"),
        ("idle_in_transaction_session_timeout", "0"),
    ):
        connection.execute(
            text("select set_config(:name, :value, true)"), {"name": name, "value": value}
        )


def lock_metadata(connection: Connection, schema: str) -> None:
    """Serialises changes of one company's metadata until the end of the transaction (E5)."""
    lock_key(connection, f"{schema}:metadata")


def _is_busy(error: DBAPIError | Busy) -> bool:
    if isinstance(error, Busy):
        return True
    return isinstance(error.orig, psycopg2.Error) and error.orig.pgcode in _BUSY
