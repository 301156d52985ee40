"""The spine of every change: one command, one transaction (principle 11).

check → idempotency → authorise → lock → load → rules → write → log → outbox → commit; lock to
write are the verb's own, in its file.
"""

import random
import time

from engine.base.errors import AppError, Conflict, StillReferenced
from engine.commands.actor import Actor
from engine.commands.check import begin_work
from engine.commands.command import Command, Outcome
from engine.commands.effects import write_effects
from engine.commands.idempotency import claim_key, store_outcome
from engine.commands.verbs import VERBS
from engine.db.sqlstate import ConstraintViolated, TryAgain
from engine.db.write_engine import transaction

ATTEMPTS = 3
_PAUSE_SECONDS = 0.05


def run_command(command: Command, actor: Actor) -> Outcome:
    """Runs the command in a transaction of its own; blocks, so call it in a thread.

    Raises StaleVersion when the actor's session, access or metadata moved (load them again and
    repeat once), AppError for whatever the client should hear; then nothing was changed.
    """
    deadline = time.monotonic() + actor.settings.request_deadline_ms / 1_000
    for attempt in range(ATTEMPTS):
        try:
            return _run_once(command, actor, deadline)
        except TryAgain:
            # a deadlock that lock order cannot prevent (F7): the other side has gone on
            time.sleep(random.uniform(0, _PAUSE_SECONDS) * (attempt + 1))  # noqa: S311 - no secret
        except ConstraintViolated as violation:
            refusal = _refusal(violation)
            if refusal is None:
                raise
            raise refusal from violation
    raise Conflict("busy")


def _run_once(command: Command, actor: Actor, deadline: float) -> Outcome:
    verb = VERBS[type(command)]
    with transaction(actor.engine, deadline) as connection:
        work = begin_work(connection, actor, deadline, organisation=verb.moves_rights(command))
        done_before = claim_key(work)
        if done_before is not None:
            return done_before
        verb.authorise(work, command)
        outcome = verb.run(work, command)
        write_effects(work)
        store_outcome(work, outcome)
    return outcome


def _refusal(violation: ConstraintViolated) -> AppError | None:
    """What no check of ours foresaw: rows that came in between, which a repeat will see.

    None for what no other row can cause (a null, a value out of range): a mistake of ours.
    """
    if violation.kind == "foreign_key":
        return StillReferenced()
    return Conflict("busy") if violation.kind in ("unique", "exclusion") else None
