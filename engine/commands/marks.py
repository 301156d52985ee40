"""The marks of a command for reads from a replica: see `engine/access/marks.py`."""

from engine.access.marks import mark_narrowed, mark_session
from engine.commands.work import Work


def mark_work(work: Work) -> None:
    """Last in the transaction, because the rows are waited for by every command like it.

    A command repeated by its key marks too: it may have been another session's.
    """
    if work.sight_narrowed:
        mark_narrowed(work.connection, work.schema)
    mark_session(work.connection, work.principal)
