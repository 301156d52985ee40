"""Follow and unfollow records that one sees; doing so twice is doing so once (OBJ-08)."""

from collections.abc import Sequence

from sqlalchemy import select

from engine.base.errors import InvalidInput, NotFound, Problem
from engine.base.identifiers import RecordId
from engine.commands.command import Follow, Outcome, Unfollow
from engine.commands.each import check_batch_size
from engine.commands.references import visible_records
from engine.commands.rows import delete_rows, insert_record
from engine.commands.work import Work
from engine.db.locks import lock_own_rows
from metadata.model import Capability


def authorise_follow(work: Work, command: Follow | Unfollow) -> None:
    check_batch_size(work, command.records)
    problems = [
        Problem(("records", position), "BAD_ID")
        for position, id in enumerate(command.records)
        if not _is_followable(work, id.object)
    ]
    if problems:
        raise InvalidInput(problems)


def run_follow(work: Work, command: Follow) -> Outcome:
    followed = _followed(work, command.records)
    for id in dict.fromkeys(command.records):
        if id not in followed:
            values = {"record": id, "user": work.principal.user_id, "createdAt": work.at}
            fields = work.index("follower").fields
            insert_record(work, "follower", {n: v for n, v in values.items() if n in fields})
    return Outcome(done=tuple(dict.fromkeys(command.records)))


def run_unfollow(work: Work, command: Unfollow) -> Outcome:
    delete_rows(work, "follower", sorted(_followed(work, command.records).values()))
    return Outcome(done=tuple(dict.fromkeys(command.records)))


def _followed(work: Work, records: Sequence[RecordId]) -> dict[RecordId, int]:
    """Which of the records the user follows now, with the row that says so; all are visible."""
    lock_own_rows(work.connection, work.schema, "follower", work.principal.user_id)
    found = visible_records(work, set(records))
    for id in records:
        if id not in found:
            raise NotFound(id=str(id))
    table = work.table("follower")
    rows = work.connection.execute(
        select(table.c.id, table.c.record_object, table.c.record_id).where(
            table.c.user_id == work.principal.user_id,
            table.c.record_id.in_([id.number for id in records]),
        )
    )
    known = {RecordId(row.record_object, row.record_id): row.id for row in rows}
    return {id: number for id, number in known.items() if id in records}


def _is_followable(work: Work, object_name: str) -> bool:
    known = work.snapshot.by_name.get(object_name)
    return known is not None and known.definition.can(Capability.FOLLOWABLE)
