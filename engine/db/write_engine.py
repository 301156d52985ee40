"""SQLAlchemy's bounded pool for commands, and the transaction they run in.

Synchronous: called in threads, never on the event loop (M1). Behind transaction pooling the
limits of a connection are said at the beginning of each transaction.
"""

import select
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg2
from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.exc import DBAPIError, DisconnectionError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from engine.base.errors import TimedOut
from engine.base.settings import Settings
from engine.db.address import Address, address_of
from engine.db.sqlstate import translate

EACH_TIME = "each_time"  # settings that every transaction begins with, as SQL; mostly none
_UNBOUNDED = (
    "set statement_timeout = 0; set lock_timeout = 0; set max_parallel_maintenance_workers = 0"
)


def make_engine(settings: Settings) -> Engine:
    """The engine of a process. Raises SetupError when DATABASE_URL is no address.

    Parameters never appear in its errors or its log (`hide_parameters`, M8).
    """
    address = writer_address(settings)
    engine = create_engine(
        "postgresql+psycopg2://",
        creator=lambda: _open(address),
        pool_size=settings.write_connections,
        max_overflow=0,
        pool_timeout=settings.request_deadline_ms / 1_000,
        hide_parameters=True,
        execution_options={EACH_TIME: address.each_time},
    )
    event.listen(engine, "checkout", _check_alive)
    if address.each_time:
        event.listen(engine, "begin", lambda made: made.exec_driver_sql(address.each_time))
    return engine


def writer_address(settings: Settings) -> Address:
    """Where connections that write lead, and their limits. Raises SetupError like the engine."""
    return address_of(
        settings,
        {
            "lock_timeout": str(settings.request_deadline_ms // 2),
            "statement_timeout": str(settings.request_deadline_ms),
            "idle_in_transaction_session_timeout": str(settings.request_deadline_ms),
        },
    )


def _open(address: Address) -> Any:
    connection = psycopg2.connect(**address.arguments)
    if address.opening:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(address.opening)
        connection.autocommit = False
    return connection


@contextmanager
def unbounded(engine: Engine) -> Iterator[Connection]:
    """A connection without limits of time, each statement its own transaction; maintenance gets no
    helper processes, which would take the processors from the requests beside it.

    For what cannot be told its limits within a transaction, as CREATE INDEX CONCURRENTLY. It is
    taken out of the pool for good: what is set on it ends with it. Behind transaction pooling
    nothing is set, for it would stay with a server process that others use; those limits are
    the server's own, none unless an administrator gave the role some.
    """
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.detach()
        if not engine.get_execution_options()[EACH_TIME]:
            connection.exec_driver_sql(_UNBOUNDED)
        yield connection


def _check_alive(connection: Any, _record: Any, _proxy: Any) -> None:
    """A server that hung up has said so: an idle connection with something to read is dead, and
    the pool opens another. Asking with a round trip would cost as much as a statement."""
    if connection.closed or _readable(connection.fileno()):
        raise DisconnectionError


def _readable(number: int) -> bool:
    waiting = select.poll()
    waiting.register(number, select.POLLIN)
    return bool(waiting.poll(0))


@contextmanager
def transaction(engine: Engine, deadline: float | None = None) -> Iterator[Connection]:
    """One transaction: committed at the end of the block, undone by any exception in it.

    `deadline` is in seconds of `time.monotonic`; no statement runs past it. Errors of the
    database leave as `sqlstate.translate` says.
    """
    with translated(), engine.begin() as connection:
        if deadline is not None:
            connection.execute(
                text("select set_config('statement_timeout', :value, true)"),
                {"value": str(remaining_ms(deadline))},
            )
        yield connection


@contextmanager
def translated() -> Iterator[None]:
    """Errors of the database leave the block as `sqlstate.translate` says."""
    try:
        yield
    except DBAPIError as error:
        meant = translate(error.orig)
        if meant is error.orig:
            raise
        raise meant from error
    except PoolTimeout:
        raise TimedOut from None


def remaining_ms(deadline: float) -> int:
    """How long is left until `deadline` (`time.monotonic`). Raises TimedOut."""
    remaining = int((deadline - time.monotonic()) * 1_000)
    if remaining <= 0:
        raise TimedOut
    return remaining
