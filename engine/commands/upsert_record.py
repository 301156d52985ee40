"""Create or update by a unique field (OBJ-21)."""

from typing import Any

from engine.access.fields import require_reference
from engine.base.errors import InvalidInput, Problem
from engine.base.identifiers import RecordId
from engine.commands.command import Outcome, UpsertRecord
from engine.commands.create_record import create
from engine.commands.rights import Standing, Wanted, authorise, check_standing, lock_rows
from engine.commands.rows import load_records
from engine.commands.stored_values import without_limits
from engine.commands.uniqueness import find_by_unique
from engine.commands.update_record import change_record
from engine.commands.work import Work
from engine.db.locks import RowLock
from metadata.field_types.contract import FieldProblem
from metadata.field_types.registry import field_type
from metadata.model import FieldDef


def authorise_upsert(work: Work, command: UpsertRecord) -> None:
    authorise(work, command.object, "create")
    authorise(work, command.object, "update")


def run_upsert(work: Work, command: UpsertRecord) -> Outcome:
    """A record that appears meanwhile is updated: the lost race to create starts over once."""
    number = _find(work, command)
    if number is None:
        try:
            with work.savepoint():
                values = {**command.by, **command.values}
                return Outcome(done=(create(work, command.object, values),), created=True)
        except InvalidInput:
            number = _find(work, command)
            if number is None:
                raise
    return _update(work, RecordId(command.object, number), command)


def _update(work: Work, id: RecordId, command: UpsertRecord) -> Outcome:
    standing = lock_rows(work, Wanted(id.object, "update", RowLock.CHANGE), [id.number])[id.number]
    if standing is Standing.NOT_FOUND:
        # the value is taken by a record out of scope: the same answer as for a create
        ((name, _),) = command.by.items()
        params = {"field": work.index(id.object).fields[name].label}
        raise InvalidInput([Problem(("by", name), "NOT_UNIQUE", params)])
    check_standing(work, id, standing)
    record = load_records(work, id.object, [id.number])[id.number]
    change_record(work, record, command.values)
    return Outcome(done=(id,))


def _find(work: Work, command: UpsertRecord) -> int | None:
    index = work.index(command.object)
    if len(command.by) != 1:
        raise InvalidInput([Problem(("by",), "REQUIRED")])
    ((name, value),) = command.by.items()
    field = index.fields.get(name)
    if field is None or not field.unique:
        known = {"field": field.label} if field is not None else {}
        raise InvalidInput([Problem(("by", name), "NOT_UNIQUE_FIELD", known)])
    require_reference(work.profile, index, name)
    parsed, wrong = _parsed(field, value)
    if parsed is None:
        wrong = wrong or FieldProblem("REQUIRED")
    found = None if parsed is None else find_by_unique(work, index, {name: parsed})
    if found is None and wrong is not None:
        params = {**wrong.params, "field": field.label}
        raise InvalidInput([Problem(("by", name), wrong.code, params)])
    return found


def _parsed(field: FieldDef, value: Any) -> tuple[Any, FieldProblem | None]:
    """The value to look for, and why no new record could have it: one that has it already may
    be older than the rule."""
    kind = field_type(field.type)
    try:
        return kind.parse(field, value), None
    except FieldProblem as problem:
        wrong = problem
    try:
        return kind.parse(without_limits(field), value), wrong
    except FieldProblem:
        return None, wrong
