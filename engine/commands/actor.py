"""Who runs a command and with what: the frozen surroundings of `run_command`."""

import math
import time
from dataclasses import dataclass

from sqlalchemy import Engine

from engine.access.model import Principal
from engine.base.settings import Settings
from engine.db.companies import Company
from metadata.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class IdempotencyKey:
    """The header's key, the hash of the request body, which mutation of the document (F8)."""

    key: str
    body_hash: bytes
    field_index: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """`principal` and `snapshot` are of one metadata version; `address` is the peer's.

    `deadline` is in seconds of `time.monotonic`: nothing is committed after it.
    """

    principal: Principal
    snapshot: Snapshot
    company: Company
    engine: Engine
    settings: Settings
    request_id: str
    address: str = ""
    deadline: float = math.inf
    idempotency: IdempotencyKey | None = None

    def ends_by(self) -> float:
        """When a command that begins now has to be over, in seconds of `time.monotonic`."""
        return min(self.deadline, time.monotonic() + self.settings.request_deadline_ms / 1_000)
