"""What strawberry resolvers take from `info`: the request context and the field's position."""

from collections.abc import Callable
from typing import Any, TypeAlias, TypeVar, cast

import strawberry
from graphql import FragmentSpreadNode, GraphQLResolveInfo, InlineFragmentNode, SelectionSetNode

from resolvers.context import RequestContext

Info: TypeAlias = strawberry.Info[RequestContext, None]
F = TypeVar("F", bound=Callable[..., Any])


def operation(description: str) -> Callable[[F], F]:
    """Makes a method a field with a description; strawberry's own decorator is untyped then."""
    return cast(Callable[[F], F], strawberry.field(description=description))


def mutation_index(info: GraphQLResolveInfo[Any]) -> int:
    """Position of a root field among the response keys of its operation, fragments included.

    The same document gives the same positions, so an idempotency key covers several fields.
    """
    keys: dict[str, None] = {}
    _collect(info, info.operation.selection_set, keys)
    return list(keys).index(str(info.path.key))


def index_of(info: Info) -> int:
    """`mutation_index` for a strawberry resolver."""
    return mutation_index(info._raw_info)


def _collect(
    info: GraphQLResolveInfo[Any], selections: SelectionSetNode, keys: dict[str, None]
) -> None:
    for each in selections.selections:
        if isinstance(each, InlineFragmentNode):
            _collect(info, each.selection_set, keys)
        elif isinstance(each, FragmentSpreadNode):
            _collect(info, info.fragments[each.name.value].selection_set, keys)
        else:
            keys[_key(each)] = None


def _key(field: object) -> str:
    alias = getattr(field, "alias", None)
    name = alias if alias is not None else field.name  # type: ignore[attr-defined]
    return str(name.value)
