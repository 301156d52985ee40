"""An update as one statement, where nothing of the record must be seen before it is written.

PostgreSQL compares, writes, logs and notes the message that `update_record.py` would, or finds no
row that the viewer may change; why that is so tells `update_record.py`, in a transaction of its
own. So the whole command is one message, which the event loop sends without a thread.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from engine.access.fields import Row, engine_column
from engine.access.scopes import NamedParameters, Scopes, ViewerStatement
from engine.base.errors import AppError, StaleVersion
from engine.base.identifiers import RecordId
from engine.commands.actor import Actor
from engine.commands.check import begin_work, require_same_metadata
from engine.commands.command import Outcome, UpdateRecord
from engine.commands.create_record import defaults_of
from engine.commands.effects import entry_columns, log_insert, shared_columns
from engine.commands.object_rules import rules_of
from engine.commands.rows import to_columns
from engine.commands.run import ReadBehind
from engine.commands.update_record import authorise_update
from engine.commands.validation import (
    input_model,
    is_model_known,
    parse_input,
    writable_values,
)
from engine.commands.work import LogEntry, Work
from engine.db.binding import type_name
from engine.db.locks import RowLock, row_lock
from engine.db.message_pool import MessagePool
from engine.db.quoting import literal, quote, table
from engine.db.sqlstate import ConstraintViolated, TryAgain
from engine.db.statements import Statements
from engine.outbox.write import message_insert
from engine.rules.organisation import ORGANISATION, narrows_sight
from metadata.field_types.contract import ValueKind
from metadata.field_types.registry import field_type
from metadata.model import Capability, FieldDef, RowScope
from metadata.snapshot import ObjectIndex

_PAYLOAD = """jsonb_build_object('object', cast(%(record_object)s as text), 'id',
    cast(%(record)s as text), 'fields', jsonb_path_query_array(changes, '$[*].field'))"""
SHORT = 10_000  # characters
# of these the operation log holds what PostgreSQL makes of the column as JSON
LOGGED_AS_STORED = frozenset(
    {ValueKind.TEXT, ValueKind.CHOICE, ValueKind.BOOLEAN, ValueKind.INTEGER, ValueKind.DATE}
)


async def update_directly(
    pool: MessagePool, command: UpdateRecord, actor: Actor, behind: ReadBehind | None
) -> Outcome | None:
    """The outcome; None, with nothing done, for what has to go by steps.

    Raises StaleVersion, and AppError where it is not known what was done.
    """
    index = actor.snapshot.object(command.id.object)
    if not _may_be_direct(index, command, actor):
        return None
    deadline = actor.ends_by()
    work = partial(_fill, command, actor, deadline, behind)
    try:
        sent = await pool.transact(work, deadline)
    except (StaleVersion, TryAgain, ConstraintViolated):
        return None
    return Outcome(done=(command.id,), read=sent.read) if sent.done else None


def _may_be_direct(index: ObjectIndex, command: UpdateRecord, actor: Actor) -> bool:
    """Not with a key, which is looked up first, nor with marks for a replica; and what would keep
    the loop from others goes by a thread."""
    given = frozenset(command.values)
    return (
        actor.idempotency is None
        and not actor.settings.database_read_url
        and is_model_known(index, "update")
        and sum(len(each) for each in command.values.values() if isinstance(each, str)) <= SHORT
        and index.derived.get(("direct", given), lambda: _suits(index, given))
    )


def _fill(
    command: UpdateRecord,
    actor: Actor,
    deadline: float,
    behind: ReadBehind | None,
    statements: Statements,
) -> bool:
    """Adds the statements; False, for the usual way to tell why, when there is nothing to send."""
    try:
        work = begin_work(statements, actor, deadline, organisation=False)
        authorise_update(work, command)
    except AppError:
        return False
    if not _add_update(work, command):
        return False
    require_same_metadata(work)
    if behind is not None and (read := behind(command.id)) is not None:
        statements.read_behind(*read)
    return True


def _add_update(work: Work, command: UpdateRecord) -> bool:
    index = work.index(command.id.object)
    accepted, problems = writable_values(work.profile, index, command.values)
    parsed = parse_input(input_model(index, "update"), index, accepted, defaults_of(work))
    if problems or parsed.problems:
        return False
    plan = _plan(work, index, tuple(parsed.values), versioned=command.version is not None)
    columns = to_columns(index, parsed.values)
    values = {
        **plan.values(work.principal),
        **{f"c{at}": value for at, value in enumerate(columns.values())},
        **_log_columns(work, command.id),
        "id": command.id.number,
        "record": str(command.id),
        "seen": command.version,
        "cause": work.actor.request_id,
    }
    work.statements.require("select 1 from found", values, changes=plan.sql)
    return True


def _log_columns(work: Work, id: RecordId) -> dict[str, Any]:
    """Of the log row, but for the changes, which PostgreSQL finds."""
    found = {**shared_columns(work), **entry_columns(work, LogEntry(id, "update"))}
    del found["changes"]
    return found


def _suits(index: ObjectIndex, names: frozenset[str]) -> bool:
    """Have neither rules nor other rows a say in a change of these fields?"""
    definition = index.definition
    concerned = rules_of(index.name).concerned
    together = {name for group in definition.unique_together for name in group}
    return (
        bool(names)
        and names <= index.fields.keys()
        and definition.row_scope is not RowScope.PARENT
        and definition.can(Capability.LOGGED)
        and index.name not in ORGANISATION
        and not index.shown_by
        and concerned is not None
        and names.isdisjoint(concerned | together)
        and not narrows_sight(definition.parent, names)
        and all(_is_plain(index.fields[name]) for name in names)
    )


def _is_plain(field: FieldDef) -> bool:
    return field_type(field.type).kind in LOGGED_AS_STORED and not field.unique


def _plan(
    work: Work, index: ObjectIndex, names: Sequence[str], *, versioned: bool
) -> ViewerStatement:
    key = ("direct", work.schema, work.profile.key, index.name, names, versioned)
    return work.snapshot.derived.get(key, lambda: _planned(work, index, names, versioned))


def _planned(
    work: Work, index: ObjectIndex, names: Sequence[str], versioned: bool
) -> ViewerStatement:
    parameters = NamedParameters(work.principal)
    rows = table(work.schema, index.definition.table)
    fields = _given(work, index, names)
    types = work.table("operationLog").c
    logged = {
        name: f"cast(%({name})s as {type_name(types[name].type)})"
        for name in _log_columns(work, RecordId(index.name, 0))
    }
    sql = f"""
    with found as (
      select {", ".join(["t.id", *(f"t.{quote(each)}" for each in _compared(index, fields))])}
      from {rows} t where {" and ".join(_allowed(work, index, parameters, versioned))}
      {row_lock(RowLock.CHANGE, "t")}
    ), written as (
      update {rows} w set {", ".join(_sets(index, fields))} from found f
      where w.id = f.id and ({" or ".join(each.differs for each in fields)})
      returning {" || ".join(each.change for each in fields)} as changes
    ), logged as (
      {log_insert(work, {**logged, "changes": "changes"})} from written
    ), noted as (
      {message_insert(work.schema, "'record.updated'", _PAYLOAD)} from written
    )"""
    return ViewerStatement(sql, parameters.names)


@dataclass(frozen=True, slots=True)
class _Given:
    """A field of the input: its columns with the parameter of each, the first one compared.

    `differs` and `change` read the row as it was from `f`; a change is a list of one, or none.
    """

    sets: Mapping[str, str]
    differs: str
    change: str


def _given(work: Work, index: ObjectIndex, names: Sequence[str]) -> list[_Given]:
    """In the order in which `to_columns` gives their values."""
    types = work.table(index.name).c
    found: list[_Given] = []
    at = 0
    for name in names:
        sets = {}
        for column in to_columns(index, {name: None}):
            sets[column] = f"cast(%(c{at})s as {type_name(types[column].type)})"
            at += 1
        main, new = next(iter(sets.items()))
        differs = f"f.{quote(main)} is distinct from {new}"
        change = (
            f"jsonb_build_object('field', {literal(name)}, 'old', f.{quote(main)}, 'new', {new})"
        )
        change = f"case when {differs} then jsonb_build_array({change}) else '[]' end"
        found.append(_Given(sets, differs, change))
    return found


def _compared(index: ObjectIndex, fields: Sequence[_Given]) -> Iterator[str]:
    yield from (next(iter(each.sets)) for each in fields)
    if "version" in index.fields:
        yield index.fields["version"].column


def _sets(index: ObjectIndex, fields: Sequence[_Given]) -> Iterator[str]:
    for each in fields:
        yield from (f"{quote(column)} = {value}" for column, value in each.sets.items())
    if "version" in index.fields:
        column = quote(index.fields["version"].column)
        yield f"{column} = f.{column} + 1"
    if "updatedAt" in index.fields:
        yield f"{quote(index.fields['updatedAt'].column)} = cast(%(at)s as timestamptz)"


def _allowed(
    work: Work, index: ObjectIndex, parameters: NamedParameters, versioned: bool
) -> Iterator[str]:
    scopes = Scopes(work.snapshot, work.profile, work.schema, parameters)
    row = Row(index, "t", work.schema)
    yield "t.id = cast(%(id)s as bigint)"
    yield from scopes.visible(row, "read")
    yield from scopes.visible(row, "update")
    if versioned:
        yield f"{engine_column(row, 'version')} = cast(%(seen)s as bigint)"
