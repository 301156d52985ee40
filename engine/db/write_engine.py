"""SQLAlchemy's bounded pool for commands, and the transaction they run in.

Synchronous: called in threads, never on the event loop (M1).
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg2
from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from engine.base.errors import TimedOut
from engine.base.settings import Settings
from engine.db.address import connect_arguments
from engine.db.sqlstate import translate


def make_engine(settings: Settings) -> Engine:
    """The engine of a process. Raises SetupError when DATABASE_URL is no address.

    Parameters never appear in its errors or its log (`hide_parameters`, M8).
    """
    arguments = connect_arguments(
        settings.database_url,
        {
            "lock_timeout": str(settings.request_deadline_ms // 2),
            "statement_timeout": str(settings.request_deadline_ms),
            "idle_in_transaction_session_timeout": str(settings.request_deadline_ms),
        },
    )
    return create_engine(
        "postgresql+psycopg2://",
        creator=lambda: psycopg2.connect(**arguments),
        pool_size=settings.write_connections,
        max_overflow=0,
        pool_timeout=settings.request_deadline_ms / 1_000,
        pool_pre_ping=True,
        hide_parameters=True,
    )


@contextmanager
def transaction(engine: Engine, deadline: float | None = None) -> Iterator[Connection]:
    """One transaction: committed at the end of the block, undone by any exception in it.

    `deadline` is in seconds of `time.monotonic`; no statement runs past it. Errors of the
    database leave as `sqlstate.translate` says.
    """
    try:
        with engine.begin() as connection:
            if deadline is not None:
                _limit(connection, deadline)
            yield connection
    except DBAPIError as error:
        meant = translate(error.orig)
        if meant is error.orig:
            raise
        raise meant from error
    except PoolTimeout:
        raise TimedOut from None


def _limit(connection: Connection, deadline: float) -> None:
    remaining_ms = int((deadline - time.monotonic()) * 1_000)
    if remaining_ms <= 0:
        raise TimedOut
    connection.execute(
        text("select set_config('statement_timeout', :value, true)"),
        {"value": str(remaining_ms)},
    )
