"""What a role may do with single fields: hidden, read, write, masked (FLD-09)."""

from typing import Any

from sqlalchemy import select

from engine.base.errors import InvalidInput, Problem
from engine.base.identifiers import RecordId
from engine.commands.command import FieldRule, Outcome, SetFieldAccess
from engine.commands.effects import note
from engine.commands.rows import insert_record, next_stamps, to_record, update_record
from engine.commands.set_role_actions import lock_role
from engine.commands.work import Work

ACCESSES = ("HIDDEN", "READ", "WRITE")


def run_field_access(work: Work, command: SetFieldAccess) -> Outcome:
    role = lock_role(work, command.role)
    _check_input(work, command)
    for rule in command.fields:
        _set(work, role.id, rule)
    return Outcome(done=(command.role,))


def _check_input(work: Work, command: SetFieldAccess) -> None:
    problems = [
        Problem(("fields", position, name), "UNKNOWN_OPTION")
        for position, rule in enumerate(command.fields)
        for name in _wrong(work, rule)
    ]
    if problems:
        raise InvalidInput(problems)


def _wrong(work: Work, rule: FieldRule) -> list[str]:
    """Names of the rule's members that make no sense; only some types can be masked."""
    index = work.snapshot.by_name.get(rule.object)
    if index is None:
        return ["object"]
    field = index.fields.get(rule.field)
    if field is None or field.hidden:
        return ["field"]
    wrong = [] if rule.access in ACCESSES else ["access"]
    return [*wrong, "masked"] if rule.masked and not field.maskable else wrong


def _set(work: Work, role: RecordId, rule: FieldRule) -> None:
    table = work.table("fieldAccess")
    row = (
        work.connection.execute(
            select(*table.columns).where(
                table.c.role_id == role.number,
                table.c.object == rule.object,
                table.c.field == rule.field,
            )
        )
        .mappings()
        .first()
    )
    new = {"access": rule.access, "masked": rule.masked}
    old: dict[str, Any] = {"access": "WRITE", "masked": False}
    if row is None:
        key = {"role": role.number, "object": rule.object, "field": rule.field}
        insert_record(work, "fieldAccess", {**key, **new})
    else:
        record = to_record(work.index("fieldAccess"), row)
        old = {name: record.values[name] for name in new}
        update_record(work, record.id, {**new, **next_stamps(work, record)})
    if old == new:
        return
    field = f"fields.{rule.object}.{rule.field}"
    note(work, role, "fields", ({"field": field, "old": old, "new": new},))
    work.access_changed = True
