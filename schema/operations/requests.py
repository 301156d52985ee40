"""What strawberry resolvers take from `info`: the request context and the field's position."""

from collections.abc import Callable
from typing import Any, TypeAlias, TypeVar, cast

import strawberry

from resolvers.context import RequestContext

Info: TypeAlias = strawberry.Info[RequestContext, None]
F = TypeVar("F", bound=Callable[..., Any])


def operation(description: str) -> Callable[[F], F]:
    """Makes a method a field with a description; strawberry's own decorator is untyped then."""
    return cast(Callable[[F], F], strawberry.field(description=description))


def index_of(info: Info) -> int:
    """Position of a mutation field in its document: an idempotency key covers several fields."""
    return info.context.mutation_index(info.path.key)
