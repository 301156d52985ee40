"""Every lock a command takes, and the order it takes them in.

1. the organisation (the row of `state`), for whatever changes rights
2. the right to one's own small rows (an advisory lock: follows)
3. parents and other targets of references, FOR KEY SHARE, by object and id
4. the records themselves, by id: FOR NO KEY UPDATE to change, FOR UPDATE to remove

A deletion (4, FOR UPDATE) and a new reference to the same row (3) exclude each other; changing
a record (4, FOR NO KEY UPDATE) does not hinder references to it. What order cannot prevent
(a reference back into the same table) the retry of `run_command` resolves (F7).
"""

from collections.abc import Sequence
from enum import StrEnum

from sqlalchemy import Connection, Table, text

from engine.db.quoting import table


class RowLock(StrEnum):
    """Strength of a row lock, as SQL says it."""

    REFERENCE = "for key share"
    CHANGE = "for no key update"
    REMOVE = "for update"


def row_lock(strength: RowLock, alias: str) -> str:
    """The locking clause for one table of a statement; the caller orders by id."""
    return f"{strength} of {alias}"


def lock_numbers(
    connection: Connection, rows: Table, numbers: Sequence[int], strength: RowLock
) -> None:
    """Locks rows without asking whose they are: those that the engine itself will change."""
    where = table(str(rows.schema), rows.name)
    connection.execute(
        text(f"select 1 from {where} t where t.id = any(:numbers) order by t.id {strength} of t"),
        {"numbers": sorted(set(numbers))},
    )


def lock_organisation(connection: Connection, schema: str) -> None:
    """Serialises changes of users, departments, roles and rights within a company."""
    connection.execute(text(f"select 1 from {table(schema, 'state')} for no key update"))


def lock_own_rows(connection: Connection, schema: str, purpose: str, user_id: int) -> None:
    """Serialises what one user does to his own rows of one purpose."""
    lock_key(connection, f"{schema}:{purpose}:{user_id}")


def lock_tree(connection: Connection, schema: str, object_name: str) -> None:
    """Serialises moves within one object's tree: two moves at once could close a cycle."""
    lock_key(connection, f"{schema}:tree:{object_name}")


def lock_key(connection: Connection, key: str) -> None:
    """Serialises whatever takes the same key, in every process, until the transaction ends."""
    connection.execute(
        text("select pg_advisory_xact_lock(hashtextextended(:key, 0))"), {"key": key}
    )
