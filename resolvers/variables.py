"""The variables of a document: what of them shapes plans, and their values by type.

Values are coerced on shorter ways than graphql-core's (`coercion.py`), which says what is wrong.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graphql import (
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    Undefined,
)
from graphql.execution.get_variable_signature import (
    GraphQLVariableSignature,
    get_variable_signature,
)
from graphql.utilities import validate_input_value
from graphql.utilities.coerce_input_value import coerce_default_value

from engine.base.errors import InvalidInput, Problem, ValidationFailed
from resolvers.arguments import StructureOf, structure_of
from resolvers.coercion import coerced

MOST_PROBLEMS = 20


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable of the operation; `structure` gives what of its value shapes a plan."""

    name: str
    signature: GraphQLVariableSignature
    structure: StructureOf | None
    decides: bool


def variables_of(
    schema: GraphQLSchema, operation: OperationDefinitionNode, deciding: set[str]
) -> list[Variable]:
    """The operation's variables; `deciding` are those in `@skip` and `@include`.

    Raises ValidationFailed for one whose type is no input.
    """
    found = []
    for each in operation.variable_definitions or ():
        signature = get_variable_signature(schema, each)
        if isinstance(signature, GraphQLError):
            raise ValidationFailed(errors=(signature,))
        kind = structure_of(signature.type)
        name = signature.name
        found.append(Variable(name, signature, kind, name in deciding))
    return found


def coerce_variables(variables: Sequence[Variable], given: Mapping[str, Any]) -> dict[str, Any]:
    """The values by name. Raises InvalidInput with every problem's path."""
    found: dict[str, Any] = {}
    problems: list[Problem] = []
    for each in variables:
        _coerce(each.signature, given, found, problems)
    if problems:
        raise InvalidInput(problems[:MOST_PROBLEMS])
    return found


def _coerce(
    signature: GraphQLVariableSignature,
    given: Mapping[str, Any],
    found: dict[str, Any],
    problems: list[Problem],
) -> None:
    name, kind = signature.name, signature.type
    if name not in given:
        if signature.default is not None:
            found[name] = coerce_default_value(signature)
            return
        if not str(kind).endswith("!"):
            return
    value = given.get(name, Undefined)
    kept = coerced(value, kind)
    if kept is not Undefined:
        found[name] = kept
        return

    def note(_error: GraphQLError, path: list[str | int]) -> None:
        if len(problems) == MOST_PROBLEMS:
            raise InvalidInput(problems)
        missing = given.get(name) is None
        problems.append(Problem((name, *path), "REQUIRED" if missing else "BAD_FORMAT"))

    validate_input_value(value, kind, note, True)
