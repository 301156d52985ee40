"""Ends slow work at its deadline, or when the client of a query leaves (C6).

Most requests are over before watching would pay: until then only a shared timer knows of them.
"""

import asyncio
from collections.abc import Callable
from typing import Any

from engine.base.deadlines import Deadlines

WATCH_AFTER_SECONDS = 0.2
Receive = Callable[[], Any]


class Watch:
    """Over one request's task. `stop` has to be called at its end.

    A mutation runs to its end, whoever still waits, so that its answer can be kept.
    """

    __slots__ = ("_query", "_receive", "_seconds", "_soon", "_task", "_verdict", "_watcher")

    def __init__(self, soon: Deadlines, receive: Receive, seconds: float, query: str) -> None:
        loop = asyncio.get_running_loop()
        self._soon, self._receive, self._seconds, self._query = soon, receive, seconds, query
        self._task = asyncio.current_task(loop)
        self._watcher: asyncio.Task[None] | None = None
        self._verdict = ""
        soon.watch(self, loop.time() + WATCH_AFTER_SECONDS, self._begin)

    def stop(self) -> None:
        self._soon.forget(self)
        if self._watcher is not None:
            self._watcher.cancel()

    def judged(self) -> str:
        """ "late" or "gone" when the cancellation is ours, which it then ends; "" otherwise."""
        if self._verdict and self._task is not None:
            self._task.uncancel()
        return self._verdict

    def _begin(self) -> None:
        self._watcher = asyncio.get_running_loop().create_task(self._watch())

    async def _watch(self) -> None:
        try:
            async with asyncio.timeout(self._seconds - WATCH_AFTER_SECONDS):
                while (await self._receive())["type"] != "http.disconnect":
                    pass
                if not self._query or self._query.lstrip().startswith("mutation"):
                    await asyncio.sleep(self._seconds)
            self._verdict = "gone"
        except TimeoutError:
            self._verdict = "late"
        if self._task is not None:
            self._task.cancel()
