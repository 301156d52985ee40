"""The deadlines of many waits, kept by one timer.

A timer of its own for each wait costs as much as the rest of a short statement's bookkeeping.
Does not know what it ends.
"""

import asyncio
from collections.abc import Callable, Hashable

TICK_SECONDS = 0.02  # so late a deadline may be kept


class Deadlines:
    """Lives on the event loop it is made on; its timer runs only while something waits."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._due: dict[Hashable, tuple[float, Callable[[], None]]] = {}
        self._ticking = False

    def watch(self, wait: Hashable, deadline: float, expire: Callable[[], None]) -> None:
        """Calls `expire` once the loop's time has passed `deadline`, unless forgotten before."""
        self._due[wait] = (deadline, expire)
        if not self._ticking:
            self._ticking = True
            self._loop.call_later(TICK_SECONDS, self._tick)

    def forget(self, wait: Hashable) -> None:
        self._due.pop(wait, None)

    def _tick(self) -> None:
        moment = self._loop.time()
        over = [wait for wait, (deadline, _) in self._due.items() if deadline <= moment]
        for wait in over:
            _, expire = self._due.pop(wait)
            expire()
        self._ticking = bool(self._due)
        if self._ticking:
            self._loop.call_later(TICK_SECONDS, self._tick)
