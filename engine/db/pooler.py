"""What is in front of PostgreSQL, found by asking: nothing, or a pooler, and how it shares.

For the start and the doctor: blocks, for a bounded time. What follows from it is decided by
`engine/db/address.py`.
"""

import select
import time
from collections.abc import Mapping
from contextlib import ExitStack, closing
from typing import Any

import psycopg2
import psycopg2.extensions

from engine.base.settings import Pooler

ASK_SECONDS = 3.0
_BACKEND = "select pg_backend_pid()"


def find_pooler(arguments: Mapping[str, Any]) -> Pooler:
    """Raises psycopg2.OperationalError when there is no answer in time.

    A pooler announces a backend of its own invention. In session mode a client keeps its
    server process; in transaction mode another client gets the one that is free.
    """
    with ExitStack() as stack:
        first = stack.enter_context(closing(_Line(arguments)))
        backends = {first.ask(_BACKEND) for _ in range(3)}
        if backends == {first.announced}:
            return Pooler.NONE
        second = stack.enter_context(closing(_Line(arguments)))
        taken = second.ask(f"begin; {_BACKEND}")
        again = first.ask(_BACKEND)
        kept = backends == {again} and taken != again
        return Pooler.SESSION if kept else Pooler.TRANSACTION


def count_sessions(arguments: Mapping[str, Any], wanted: int) -> int:
    """How many of `wanted` connections can be used at the same time."""
    with ExitStack() as stack:
        for number in range(wanted):
            try:
                line = stack.enter_context(closing(_Line(arguments)))
                line.ask(_BACKEND)
            except psycopg2.OperationalError:
                return number
    return wanted


class _Line:
    """A connection on which no answer is waited for longer than ASK_SECONDS."""

    def __init__(self, arguments: Mapping[str, Any]) -> None:
        self._raw: Any = psycopg2.connect(async_=1, **arguments)
        try:
            self._wait()
        except BaseException:
            self._raw.close()
            raise
        self._cursor = self._raw.cursor()
        self.announced: int = self._raw.get_backend_pid()

    def ask(self, sql: str) -> Any:
        self._cursor.execute(sql)
        self._wait()
        return self._cursor.fetchone()[0]

    def close(self) -> None:
        self._raw.close()

    def _wait(self) -> None:
        deadline = time.monotonic() + ASK_SECONDS
        while (state := self._raw.poll()) != psycopg2.extensions.POLL_OK:
            left = deadline - time.monotonic()
            if left <= 0:
                raise psycopg2.OperationalError("no answer in time")
            reading = state == psycopg2.extensions.POLL_READ
            watched = [self._raw]
            select.select(watched if reading else [], [] if reading else watched, [], left)
