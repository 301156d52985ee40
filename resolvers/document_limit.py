"""The bound of what all schemas of a process remember of documents together."""

import weakref
from typing import Protocol


class Holder(Protocol):
    """Who remembers documents, and how many bytes of them about."""

    bytes: int

    def drop_oldest(self) -> None: ...


class DocumentLimit:
    """Whoever holds most lets go first, so that a flood of one company costs the others nothing.

    Holders that are gone count no more. Used from one event loop.
    """

    def __init__(self, most_bytes: int) -> None:
        self._most_bytes = most_bytes
        self._holders: weakref.WeakSet[Holder] = weakref.WeakSet()

    def add(self, holder: Holder) -> None:
        self._holders.add(holder)

    def hold(self) -> None:
        """Lets go of documents until the rest is within the limit."""
        while sum(each.bytes for each in self._holders) > self._most_bytes:
            max(self._holders, key=lambda each: each.bytes).drop_oldest()
