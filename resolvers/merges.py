"""How often validation will compare two fields of an operation: those with one path in the
response are compared each with each, and 1,000 tokens can hold 60,000 such pairs.
"""

from collections import Counter
from collections.abc import Mapping

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    SelectionNode,
    SelectionSetNode,
)

Path = tuple[str, ...]
Fragments = Mapping[str, FragmentDefinitionNode]


def merges(selections: SelectionSetNode, fragments: Fragments) -> int:
    """The number of pairs below the selection set; a fragment counts once at each path."""
    return _Merging(fragments).count(selections)


class _Merging:
    def __init__(self, fragments: Fragments) -> None:
        self._fragments = fragments
        self._fields: Counter[Path] = Counter()
        self._spread: set[tuple[Path, str]] = set()

    def count(self, selections: SelectionSetNode) -> int:
        found = 0
        stack: list[tuple[Path, SelectionSetNode]] = [((), selections)]
        while stack:
            path, each = stack.pop()
            for node in each.selections:
                below, inner = self._below(path, node)
                if isinstance(node, FieldNode):
                    found += self._fields[below]
                    self._fields[below] += 1
                if inner is not None:
                    stack.append((below, inner))
        return found

    def _below(self, path: Path, node: SelectionNode) -> tuple[Path, SelectionSetNode | None]:
        """What the node selects, and where in the response."""
        if isinstance(node, FieldNode):
            key = node.alias.value if node.alias is not None else node.name.value
            return (*path, key), node.selection_set
        if isinstance(node, InlineFragmentNode):
            return path, node.selection_set
        assert isinstance(node, FragmentSpreadNode)
        name = node.name.value
        if (path, name) in self._spread or name not in self._fragments:
            return path, None
        self._spread.add((path, name))
        return path, self._fragments[name].selection_set
