"""The statements of one transaction, in as few round trips as their results allow.

A statement whose result nobody waits for travels with the next one, in order; `begin` and
`commit` do too. Speaks to psycopg2 itself: SQLAlchemy's own work for a statement costs more
than most statements here. Values are `%(name)s`, a percent sign is written twice; one whose
place does not tell its type is cast, for a prepared statement does not see it.
"""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg2
import psycopg2.extensions
from sqlalchemy import Connection, Engine, Table
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from engine.base.errors import SchemaChanged, StaleVersion, TimedOut
from engine.db.sqlstate import DIVISION_BY_ZERO, STALE_STATEMENT, TryAgain, translate
from engine.db.updates import Updates, Values, update_many, update_one
from engine.db.write_engine import EACH_TIME
from engine.db.write_prepared import arguments, numbered, prepared_of

_IDLE = psycopg2.extensions.TRANSACTION_STATUS_IDLE
_MARK = "qiansi.committed"  # a setting of the session that a rollback takes back


@dataclass(frozen=True)
class _Call:
    """A statement (`$n`) that is prepared once and then only executed, with its values."""

    sql: str
    arguments: bytes


_Part = bytes | Updates | _Call


class Statements:
    """Of one transaction on `connection`; one user at a time."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        driver: Any = connection.connection.dbapi_connection
        self._cursor = driver.cursor()
        self._waiting: list[_Part] = []
        pooled = connection.engine.get_execution_options().get(EACH_TIME)
        self._prepared = None if pooled else prepared_of(connection.info)
        self._savepoints = 0
        self._required = 0  # how many of those that wait end with the one that must find a row
        self._behind: _Call | None = None
        self.read: str | None = None  # what `read_behind` found

    @property
    def connection(self) -> Connection:
        """For statements of SQLAlchemy, after everything that waits."""
        self.flush()
        return self._connection

    def later(self, sql: str, values: Values | None = None) -> None:
        """A statement that travels with the next one."""
        self._waiting.append(self._part(sql, values))

    def update_later(self, rows: Table, number: int, columns: Values) -> None:
        """Writes columns of a row; neighbouring updates of the same columns become one."""
        update = Updates(rows, tuple(columns), {number: columns})
        last = self._waiting[-1] if self._waiting else None
        if isinstance(last, Updates) and last.takes(update):
            last.by_id[number] = columns
        else:
            self._waiting.append(update)

    def require(self, sql: str, values: Values) -> None:
        """A query that must find a row, or nothing after it is done: what sends it raises
        StaleVersion. It travels with the next statement, so it tells by an error."""
        self.later(f"select 1 / count(*) from ({sql}) required", values)
        self._required = len(self._waiting)

    def require_written(self, changes: str, sql: str, values: Values) -> None:
        """The same of a query over what `changes`, a WITH clause that writes, has found."""
        self.later(f"{changes} select 1 / count(*) from ({sql}) required", values)
        self._required = len(self._waiting)

    def confirm(self) -> None:
        """Sends what is required, if it still waits, and nothing that came after it."""
        if self._required:
            del self._waiting[self._required :]
            self.flush()

    def flush_writes(self) -> None:
        """Sends what waits if any of it may write: what opens the transaction and what is
        required stay, for no constraint can refuse them."""
        if len(self._waiting) > self._required:
            self.flush()

    def fetch(self, sql: str, values: Values | None = None) -> Sequence[tuple[Any, ...]]:
        """The rows of a query, after everything that waits."""
        self.later(sql, values)
        self.flush()
        found: Sequence[tuple[Any, ...]] = self._cursor.fetchall()
        return found

    def read_behind(self, sql: str, values: Sequence[Any]) -> None:
        """A read plan (`$n`) that is sent with the commit and sees what it committed. Whatever
        keeps it from its row leaves `read` None: who asked has to read by other means then.
        Where nothing stays prepared it is not sent at all."""
        if self._prepared is not None:
            self._behind = _Call(sql, arguments(self._cursor, values))

    def commit(self) -> None:
        """Ends the transaction. Raises what the commit or anything before it raises, but not
        what a read behind it does."""
        if self._behind is None:
            self.later("commit")
            self.flush()
            return
        mark = str(time.monotonic_ns())
        self.later(f"set {_MARK} = '{mark}'")
        self.later("commit")
        self._waiting.append(self._behind)
        try:
            self.flush()
        except Exception:
            if not self._is_committed(mark):
                raise
            return
        row = self._cursor.fetchone()
        self.read = None if row is None else row[0]

    def _is_committed(self, mark: str) -> bool:
        """After an error: was it the read's? Its transaction is one of its own."""
        driver: Any = self._connection.connection.dbapi_connection
        if driver.closed or driver.info.transaction_status != _IDLE:
            return False
        self._cursor.execute(f"select current_setting('{_MARK}', true) = '{mark}'")
        ((same,),) = self._cursor.fetchall()
        return bool(same)

    def flush(self) -> None:
        if self._waiting:
            parts, self._waiting = self._waiting, []
            required, self._required = self._required, 0
            try:
                self._cursor.execute(b";".join(map(self._text, parts)))
            except psycopg2.Error as error:
                meant = self._meant(error, bool(required))
                if meant is error:
                    raise
                raise meant from error

    def _meant(self, error: psycopg2.Error, required: bool) -> Exception:
        if self._prepared is not None:
            self._prepared.forget()
            if error.pgcode in STALE_STATEMENT:  # a column has another type since
                return TryAgain(SchemaChanged())
        if required and _is_required(error):
            return StaleVersion()
        return translate(error)

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """All of the block or nothing of it. Costs nothing as long as the block sends nothing."""
        self._savepoints += 1
        name = f"s{self._savepoints}"
        mark: bytes = f"savepoint {name}".encode()
        self._waiting.append(mark)
        try:
            yield
        except Exception:
            if mark in self._waiting:
                del self._waiting[self._waiting.index(mark) :]
            else:
                self._waiting = []
                self.later(f"rollback to savepoint {name}")
            raise
        if mark in self._waiting:
            self._drop(self._waiting.index(mark))
        else:
            self.later(f"release savepoint {name}")

    def _drop(self, position: int) -> None:
        """Takes a savepoint out of what waits; updates that it kept apart become one."""
        del self._waiting[position]
        if not 0 < position < len(self._waiting):
            return
        before, after = self._waiting[position - 1], self._waiting[position]
        if isinstance(before, Updates) and isinstance(after, Updates) and before.takes(after):
            before.by_id.update(after.by_id)
            del self._waiting[position]

    def undo(self) -> None:
        """Ends the transaction without effect; a connection that cannot do that is dropped."""
        self._waiting = []
        try:
            self._cursor.execute("rollback")
        except psycopg2.Error:
            self._connection.invalidate()

    def _part(self, sql: str, values: Values | None) -> _Part:
        if values is None:
            return sql.encode()
        if self._prepared is None:
            plain: bytes = self._cursor.mogrify(sql, values)
            return plain
        return _Call(*numbered(self._cursor, sql, values))

    def _text(self, part: _Part) -> bytes:
        if isinstance(part, _Call):
            assert self._prepared is not None
            return self._prepared.text(part.sql, part.arguments)
        return part if isinstance(part, bytes) else self._updates(part)

    def _updates(self, updates: Updates) -> bytes:
        if len(updates.by_id) == 1:
            return self._text(self._part(*update_one(updates)))
        found: bytes = self._cursor.mogrify(*update_many(updates))
        return found


def _is_required(error: psycopg2.Error) -> bool:
    """Did `require` raise it? A trigger may divide by zero too, but says where."""
    return error.pgcode == DIVISION_BY_ZERO and error.diag.context is None


@contextmanager
def statements(engine: Engine, deadline: float) -> Iterator[Statements]:
    """One transaction: committed at the end of the block, undone by any exception in it.

    `deadline` is in seconds of `time.monotonic`; no statement runs past it. Errors of the
    database leave as `sqlstate.translate` says.
    """
    try:
        with engine.connect() as connection, _by_hand(connection):
            found = Statements(connection)
            found.later("begin")
            if each_time := engine.get_execution_options().get(EACH_TIME):
                found.later(each_time)
            found.later(f"set local statement_timeout = {_remaining_ms(deadline)}")
            try:
                yield found
                _remaining_ms(deadline)
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


def _remaining_ms(deadline: float) -> int:
    remaining = int((deadline - time.monotonic()) * 1_000)
    if remaining <= 0:
        raise TimedOut
    return remaining


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
