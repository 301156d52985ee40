"""The spine of every command: one transaction (principle 11).

check → idempotency → [authorise → lock → load → rules → write] → log and outbox → check of the
metadata → marks → commit. What is in brackets is the verb's, in its own file.
"""

import random
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from engine.base.errors import AppError, Conflict, StillReferenced
from engine.base.identifiers import RecordId
from engine.commands.actor import Actor
from engine.commands.check import begin_work, require_same_metadata
from engine.commands.command import Command, Outcome
from engine.commands.effects import write_effects
from engine.commands.idempotency import claim_key, store_outcome
from engine.commands.marks import mark_work
from engine.commands.verbs import VERBS
from engine.commands.work import Work
from engine.db.sqlstate import ConstraintViolated, TryAgain
from engine.db.write_statements import statements

# the read plan of a command's one record and its arguments; None where it cannot be read so
ReadBehind = Callable[[RecordId], tuple[str, Sequence[Any]] | None]
ATTEMPTS = 3
_PAUSE_SECONDS = 0.05


def run_command(command: Command, actor: Actor, behind: ReadBehind | None = None) -> Outcome:
    """Runs the command in a transaction of its own; blocks, so call it in a thread.

    `behind` reads the record once that is committed, without a round trip of its own.
    Raises StaleVersion when the actor's session, access or metadata moved (load them again and
    repeat once), AppError for whatever the client should hear; then nothing was changed.
    """
    deadline = actor.ends_by()
    at_last: AppError = Conflict("busy")
    for attempt in range(ATTEMPTS):
        try:
            return _run_once(command, actor, deadline, behind)
        except TryAgain as again:
            at_last = again.at_last
            # a deadlock that lock order cannot prevent (F7): the other side has gone on
            time.sleep(random.uniform(0, _PAUSE_SECONDS) * (attempt + 1))  # noqa: S311 - no secret
        except ConstraintViolated as violation:
            refusal = _refusal(violation)
            if refusal is None:
                raise
            raise refusal from violation
    raise at_last


def _run_once(
    command: Command, actor: Actor, deadline: float, behind: ReadBehind | None
) -> Outcome:
    verb = VERBS[type(command)]
    with statements(actor.engine, deadline) as found:
        work = begin_work(found, actor, deadline, organisation=verb.moves_rights(command))
        outcome = claim_key(work)
        if outcome is None:
            with _no_refusal_of_stale_rights(work):
                verb.authorise(work, command)
                outcome = verb.run(work, command)
            write_effects(work)
            store_outcome(work, outcome)
            require_same_metadata(work)
        if actor.settings.database_read_url:
            mark_work(work)
        if behind is not None and (read := behind(outcome.id)) is not None:
            found.read_behind(*read)
    return replace(outcome, read=found.read) if found.read is not None else outcome


@contextmanager
def _no_refusal_of_stale_rights(work: Work) -> Iterator[None]:
    """What is refused before any statement was sent is refused only once the check has held."""
    try:
        yield
    except AppError:
        work.statements.confirm()
        raise


def _refusal(violation: ConstraintViolated) -> AppError | None:
    """What no check of ours foresaw: rows that came in between, which a repeat will see.

    None for what no other row can cause (a null, a value out of range): a mistake of ours.
    """
    if violation.kind == "foreign_key":
        return StillReferenced()
    return Conflict("busy") if violation.kind in ("unique", "exclusion") else None
