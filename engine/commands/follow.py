"""Follow and unfollow records that one sees; doing so twice is doing so once (OBJ-08)."""

from collections.abc import Callable, Sequence

from sqlalchemy import select

from engine.base.errors import InvalidInput, Problem
from engine.base.identifiers import RecordId
from engine.commands.command import Follow, Outcome, Unfollow
from engine.commands.each import check_batch_size, run_each
from engine.commands.references import visible_records
from engine.commands.rights import Standing
from engine.commands.rows import delete_rows, insert_record
from engine.commands.work import Work
from engine.db.locks import lock_own_rows
from metadata.model import Capability


def authorise_follow(work: Work, command: Follow | Unfollow) -> None:
    check_batch_size(work, command.records)
    problems = [
        Problem(("ids", position), "BAD_ID")
        for position, id in enumerate(command.records)
        if not _is_followable(work, id.object)
    ]
    if problems:
        raise InvalidInput(problems)


def run_follow(work: Work, command: Follow) -> Outcome:
    followed = _followed(work, command.records)

    def follow(id: RecordId) -> None:
        if id not in followed:
            insert_record(work, "follower", {"record": id, "user": work.principal.user_id})

    return _on_visible(work, command.records, follow)


def run_unfollow(work: Work, command: Unfollow) -> Outcome:
    followed = _followed(work, command.records)

    def unfollow(id: RecordId) -> None:
        if id in followed:
            delete_rows(work, "follower", [followed[id]])

    return _on_visible(work, command.records, unfollow)


def _on_visible(
    work: Work, records: Sequence[RecordId], act: Callable[[RecordId], None]
) -> Outcome:
    ids = tuple(dict.fromkeys(records))
    seen = visible_records(work, set(ids))
    standings = {id: Standing.ALLOWED if id in seen else Standing.NOT_FOUND for id in ids}
    return run_each(work, ids, act, standings=standings, atomic=False)


def _followed(work: Work, records: Sequence[RecordId]) -> dict[RecordId, int]:
    """Which of the records the user follows now, with the row that says so; his alone to change."""
    lock_own_rows(work.connection, work.schema, "follower", work.principal.user_id)
    table = work.table("follower")
    rows = work.connection.execute(
        select(table.c.id, table.c.record_object, table.c.record_id).where(
            table.c.user_id == work.principal.user_id,
            table.c.record_id.in_([id.number for id in records]),
        )
    )
    return {RecordId(row.record_object, row.record_id): row.id for row in rows}


def _is_followable(work: Work, object_name: str) -> bool:
    known = work.snapshot.by_name.get(object_name)
    return known is not None and known.definition.can(Capability.FOLLOWABLE)
