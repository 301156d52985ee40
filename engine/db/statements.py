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
from sqlalchemy import Connection, Table

from engine.base.errors import SchemaChanged, StaleVersion
from engine.db.sqlstate import DIVISION_BY_ZERO, STALE_STATEMENT, TryAgain, translate
from engine.db.updates import Updates, Values, update_many, update_one
from engine.db.write_engine import EACH_TIME, remaining_ms
from engine.db.write_prepared import Prepared, arguments, numbered, prepared_of

IDLE = psycopg2.extensions.TRANSACTION_STATUS_IDLE
_MARK = "qiansi.committed"  # a setting of the session that a rollback takes back


@dataclass(frozen=True)
class _Call:
    """A statement (`$n`) that is prepared once and then only executed, with its values."""

    sql: str
    arguments: bytes


_Part = bytes | Updates | _Call


class Statements:
    """Of one transaction; one user at a time. Without a `connection` they are only collected:
    whoever made them sends the `message` (`message_pool.py`)."""

    def __init__(
        self, cursor: Any, prepared: Prepared | None, connection: Connection | None = None
    ) -> None:
        self._cursor = cursor
        self._prepared = prepared
        self._open = connection
        self._waiting: list[_Part] = []
        self._savepoints = 0
        self._required = 0  # how many of those that wait end with the one that must find a row
        self._asked = False  # whether the last message held one of those
        self._behind: _Call | None = None
        self._mark = ""
        self.read: str | None = None  # what `read_behind` found

    @staticmethod
    def on(connection: Connection) -> "Statements":
        """Of a transaction on this connection."""
        driver: Any = connection.connection.dbapi_connection
        pooled = connection.engine.get_execution_options().get(EACH_TIME)
        prepared = None if pooled else prepared_of(connection.info)
        return Statements(driver.cursor(), prepared, connection)

    @property
    def connection(self) -> Connection:
        """For statements of SQLAlchemy, after everything that waits."""
        self.flush()
        return self._connection

    @property
    def _connection(self) -> Connection:
        assert self._open is not None, "these are sent whole, and nobody gets an answer before"
        return self._open

    def begin(self, deadline: float, each_time: str = "") -> None:
        """Begins the transaction, with settings that need saying each time; no statement runs
        past `deadline` (`time.monotonic`). Raises TimedOut."""
        self.later("begin")
        if each_time:
            self.later(each_time)
        self.later(f"set local statement_timeout = {remaining_ms(deadline)}")

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

    def require(self, sql: str, values: Values, changes: str = "") -> None:
        """A query that must find a row, or nothing after it is done: what sends it raises
        StaleVersion. It travels with the next statement, so it tells by an error. `changes` is a
        WITH clause that writes, for a query over what that has found."""
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

    def end(self) -> None:
        """Adds the commit, and the read behind it."""
        if self._behind is None:
            self.later("commit")
            return
        self._mark = str(time.monotonic_ns())
        self.later(f"set {_MARK} = '{self._mark}'")
        self.later("commit")
        self._waiting.append(self._behind)

    def commit(self) -> None:
        """Ends the transaction. Raises what the commit or anything before it raises, but not
        what a read behind it does."""
        self.end()
        try:
            self.flush()
        except Exception:
            if not self._is_committed():
                raise
            return
        self.take_read()

    def take_read(self) -> None:
        """After the whole message was answered: keeps what was read behind the commit."""
        if self._behind is not None:
            row = self._cursor.fetchone()
            self.read = None if row is None else row[0]

    @property
    def committed(self) -> str:
        """After an error: the query that says whether it was the read's, whose transaction is one
        of its own; "" where there was none."""
        if not self._mark:
            return ""
        return f"select current_setting('{_MARK}', true) = '{self._mark}'"

    def _is_committed(self) -> bool:
        driver: Any = self._connection.connection.dbapi_connection
        if not self.committed or driver.closed or driver.info.transaction_status != IDLE:
            return False
        self._cursor.execute(self.committed)
        ((same,),) = self._cursor.fetchall()
        return bool(same)

    def flush(self) -> None:
        if self._waiting:
            assert self._open is not None, "these are sent whole, and nobody gets an answer before"
            try:
                self._cursor.execute(self.message())
            except psycopg2.Error as error:
                meant = self.meant(error)
                if meant is error:
                    raise
                raise meant from error

    def message(self) -> bytes:
        """What waits, as one text; nothing waits then."""
        parts, self._waiting = self._waiting, []
        self._asked, self._required = self._required > 0, 0
        return b";".join(map(self._text, parts))

    def meant(self, error: psycopg2.Error) -> Exception:
        """What an error in answer to the last message means; the error itself when nobody knows."""
        if self._prepared is not None:
            self._prepared.forget()
            if error.pgcode in STALE_STATEMENT:  # a column has another type since
                return TryAgain(SchemaChanged())
        if self._asked and _is_required(error):
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
