"""Where the sign-in side of a company happens, and who calls: values handed from above."""

from dataclasses import dataclass

from sqlalchemy import Engine

from engine.base.settings import Settings
from engine.db.companies import Company


@dataclass(frozen=True, slots=True)
class AccessPlace:
    """Where the functions of this package work: a company on an engine."""

    engine: Engine
    company: Company
    settings: Settings


@dataclass(frozen=True, slots=True)
class Caller:
    """How a call arrives: the peer's address, its user agent, and whether it wants a cookie."""

    address: str
    agent: str = ""
    cookie: bool = False
