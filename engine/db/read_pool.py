"""The pool that all reads go through (principle 6).

Statements are read only, prepared once per connection.
"""

from collections.abc import Awaitable, Sequence
from typing import Any

from engine.base.errors import TimedOut, Unavailable
from engine.base.settings import Settings
from engine.db.address import CONNECT_SECONDS
from engine.db.pool import Lost, Pool
from engine.db.pooled_read import reader_opening
from engine.db.read_connection import ReadConnection


class ReadPool(Pool[ReadConnection]):
    """Lives on one event loop: `await start()` there, `await stop()` at the end."""

    def __init__(self, settings: Settings) -> None:
        limits = {
            "default_transaction_read_only": "on",
            "statement_timeout": str(settings.statement_timeout_ms),
            "idle_in_transaction_session_timeout": str(settings.statement_timeout_ms),
        }
        super().__init__(settings.read_connections, reader_opening(settings, limits))

    async def start(self) -> None:
        """Opens the first connection, so that a wrong address shows at the start."""
        self.begin()
        self._free -= 1
        self._release(await self._opened(self._loop.time() + CONNECT_SECONDS))

    async def fetch_text(self, sql: str, arguments: Sequence[Any], timeout_ms: int) -> str | None:
        """The text in the first column of the first row; None when there is no row.

        `sql` holds `$1…$n`, each with its cast. Raises TimedOut, SchemaChanged, Unavailable;
        a lost connection is tried again once, since a read may be. When the task is cancelled
        the statement is cancelled in the server too.
        """
        deadline = self._loop.time() + timeout_ms / 1_000

        def read(connection: ReadConnection) -> Awaitable[str | None]:
            return connection.fetch_text(sql, arguments)

        try:
            try:
                return await self.use(read, deadline, sql=sql)
            except Lost:
                return await self.use(read, deadline, sql=sql)
        except TimeoutError:
            raise TimedOut from None
        except Lost:
            raise Unavailable from None
