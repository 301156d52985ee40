"""Values that are made once of an immutable one, and go with it.

Kept by whoever holds the immutable value (`metadata/snapshot.py`), so that nothing outlives it.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, TypeVar

T = TypeVar("T")


class Derived:
    """At most `limit` values by key, least recently used out first; safe across threads."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._lock = threading.Lock()
        self._kept: OrderedDict[Hashable, Any] = OrderedDict()

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        """The value of the key, made now unless it is known. A key says what it is for."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                known: T = self._kept[key]
                return known
        made = make()
        with self._lock:
            kept: T = self._kept.setdefault(key, made)
            while len(self._kept) > self._limit:
                self._kept.popitem(last=False)
        return kept

    def __len__(self) -> int:
        return len(self._kept)
