"""Update a record: only what differs is written; a lost update is a conflict (OBJ-01, OBJ-20)."""

from collections.abc import Mapping
from typing import Any

from engine.base.errors import Conflict, InvalidInput
from engine.base.identifiers import RecordId
from engine.commands.change import Change, differing, write_update
from engine.commands.command import Outcome, UpdateRecord
from engine.commands.create_record import check_parent, defaults_of
from engine.commands.effects import changed_fields_since
from engine.commands.object_rules import rules_of
from engine.commands.references import check_references
from engine.commands.rights import authorise, lock_record
from engine.commands.rows import Record
from engine.commands.stored_values import accept_stored
from engine.commands.uniqueness import find_duplicates, unique_or_refused
from engine.commands.validation import input_model, parse_input, writable_values
from engine.commands.visibility import apply_option_logic
from engine.commands.work import Work
from metadata.snapshot import ObjectIndex


def authorise_update(work: Work, command: UpdateRecord) -> None:
    authorise(work, command.id.object, "update")


def run_update(work: Work, command: UpdateRecord) -> Outcome:
    update(work, command.id, command.values, command.version)
    return Outcome(done=(command.id,))


def update(work: Work, id: RecordId, values: Mapping[str, Any], version: int | None) -> None:
    """Locks, compares versions, changes. Raises NotFound, Forbidden, Conflict, InvalidInput."""
    record = lock_record(work, id, "update")
    check_version(work, record, version)
    change_record(work, record, values)


def check_version(work: Work, record: Record, version: int | None) -> None:
    """Raises Conflict, with what changed since, unless the record has the version seen."""
    if version is None or version == record.version:
        return
    extensions = {
        "currentVersion": record.version,
        "changedFields": changed_fields_since(work, record, version),
    }
    raise Conflict("version", extensions=extensions)


def change_record(work: Work, record: Record, values: Mapping[str, Any]) -> None:
    """Changes a locked record; writes nothing when nothing differs."""
    index = work.index(record.id.object)
    change = _validated(work, index, record, values)
    if not change.values:
        return
    check_parent(work, change)
    rules = rules_of(index.name)
    rules.check(work, change)
    change = change.with_values(rules.derive(work, change))
    with unique_or_refused(work, index, change.after, record.id.number, change.values):
        write_update(work, record, change.values)
    rules.after(work, change)


def _validated(work: Work, index: ObjectIndex, record: Record, values: Mapping[str, Any]) -> Change:
    accepted, problems = writable_values(work.profile, index, values)
    model = input_model(index, "update")
    given = parse_input(model, index, accepted, defaults_of(work))
    given = accept_stored(index, record, accepted, given)
    parsed = apply_option_logic(index, record.values, given)
    changed = differing(record, parsed.values)
    problems += parsed.problems
    problems += check_references(work, index, changed, accepted, parsed.problems)
    if problems:
        raise InvalidInput(problems + find_duplicates(work, index, changed, record.id.number))
    return Change(index, record, changed, accepted, record.id)
