"""A transaction of the write engine whose statements are sent by `statements.py`."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from engine.base.errors import TimedOut
from engine.db.sqlstate import translate
from engine.db.statements import Statements, remaining_ms
from engine.db.write_engine import EACH_TIME


@contextmanager
def statements(engine: Engine, deadline: float) -> Iterator[Statements]:
    """One transaction: committed at the end of the block, undone by any exception in it.

    `deadline` is in seconds of `time.monotonic`; no statement runs past it. Errors of the
    database leave as `sqlstate.translate` says.
    """
    try:
        with engine.connect() as connection, _by_hand(connection):
            found = Statements.on(connection)
            found.begin(deadline, engine.get_execution_options().get(EACH_TIME, ""))
            try:
                yield found
                remaining_ms(deadline)
                found.commit()
            except BaseException:
                found.undo()
                raise
    except DBAPIError as error:
        meant = translate(error.orig)
        if meant is error.orig:
            raise
        raise meant from error
    except PoolTimeout:
        raise TimedOut from None


@contextmanager
def _by_hand(connection: Connection) -> Iterator[None]:
    """psycopg2 sends no `begin` of its own meanwhile."""
    driver: Any = connection.connection.dbapi_connection
    driver.autocommit = True
    try:
        yield
    finally:
        if not driver.closed:
            driver.autocommit = False
