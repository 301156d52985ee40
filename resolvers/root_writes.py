"""A mutation document of one generated write of one record: what runs it without an executor.

Every other mutation is the executor's, and so is such a one when a value is written into the
document: clients that ask often send variables.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graphql import (
    FieldNode,
    GraphQLField,
    GraphQLNonNull,
    GraphQLObjectType,
    OperationDefinitionNode,
    VariableNode,
    get_named_type,
)

from engine.query.request import Selection
from resolvers.context import RequestContext
from resolvers.loaders import Reading, read_record
from resolvers.selection import Selecting
from resolvers.staleness import done_once
from resolvers.writes import OneRecord, Payload, Place

RECORD = "record"


@dataclass(frozen=True)
class RootWrite:
    """`key` and `below` are the response keys of the field and of its payload's record;
    `variables` are the variables by argument."""

    key: str
    below: str
    object: str
    verb: OneRecord
    field: GraphQLField
    variables: Mapping[str, str]
    record: FieldNode

    def arguments(self, coerced: Mapping[str, Any]) -> dict[str, Any] | None:
        """The arguments' values; None for what only the executor can tell about."""
        found = {
            name: coerced[variable]
            for name, variable in self.variables.items()
            if variable in coerced
        }
        for name, argument in self.field.args.items():
            if isinstance(argument.type, GraphQLNonNull) and found.get(name) is None:
                return None
        return found

    async def run(self, reading: Reading, arguments: Mapping[str, Any]) -> Payload:
        """The payload, once the command is done. Raises what the command raises."""
        context = reading.context
        place = Place(context, self.key, reading)
        return await done_once(context, lambda: self.verb(self.object, place, **arguments))

    async def read(self, reading: Reading, payload: Payload) -> str:
        """The JSON text of the payload's record, "null" when the viewer does not see it."""
        if payload.text is not None:
            return payload.text
        return await read_record(reading, payload.record.number)

    def reading(self, context: RequestContext, selecting: Selecting) -> Reading:
        """What the document selects of the payload's record."""

        def selections() -> tuple[Selection, ...]:
            payload_type = get_named_type(self.field.type)
            assert isinstance(payload_type, GraphQLObjectType)
            return selecting.below(payload_type.fields[RECORD].type, [self.record])

        place = (self.key, self.below)
        return Reading(context, place, self.object, selecting.variables, selections)


def root_write(
    mutation: GraphQLObjectType | None,
    operation: OperationDefinitionNode,
    roots: Mapping[str, Sequence[FieldNode]],
) -> RootWrite | None:
    """What the operation is, when it is nothing but one write and its record."""
    if mutation is None or len(roots) != 1 or operation.directives:
        return None
    ((key, nodes),) = roots.items()
    field = mutation.fields.get(nodes[0].name.value)
    record = _record(nodes)
    variables = _variables(nodes[0])
    if field is None or "write" not in field.extensions or record is None or variables is None:
        return None
    verb, name = field.extensions["write"]
    below = record.alias.value if record.alias is not None else RECORD
    return RootWrite(key, below, name, verb, field, variables, record)


def _record(nodes: Sequence[FieldNode]) -> FieldNode | None:
    """The node of the payload's record, if nothing else is selected and nothing conditional."""
    if len(nodes) != 1 or nodes[0].directives or nodes[0].selection_set is None:
        return None
    selections = nodes[0].selection_set.selections
    only = selections[0]
    plain = len(selections) == 1 and isinstance(only, FieldNode) and not only.directives
    return only if plain and isinstance(only, FieldNode) and only.name.value == RECORD else None


def _variables(node: FieldNode) -> dict[str, str] | None:
    found = {}
    for each in node.arguments or ():
        if not isinstance(each.value, VariableNode):
            return None
        found[each.name.value] = each.value.name.value
    return found
