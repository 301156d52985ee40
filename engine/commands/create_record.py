"""Create a record (OBJ-01, OBJ-02): the creator owns it, all problems of the input come at once."""

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from engine.base.errors import Forbidden, InvalidInput
from engine.base.identifiers import RecordId
from engine.commands.change import Change
from engine.commands.command import CreateRecord, Outcome
from engine.commands.defaults import Defaults
from engine.commands.effects import record_change
from engine.commands.numbering import insert_numbered
from engine.commands.object_rules import rules_of
from engine.commands.references import check_references
from engine.commands.rights import authorise, parents_allowing
from engine.commands.rows import Record, first_stamps, referred
from engine.commands.uniqueness import find_duplicates
from engine.commands.validation import (
    input_model,
    parse_input,
    read_only_defaults,
    writable_values,
)
from engine.commands.visibility import apply_option_logic
from engine.commands.work import Work
from metadata.model import RowScope
from metadata.snapshot import ObjectIndex


def authorise_create(work: Work, command: CreateRecord) -> None:
    authorise(work, command.object, "create")


def run_create(work: Work, command: CreateRecord) -> Outcome:
    return Outcome(done=(create(work, command.object, command.values),), created=True)


def create(
    work: Work,
    object_name: str,
    values: Mapping[str, Any],
    copied: Mapping[str, Any] | None = None,
) -> RecordId:
    """Validates, applies the rules, writes. Raises InvalidInput with every problem.

    `copied` are parsed values of another row, taken as they are.
    """
    index = work.index(object_name)
    change = _validated(work, index, values).with_values(copied or {})
    check_parent(work, change)
    rules = rules_of(object_name)
    rules.check(work, change)
    change = change.with_values(rules.derive(work, change))
    change = insert_numbered(work, change)
    record_change(work, "create", Record(change.written, {}), change.values)
    rules.after(work, change)
    return change.written


def defaults_of(work: Work) -> Defaults:
    """What default expressions refer to in this transaction."""
    return Defaults(work.at, ZoneInfo(work.actor.company.time_zone), work.user)


def check_parent(work: Work, change: Change) -> None:
    """A row that belongs to a record is written with that record's right. Raises Forbidden."""
    definition = change.index.definition
    name = definition.parent
    if definition.row_scope is not RowScope.PARENT or name is None or name not in change.values:
        return
    parents = referred(change.index.fields[name], change.values[name])
    if not parents_allowing(work, definition.write_with, parents):
        raise Forbidden("record", object=work.definition(parents[0].object).label)


def _validated(work: Work, index: ObjectIndex, values: Mapping[str, Any]) -> Change:
    defaults = defaults_of(work)
    accepted, problems = writable_values(work.profile, index, values)
    model = input_model(index, "create")
    parsed = apply_option_logic(index, {}, parse_input(model, index, accepted, defaults))
    problems += parsed.problems
    problems += check_references(work, index, parsed.values, accepted, parsed.problems)
    if problems:
        raise InvalidInput(problems + find_duplicates(work, index, parsed.values))
    stamps = first_stamps(work, index)
    return Change(
        index, None, {**read_only_defaults(index, defaults), **parsed.values, **stamps}, accepted
    )
