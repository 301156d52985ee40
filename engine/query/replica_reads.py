"""One viewer's reads, answered by a replica whenever that makes no difference but age.

The check of session and versions runs on the primary, beside the statement on the replica, so
what is revoked is refused at once (principle 9). The replica's answer counts only when its own
check passed too and its marks (`engine/access/marks.py`) are those of the primary: then it has
the session's own writes, and whatever was taken from anybody's sight. Otherwise the primary
answers. Nothing is read from a replica while the primary cannot be asked.
"""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from engine.access.currency import still_current
from engine.access.marks import MARKS
from engine.access.model import Principal
from engine.base.errors import TimedOut, Unavailable
from engine.db.quoting import table
from engine.db.replica import Replica
from engine.query.run import TextPool

SERVED = ("replica", "")
SET_ASIDE = ("primary", "set_aside")
BEHIND = ("primary", "behind")
FAILED = ("primary", "failed")


@dataclass(frozen=True, slots=True)
class ReplicaReads:
    """A `TextPool` for plans of this principal, whose statements have its token hash as $1."""

    replica: Replica
    primary: TextPool
    principal: Principal

    async def fetch_text(self, sql: str, arguments: Sequence[Any], timeout_ms: int) -> str | None:
        """As `ReadPool.fetch_text`; None when session or versions are no longer the principal's."""
        if not self.replica.usable:
            self.replica.reads[SET_ASIDE] += 1
            return await self.primary.fetch_text(sql, arguments, timeout_ms)
        begun = time.monotonic()
        answer = self.replica.begin(_marked(sql, self.principal.schema), arguments, timeout_ms)
        try:
            marks = await self._marks(timeout_ms)
            if marks is None:
                return None
            await asyncio.wait([answer])
        finally:
            answer.cancel()
        place, text = self._judged(answer, marks)
        self.replica.reads[place] += 1
        if text is not None:
            return text
        remaining_ms = timeout_ms - int((time.monotonic() - begun) * 1_000)
        if remaining_ms <= 0:
            raise TimedOut
        return await self.primary.fetch_text(sql, arguments, remaining_ms)

    async def _marks(self, timeout_ms: int) -> str | None:
        """The primary's; None when its check fails."""
        who = self.principal
        arguments = (who.session_hash, who.metadata_version, who.access_version)
        return await self.primary.fetch_text(_check(who.schema), arguments, timeout_ms)

    def _judged(
        self, answer: asyncio.Task[str | None], marks: str
    ) -> tuple[tuple[str, str], str | None]:
        """Where the read is answered, and the text if that is the replica.

        No row means a session or versions that the replica does not know yet.
        """
        error = None if answer.cancelled() else answer.exception()
        if isinstance(error, Unavailable):
            self.replica.set_aside()
        if answer.cancelled() or error is not None:
            return FAILED, None
        known, _, text = (answer.result() or "").partition("\n")
        return (SERVED, text) if known == marks and text else (BEHIND, None)


def _check(schema: str) -> str:
    rows = f"{table(schema, 'state')} v, {table(schema, 'session')} s"
    current = still_current("$1::bytea", "$2::bigint", "$3::bigint")
    return f"select {MARKS} from {rows} where {current}"


def _marked(sql: str, schema: str) -> str:
    """The statement with the marks of the same snapshot before its text."""
    rows = f"{table(schema, 'state')} v, {table(schema, 'session')} s"
    return (
        f"select concat({MARKS}, e'\\n', r.answer) from ({sql}) r(answer), {rows}"
        " where s.token_hash = $1::bytea"
    )
