"""Executes a checked document: strawberry's execution, in which finished JSON passes through."""

from collections.abc import Mapping
from inspect import isawaitable
from typing import Any, cast

import orjson
from graphql import DocumentNode, ExecutionResult, GraphQLSchema, execute
from strawberry.execution import optimized_is_awaitable
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

from resolvers.descriptions import DESCRIBED, describe


class FragmentExecution(StrawberryGraphQLCoreExecutionContext):
    """A value that is JSON text already is complete: nothing below it is walked (principle 5).
    What describes the schema or the metadata becomes such a text beside the loop."""

    def complete_value(self, *args: Any) -> Any:
        result = args[4]
        if isinstance(result, orjson.Fragment):
            return result
        if isinstance(result, DESCRIBED) and args[3].prev is None:
            return describe(args[2], result)
        return super().complete_value(*args)


async def execute_document(
    schema: GraphQLSchema,
    document: DocumentNode,
    variables: Mapping[str, Any],
    operation_name: str | None,
    context: Any,
) -> ExecutionResult:
    """Runs the operation. `variables` are as received; the errors are in the result."""
    found = execute(
        schema,
        document,
        context_value=context,
        variable_values=dict(variables),
        operation_name=operation_name,
        executor_class=FragmentExecution,
        is_awaitable=cast(Any, optimized_is_awaitable),
        hide_suggestions=True,
        operation_extensions=None,
    )
    result: ExecutionResult = await found if isawaitable(found) else found
    return result
