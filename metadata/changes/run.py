"""The spine of every change of a company's metadata: one change, one transaction (principle 10).

apply → row problems → rehearsal of the schema → impact → (end of a dry run) → locks, rows that came
meanwhile → tables → indexes of small tables → publish → commit. What is left is made beside the
traffic (`background.py`).
"""

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import psycopg2
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import IntegrityError

from engine.base.errors import Problem
from engine.base.failpoints import failpoint
from engine.db.companies import Company
from metadata.changes.background import complete_small
from metadata.changes.beside import look_beside, write_beside
from metadata.changes.broken_rules import broken_rules
from metadata.changes.change import Change, ChangeResult, Objects, Refused
from metadata.changes.client_operations import Operation
from metadata.changes.computed import fill_computed
from metadata.changes.computed_fields import completed
from metadata.changes.converted_values import convert_values
from metadata.changes.filling import Fill
from metadata.changes.impact import Sources, find_impact
from metadata.changes.labels import taken_labels
from metadata.changes.later import look_later
from metadata.changes.patience import Busy, be_brief, lock_metadata, retry_when_busy
from metadata.changes.publish import publish
from metadata.changes.replace_scenes import PlacedScene
from metadata.changes.rows import drop_dangling, late_problems, row_problems
from metadata.changes.size import is_small
from metadata.changes.spare import empty_small
from metadata.changes.tables import run_steps, steps_between
from metadata.changes.withdraw_unique import WithdrawUnique
from metadata.configuration.history import DIFFERENCES, differences_of
from metadata.counters import raise_counters
from metadata.field_problems import problems_of
from metadata.history import PROBLEM, dump_problem
from metadata.snapshot import Snapshot, living
from metadata.store import Written, load_written, render

Guard = Callable[[Connection], None]
Rehearse = Callable[[Connection, Written, Sequence[PlacedScene]], Iterable[Problem]]
_UNIQUE_VIOLATION = "23505"


@dataclass(frozen=True, slots=True)
class Order:
    """A change to run: `guard` raises, within the transaction, when its user may not (any more);
    `rehearse` says what would be wrong with the schema that the new metadata give, and with
    scenes that must work with them. `documents` is what those registered with the servers touch."""

    company: Company
    change: Change
    user_id: int | None
    dry_run: bool
    guard: Guard
    rehearse: Rehearse
    documents: Sequence[Operation] = ()


def apply_change(
    engine: Engine,
    company: Company,
    change: Change,
    *,
    user_id: int | None,
    dry_run: bool = False,
    guard: Guard = lambda connection: None,
    rehearse: Rehearse = lambda connection, written, scenes: (),
    documents: Sequence[Operation] = (),
    deadline: float = math.inf,
) -> ChangeResult:
    """Runs the change, or only says what it would do. Blocks: call it in a thread.

    Raises the database's error, or Busy, when locks are not to be had for long or until the
    deadline (`time.monotonic`); then nothing was changed.
    """
    order = Order(company, change, user_id, dry_run, guard, rehearse, documents)
    result = retry_when_busy(partial(_attempt, engine, order), deadline)
    failpoint("metadata-committed")
    return result


def _attempt(engine: Engine, order: Order) -> ChangeResult:
    try:
        with engine.begin() as connection:
            return _run(connection, order)
    except IntegrityError as error:
        if isinstance(error.orig, psycopg2.Error) and error.orig.pgcode == _UNIQUE_VIOLATION:
            raise Busy from error  # rows came in between; the next look names them
        raise


def _run(connection: Connection, order: Order) -> ChangeResult:
    schema = order.company.schema
    be_brief(connection)
    lock_metadata(connection, schema)
    order.guard(connection)
    sources = Sources(connection, schema, order.documents)
    written = load_written(connection, schema)
    before, version = written.objects(), written.version
    try:
        after = completed(before, order.change.apply(before), order.change.concerns)
    except Refused as refused:
        impact = find_impact(sources, before, order.change)
        return ChangeResult(False, version, refused.problems, impact)
    later = look_later(connection, schema, before, after)
    after = later.objects
    name = _new_name(before, after)
    beside = look_beside(sources, (before, after), order.change, order.user_id)
    problems = (
        *_object_problems(before, after, (order.change.concerns, name)),
        *row_problems(connection, schema, before, after),
        *beside.problems,
        *order.rehearse(
            connection, render(connection, written, before, after), beside.scenes.tried
        ),
    )
    broken = broken_rules(connection, schema, before, after)
    found = find_impact(sources, before, order.change)
    impact = (*found, *broken, *beside.impact, *later.impact)
    if problems or order.dry_run or (after == before and not beside):
        return ChangeResult(not problems and not order.dry_run, version, problems, impact, name)
    failpoint("metadata-validated")
    told = _told(order.change, (before, after), name)  # before anybody waits
    if late := late_problems(connection, schema, before, after):
        return ChangeResult(False, version, late, impact, name)
    made = _change_tables(connection, schema, (before, after), later.fill)
    failpoint("metadata-tables")
    write_beside(connection, (schema, Snapshot(version + 1, living(made))), beside)
    told = told if made == after else _told(order.change, (before, made), name)
    publish(connection, schema, (version, before, made), told, order.user_id)
    return ChangeResult(True, version + 1, (), impact, name)


def _told(change: Change, versions: tuple[Objects, Objects], name: str) -> Mapping[str, Any]:
    return {**describe(change, name), DIFFERENCES: differences_of(*versions)}


def _object_problems(
    before: Objects, after: Objects, about: tuple[tuple[str, str], str]
) -> Iterator[Problem]:
    """What is wrong with the fields of a changed object together: numbers, option logic, labels.
    What is about the field that changes, or is new, itself is told as that of the input."""
    concerns, name = about[0], about[1] or about[0][1]
    known = {item.table: item for item in before}
    for item in living(after):
        if known.get(item.table) is not item:
            for each in (*problems_of(item), *taken_labels(known.get(item.table), item)):
                own = each.path[:2] == ("fields", name)
                path = ("input", *each.path[2:]) if own else each.path
                anywhere = ("objects", item.name, *each.path)  # in a change of everything
                yield replace(each, path=path if any(concerns) else anywhere)


def _change_tables(
    connection: Connection, schema: str, versions: tuple[Objects, Objects], fill: Fill
) -> Objects:
    """Makes the tables those of the later of the versions, as far as that keeps nobody waiting."""
    before, after = versions
    there = {item.table for item in before}
    had_rows = [item for item in after if item.table in there]
    raise_counters(connection, schema, before, had_rows)  # reads rows: before readers wait
    steps = steps_between(before, after)
    run_steps(connection, schema, after, steps)
    convert_values(connection, schema, before, after)
    fill_computed(connection, schema, after, steps, fill)
    drop_dangling(connection, schema, before, after)
    complete_small(connection, schema, before, after)
    return empty_small(connection, schema, after, partial(is_small, connection, schema))


def describe(change: Change, name: str) -> Mapping[str, Any]:
    """What the history says of a change."""
    object_name, field_name = change.concerns
    told = {"kind": change.kind, "object": object_name or name, "field": field_name or name}
    if isinstance(change, WithdrawUnique):
        return {**told, PROBLEM: dump_problem(change.problem)}
    return told


def _new_name(before: Objects, after: Objects) -> str:
    """The API name of the field, or else the object, that was not there before."""
    known = {item.table: {field.name for field in item.fields} for item in before}
    for item in after:
        if item.table not in known:
            return item.name
        for field in item.fields:
            if field.name not in known[item.table]:
                return field.name
    return ""
