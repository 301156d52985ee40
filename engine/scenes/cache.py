"""What a process remembers of scenes, least recently used out first.

A stored scene is kept by who loaded it, so that nobody meets what was loaded for another; the
statement that uses it finds it stale. What of a scene works is kept by everything it depends on.
"""

from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from engine.scenes.stored import StoredScene
from engine.scenes.usable import Usable

V = TypeVar("V")


@dataclass
class Recent(Generic[V]):
    """Values by key; on the event loop alone."""

    size: int = 5_000
    _kept: OrderedDict[Hashable, V] = field(default_factory=OrderedDict)

    def find(self, key: Hashable) -> V | None:
        found = self._kept.get(key)
        if found is not None:
            self._kept.move_to_end(key)
        return found

    def store(self, key: Hashable, value: V) -> V:
        self._kept[key] = value
        while len(self._kept) > self.size:
            self._kept.popitem(last=False)
        return value

    def drop(self, key: Hashable) -> None:
        self._kept.pop(key, None)


@dataclass
class SceneCache:
    """Stored scenes, and the usable part of any scene."""

    stored: Recent[StoredScene] = field(default_factory=Recent)
    usable: Recent[Usable] = field(default_factory=Recent)
