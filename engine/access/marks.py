"""Marks in rows that tell a read whether a replica already has what it must have.

A mark is the WAL position at which a transaction stood when it set it. It commits with what it
stands for, so a snapshot of a replica that holds the mark holds the rest of its transaction; the
replay position by itself would not tell, since it may move on after the snapshot was taken.
Set only when there is a replica (`database_read_url`).
"""

from sqlalchemy import Connection, text

from engine.access.model import Principal
from engine.db.quoting import table

# of the session `s` and the state `v`, as one text; two reads agree when it is the same
MARKS = "concat(s.written_lsn, ' ', v.narrowed_lsn)"

# never the same twice, even when two transactions read the position at the same moment
_POSITION = "greatest(pg_current_wal_insert_lsn(), {column} + 1)"
_WRITTEN = _POSITION.format(column="written_lsn")
_NARROWED = _POSITION.format(column="narrowed_lsn")


def mark_session(connection: Connection, principal: Principal) -> None:
    """What this transaction wrote or found, the session must find in all reads that follow.

    Locks the session's row until the end of the transaction, so it comes last.
    """
    sessions = table(principal.schema, "session")
    connection.execute(
        text(f"update {sessions} set written_lsn = {_WRITTEN} where token_hash = :hash"),
        {"hash": principal.session_hash},
    )


def mark_narrowed(connection: Connection, schema: str) -> None:
    """What this transaction took from somebody's sight, nobody may read any more."""
    connection.execute(text(f"update {table(schema, 'state')} set narrowed_lsn = {_NARROWED}"))
