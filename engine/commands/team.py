"""What the verbs of a record's team share: the members as they are, checked and locked (OBJ-10).

Whoever may update a record otherwise than as a member manages its team: what was lent for a
time is neither prolonged nor passed on by the borrower. The owner is never a member.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from engine.access.model import Scope
from engine.base.errors import Forbidden, InvalidInput, Problem
from engine.base.identifiers import RecordId
from engine.commands.command import Outcome
from engine.commands.each import check_batch_size, run_each
from engine.commands.effects import note
from engine.commands.references import visible_records
from engine.commands.rights import Standing, Wanted, has_action, lock_ids
from engine.commands.rows import Record, load_records, to_record
from engine.commands.work import Work
from engine.db.locks import RowLock
from engine.outbox.write import Message
from metadata.model import Capability

ACCESSES = ("READ", "WRITE")


@dataclass(frozen=True, slots=True)
class Terms:
    """What a member gets: READ or WRITE, until when (None: for good)."""

    access: str
    until: datetime | None


def authorise_team(work: Work, records: Sequence[RecordId], action: str) -> None:
    """The objects have teams and the role the action. Raises InvalidInput, Forbidden."""
    check_batch_size(work, records)
    problems = []
    for position, id in enumerate(records):
        known = work.snapshot.by_name.get(id.object)
        if known is None or not known.definition.can(Capability.TEAM):
            problems.append(Problem(("ids", position), "BAD_ID"))
        elif not has_action(work, known.definition, action):
            raise Forbidden("action", object=known.definition.label, action=action)
    if problems:
        raise InvalidInput(problems)


def check_terms(terms: Terms) -> None:
    if terms.access not in ACCESSES:
        raise InvalidInput([Problem(("access",), "UNKNOWN_OPTION")])


def check_users(work: Work, users: Sequence[RecordId]) -> None:
    """All are users of the company. Raises InvalidInput."""
    found = visible_records(work, {user for user in users if user.object == "user"})
    problems = [
        Problem(("users", position), "BAD_REFERENCE" if user.object == "user" else "BAD_ID")
        for position, user in enumerate(users)
        if user not in found
    ]
    if problems:
        raise InvalidInput(problems)


def on_each(
    work: Work, ids: Sequence[RecordId], action: str, act: Callable[[Record], None]
) -> Outcome:
    """Acts on each record that allows the action, locked by object and id; a result for each.

    `update` means managing the team, which membership does not allow.
    """
    standings: dict[RecordId, Standing] = {}
    records: dict[RecordId, Record] = {}
    for name in sorted({id.object for id in ids}):
        mine = [id for id in ids if id.object == name]
        standings |= lock_ids(work, Wanted(name, action, RowLock.CHANGE), mine)
        found = load_records(work, name, [id.number for id in mine])
        records |= {record.id: record for record in found.values()}

    def run(id: RecordId) -> None:
        if action == "update":
            _check_manages(work, records[id])
        act(records[id])

    return run_each(work, tuple(dict.fromkeys(ids)), run, standings=standings, atomic=False)


def _check_manages(work: Work, record: Record) -> None:
    """The owner is within the scope of the role. Raises Forbidden."""
    scope = work.profile.scope(record.id.object, "update")
    within = work.principal.scope_users
    if scope is not Scope.ALL and record.values.get("owner") not in within[scope]:
        raise Forbidden("record", object=work.definition(record.id.object).label)


def members_of(work: Work, record: RecordId) -> dict[int, Record]:
    """The team of a locked record by user number, expired members included."""
    table = work.table("teamMember")
    rows = work.connection.execute(
        select(*table.columns)
        .where(table.c.record_object == record.object, table.c.record_id == record.number)
        .order_by(table.c.id)
    ).mappings()
    members = [to_record(work.index("teamMember"), row) for row in rows]
    return {member.values["user"]: member for member in members}


def note_team(
    work: Work, record: RecordId, action: str, user: int, terms: tuple[Terms | None, Terms | None]
) -> None:
    """Log and outbox of one member's change, from old terms to new ones."""
    member = str(RecordId("user", user))
    old, new = (_logged_terms(member, each) for each in terms)
    note(work, record, f"team.{action}", ({"field": "teamMembers", "old": old, "new": new},))
    payload = {"object": record.object, "id": str(record), "user": member}
    work.messages.append(Message(f"team.{action}", payload))
    if old is not None:
        work.sight_narrowed = True


def terms_of(member: Record) -> Terms:
    return Terms(member.values["access"], member.values.get("until"))


def _logged_terms(member: str, terms: Terms | None) -> dict[str, Any] | None:
    if terms is None:
        return None
    until = terms.until.isoformat() if terms.until else None
    return {"user": member, "access": terms.access, "until": until}
