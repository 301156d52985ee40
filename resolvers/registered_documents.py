"""What the documents that are registered with the servers touch, so that who deletes a field is
told whom that would break before they ask again.

What variables will hold is not known beforehand: a field that is only ever named in the value of
one is told once that was sent (`sent_operations.py`).
"""

from collections.abc import Mapping

from graphql import DocumentNode, GraphQLError, GraphQLSchema, OperationDefinitionNode, parse

from metadata.changes.client_operations import Operation
from metadata.snapshot import Snapshot
from resolvers.sent_operations import Sent, touched


def registered_operations(
    documents: Mapping[str, str], schema: GraphQLSchema, snapshot: Snapshot
) -> tuple[Operation, ...]:
    """An operation for each document, by its hash and text; one that cannot be read is left out."""
    found: list[Operation] = []
    for hash, text in documents.items():
        try:
            node = parse(text)
        except GraphQLError:
            continue
        name = _names(node)
        fields = tuple(sorted(touched(Sent(node, name, (), schema, snapshot))))
        found.append(Operation(bytes.fromhex(hash), name, fields))
    return tuple(found)


def _names(node: DocumentNode) -> str:
    """The names of the operations of a document, "" when they have none."""
    operations = [each for each in node.definitions if isinstance(each, OperationDefinitionNode)]
    return ", ".join(each.name.value for each in operations if each.name is not None)
