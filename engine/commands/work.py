"""One transaction's worth of work: its connection, its actor, and the effects it will leave.

Operation log, outbox and the access version are collected here and written once, last.
"""

import math
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table

from engine.access.model import AccessProfile, Principal
from engine.base.clock import now
from engine.base.errors import TimedOut
from engine.base.identifiers import RecordId
from engine.commands.actor import Actor
from engine.db.statements import Statements
from engine.outbox.write import Message
from metadata.model import ObjectDef
from metadata.snapshot import ObjectIndex, Snapshot
from metadata.tables import tables


@dataclass(frozen=True, slots=True)
class LogEntry:
    """A row of the operation log in the making (OBJ-12); changes are {field, old, new}."""

    record: RecordId
    action: str
    changes: tuple[Mapping[str, Any], ...] = ()


@dataclass
class Work:
    """Mutable for the time of one transaction; a retry starts a new one.

    `deadline` is in seconds of `time.monotonic`: a command of many short statements ends at it
    too, which no timeout of a single statement sees to (C6). `sight_narrowed` says that somebody
    may see fewer rows than before, though the access version stays.
    """

    statements: Statements
    actor: Actor
    deadline: float = math.inf
    at: datetime = field(default_factory=now)
    log: list[LogEntry] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)
    access_changed: bool = False
    sight_narrowed: bool = False

    @property
    def connection(self) -> Connection:
        """For statements of SQLAlchemy; what waits in `statements` is sent first."""
        return self.statements.connection

    @property
    def principal(self) -> Principal:
        return self.actor.principal

    @property
    def profile(self) -> AccessProfile:
        return self.actor.principal.profile

    @property
    def snapshot(self) -> Snapshot:
        return self.actor.snapshot

    @property
    def schema(self) -> str:
        return self.actor.company.schema

    @property
    def user(self) -> RecordId:
        return RecordId("user", self.principal.user_id)

    def index(self, object_name: str) -> ObjectIndex:
        return self.snapshot.object(object_name)

    def definition(self, object_name: str) -> ObjectDef:
        return self.index(object_name).definition

    def table(self, object_name: str) -> Table:
        return tables(self.snapshot, self.schema)[object_name]

    def check_deadline(self) -> None:
        """Raises TimedOut once the time of the request is over."""
        if time.monotonic() > self.deadline:
            raise TimedOut

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """All of the block or nothing of it, its collected effects included."""
        before = len(self.log), len(self.messages), self.access_changed, self.sight_narrowed
        try:
            with self.statements.savepoint():
                yield
        except BaseException:
            del self.log[before[0] :]
            del self.messages[before[1] :]
            self.access_changed, self.sight_narrowed = before[2:]
            raise
