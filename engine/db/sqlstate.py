"""What an error of PostgreSQL means to us, told by its SQLSTATE and never by its text (M27)."""

from dataclasses import dataclass

import psycopg2

from engine.base.errors import AppError, Conflict, SchemaChanged, TimedOut, Unavailable

CONSTRAINTS = {
    "23505": "unique",
    "23503": "foreign_key",
    "23502": "not_null",
    "23514": "check",
    "23P01": "exclusion",
}
DIVISION_BY_ZERO = "22012"
STALE_STATEMENT = frozenset({"0A000", "26000"})  # prepare again and retry once
_SCHEMA_CHANGED = frozenset({"42703", "42P01", "0A000", "3F000", "26000"})
_AGAIN = frozenset({"40P01", "40001"})
_UNAVAILABLE_CLASSES = ("08", "53", "57P")


@dataclass(eq=False)  # not frozen: contextlib assigns __traceback__
class ConstraintViolated(Exception):
    """A constraint refused the write; the command layer says which field that was.

    `kind` is a value of CONSTRAINTS; `name` the constraint's or index's, "" for not_null.
    """

    name: str
    table: str
    kind: str
    column: str = ""


class TryAgain(Exception):
    """Deadlock, serialisation failure, stale statement: the transaction is undone and may be run
    again (F7). `at_last` is what to tell when that has been done often enough."""

    def __init__(self, at_last: AppError | None = None) -> None:
        super().__init__()
        self.at_last = at_last or Conflict("busy")


def translate(error: BaseException | None) -> Exception:
    """The exception to raise for a psycopg2 error; the error itself when it is none we know."""
    if not isinstance(error, psycopg2.Error):
        return error if isinstance(error, Exception) else AppError()
    state = error.pgcode
    if state is None:
        lost = isinstance(error, psycopg2.OperationalError | psycopg2.InterfaceError)
        return Unavailable() if lost else error
    if state in CONSTRAINTS:
        return _constraint(error, CONSTRAINTS[state])
    return _by_state(state) or error


def _by_state(state: str) -> Exception | None:
    if state == "57014":
        return TimedOut()
    if state == "55P03":
        return Conflict("busy")
    if state in _AGAIN:
        return TryAgain()
    if state in _SCHEMA_CHANGED:
        return SchemaChanged()
    if state.startswith(_UNAVAILABLE_CLASSES) or state == "25P03":
        return Unavailable()
    return None


def _constraint(error: psycopg2.Error, kind: str) -> ConstraintViolated:
    told = error.diag
    return ConstraintViolated(
        told.constraint_name or "", told.table_name or "", kind, told.column_name or ""
    )
