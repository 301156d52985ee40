"""One command on many records: ids checked, each record on its own or all or nothing (OBJ-19)."""

from collections.abc import Callable, Mapping, Sequence

from engine.base.errors import AppError, InvalidInput, Problem, RuleViolated, TimedOut, TooLarge
from engine.base.identifiers import RecordId
from engine.commands.command import Failure, Outcome
from engine.commands.rights import Standing, refusal
from engine.commands.work import Work


def distinct_ids(work: Work, object_name: str, ids: Sequence[RecordId]) -> tuple[RecordId, ...]:
    """The ids once each, in the order given. Raises InvalidInput, TooLarge."""
    check_batch_size(work, ids)
    problems = [
        Problem(("ids", position), "BAD_ID")
        for position, id in enumerate(ids)
        if id.object != object_name
    ]
    if problems:
        raise InvalidInput(problems)
    return tuple(dict.fromkeys(ids))


def check_batch_size(work: Work, ids: Sequence[RecordId]) -> None:
    """Raises TooLarge."""
    limit = work.actor.settings.batch_limit
    if len(ids) > limit:
        raise TooLarge("batch", limit=limit)


def run_each(
    work: Work,
    ids: Sequence[RecordId],
    act: Callable[[RecordId], None],
    *,
    standings: Mapping[RecordId, Standing],
    atomic: bool,
) -> Outcome:
    """Acts on each record in a savepoint of its own; never a silent part."""
    done: list[RecordId] = []
    failures: list[Failure] = []
    for id in ids:
        try:
            refused = refusal(work, id, standings[id])
            if refused is not None:
                raise refused
            with work.savepoint():
                act(id)
            done.append(id)
        except TimedOut:
            # not a result of this record: nothing of the command may stay
            raise
        except AppError as error:
            failures.append(Failure(id, error))
    if atomic and failures:
        raise _all_or_nothing(ids, failures)
    return Outcome(done=tuple(done), failures=tuple(failures))


def only(outcome: Outcome) -> Outcome:
    """The outcome of a command on one record: its failure is the command's."""
    for failure in outcome.failures:
        raise failure.error
    return outcome


def _all_or_nothing(ids: Sequence[RecordId], failures: Sequence[Failure]) -> AppError:
    """Problems of inputs stay problems, at the id's place; anything else is a list of reasons."""
    problems = [
        Problem(("ids", ids.index(each.id), *problem.path), problem.code, problem.params)
        for each in failures
        if isinstance(each.error, InvalidInput)
        for problem in each.error.problems
    ]
    if all(isinstance(each.error, InvalidInput) for each in failures):
        return InvalidInput(problems)
    if len(failures) == 1:
        return failures[0].error
    failed = [
        {"id": str(each.id), "code": each.error.code, "reason": each.error.reason}
        for each in failures
    ]
    return RuleViolated("batch", count=len(failed), extensions={"failed": failed})
