"""What mutations over several records answer with: what happened to each."""

import strawberry

from engine.base.messages import message
from engine.commands.command import Outcome


@strawberry.type
class BatchFailure:
    """A record that nothing was done to, and why."""

    id: strawberry.ID
    code: str
    message: str


@strawberry.type
class BatchResult:
    """What was done to which records; never a silent part."""

    done: list[strawberry.ID]
    failed: list[BatchFailure]


def batch_result(outcome: Outcome, language: str) -> BatchResult:
    """The outcome of a command over several records, its failures told in `language`."""
    return BatchResult(
        done=[strawberry.ID(str(each)) for each in outcome.done],
        failed=[
            BatchFailure(
                id=strawberry.ID(str(each.id)),
                code=each.error.code,
                message=message(each.error, language),
            )
            for each in outcome.failures
        ],
    )
