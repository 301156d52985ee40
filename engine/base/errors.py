"""The one tree of errors that may speak to a client, each with a permanent code.

    AppError
    ├── Unauthenticated · Forbidden · FieldForbidden · NotFound
    ├── InvalidInput            all problems of one input together
    ├── Conflict · AlreadyClaimed · RuleViolated · StillReferenced
    ├── TooComplex · TooLarge · RateLimited · TimedOut · SchemaChanged · StillComputing
    ├── Unavailable
    └── ParseFailed · ValidationFailed

Anything else that escapes is INTERNAL and told by its request id only (M8).
Texts live in `engine/base/messages.py`; they are chosen when the answer is written.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with an input: where (from the argument on), a problem code, its values.

    `code` is REQUIRED, NOT_UNIQUE, BAD_FORMAT, OUT_OF_RANGE, TOO_LONG, UNKNOWN_OPTION, BAD_ID,
    BAD_REFERENCE, READ_ONLY …; `params` fill the message (`field` is the label's Label).
    """

    path: tuple[str | int, ...]
    code: str
    params: Mapping[str, Any] = field(default_factory=dict)

    def without_first_step(self) -> "Problem":
        """The same problem where the value is an argument by itself, not a member of `input`."""
        return Problem(self.path[1:], self.code, self.params)


class AppError(Exception):
    """Base of all errors a client may see.

    `reason` picks the message ("" is the code's own one), `params` fill it; `extensions` go
    to the client beside the code.
    """

    code: ClassVar[str] = "INTERNAL"
    status: ClassVar[int] = 200

    def __init__(
        self,
        reason: str = "",
        *,
        extensions: Mapping[str, Any] | None = None,
        **params: Any,
    ) -> None:
        super().__init__(f"{self.code} {reason}".strip())
        self.reason = reason
        self.params = params
        self.extensions = dict(extensions or {})


class Unauthenticated(AppError):
    code = "UNAUTHENTICATED"


class Forbidden(AppError):
    code = "FORBIDDEN"


class FieldForbidden(AppError):
    """A field was referred to that the viewer may not read (principle 8)."""

    code = "FIELD_FORBIDDEN"


class NotFound(AppError):
    """Not there, or out of the viewer's scope: the two look the same (B13)."""

    code = "NOT_FOUND"


class InvalidInput(AppError):
    code = "INVALID_INPUT"

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__()
        self.problems = tuple(problems)


class Conflict(AppError):
    code = "CONFLICT"


class AlreadyClaimed(AppError):
    code = "ALREADY_CLAIMED"


class RuleViolated(AppError):
    code = "RULE_VIOLATED"


def violated(
    rule: str, *, extensions: Mapping[str, Any] | None = None, **params: Any
) -> RuleViolated:
    """The error of a rule that the client is told by its name (`extensions.rule`)."""
    return RuleViolated(rule, extensions={"rule": rule, **(extensions or {})}, **params)


class StillReferenced(AppError):
    code = "STILL_REFERENCED"


class TooComplex(AppError):
    """More than a limit allows. The client is told which limit (`reason`), its value, and how
    much was asked for where that was estimated."""

    code = "TOO_COMPLEX"

    def __init__(
        self, reason: str = "", *, limit: int | None = None, estimate: int | None = None
    ) -> None:
        told = {"reason": reason or None, "limit": limit, "estimate": estimate}
        known = {name: each for name, each in told.items() if each is not None}
        super().__init__(reason, extensions=known, limit=limit, estimate=estimate)


class TooLarge(AppError):
    code = "TOO_LARGE"


class RateLimited(AppError):
    code = "RATE_LIMITED"


class TimedOut(AppError):
    code = "TIMEOUT"


class SchemaChanged(AppError):
    """The metadata moved under the request; trying again is safe.

    But not for the reason `done`, with the extension of this name: a mutation had its effect, and
    only its result could not be read.
    """

    code = "SCHEMA_CHANGED"


class StillComputing(AppError):
    """A computed field was referred to that has not its value in all rows yet; it will soon."""

    code = "STILL_COMPUTING"


class Unavailable(AppError):
    """The database cannot be reached now; trying again is safe."""

    code = "UNAVAILABLE"


class ParseFailed(AppError):
    code = "GRAPHQL_PARSE_FAILED"


class ValidationFailed(AppError):
    code = "GRAPHQL_VALIDATION_FAILED"


class StaleVersion(Exception):
    """A statement's check failed: session, access or metadata moved. Never reaches a client."""


class SetupError(Exception):
    """A start that cannot go on: one line that says what to do (command line only)."""
