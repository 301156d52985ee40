"""Make a new role with the rights of another; a copy of a super role is refused (ADM-03)."""

from typing import Any

from sqlalchemy import select

from engine.base.errors import InvalidInput, Problem
from engine.base.identifiers import RecordId
from engine.commands.command import CopyRole, Outcome
from engine.commands.create_record import create
from engine.commands.organisation_rules import check_changeable
from engine.commands.rights import authorise
from engine.commands.rows import first_stamps, insert_records, load_records, to_record
from engine.commands.work import Work

RIGHTS = ("rolePermission", "fieldAccess")


def authorise_copy(work: Work, command: CopyRole) -> None:
    authorise(work, "role", "create")


def run_copy(work: Work, command: CopyRole) -> Outcome:
    source = load_records(work, "role", [command.role.number]).get(command.role.number)
    if command.role.object != "role" or source is None:
        raise InvalidInput([Problem(("role",), "BAD_REFERENCE")])
    check_changeable(source)
    copied = {name: source.values[name] for name in ("family", "dataScope")}
    made = create(work, "role", {"name": command.name}, copied)
    for name in RIGHTS:
        _copy_rows(work, name, command.role, made)
    return Outcome(done=(made,), created=True)


def _copy_rows(work: Work, object_name: str, source: RecordId, target: RecordId) -> None:
    index, table = work.index(object_name), work.table(object_name)
    rows = work.connection.execute(
        select(*table.columns).where(table.c.role_id == source.number).order_by(table.c.id)
    ).mappings()
    kept = index.fields.keys() - first_stamps(work, index).keys()
    copies: list[dict[str, Any]] = []
    for row in rows:
        values = to_record(index, row).values
        copies.append({**{name: values[name] for name in kept}, "role": target.number})
    insert_records(work, object_name, copies)
