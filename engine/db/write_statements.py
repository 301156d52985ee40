"""A transaction of the write engine whose statements are sent by `statements.py`."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine

from engine.db.statements import Statements
from engine.db.write_engine import EACH_TIME, remaining_ms, translated


@contextmanager
def statements(engine: Engine, deadline: float) -> Iterator[Statements]:
    """One transaction: committed at the end of the block, undone by any exception in it.

    `deadline` is in seconds of `time.monotonic`; no statement runs past it. Errors of the
    database leave as `sqlstate.translate` says.
    """
    with translated(), engine.connect() as connection, _by_hand(connection):
        found = Statements.on(connection)
        found.begin(deadline, engine.get_execution_options().get(EACH_TIME, ""))
        try:
            yield found
            remaining_ms(deadline)
            found.commit()
        except BaseException:
            found.undo()
            raise


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
