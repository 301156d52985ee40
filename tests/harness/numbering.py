"""A process that creates numbered leads as fast as it can, in threads; one in ten is undone.

Run with `multiprocessing`; leads are created by commands, without a server before them.
"""

import hashlib
import random
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any
from unittest.mock import patch

from engine.access.principals import load_principal
from engine.base.settings import Settings
from engine.commands import create_record
from engine.commands.actor import Actor
from engine.commands.command import CreateRecord
from engine.commands.effects import record_change
from engine.commands.run import run_command
from engine.db.companies import Company
from engine.db.write_engine import make_engine
from metadata.store import load_snapshot

THREADS = 10
UNDONE = 0.1


class Undone(Exception):
    """What undoes a lead after its number was taken and its row written."""


def create_leads(database_url: str, company: Company, token: str, many: int) -> None:
    """Lets each thread try to create `many` leads; `token` is that of a live session."""
    settings = Settings(database_url=database_url, write_connections=THREADS)
    engine = make_engine(settings)
    with engine.begin() as connection:
        snapshot = load_snapshot(connection, company.schema)
        principal = load_principal(connection, company, hashlib.sha256(token.encode()).digest())

    def create(number: int) -> None:
        actor = Actor(
            principal=principal,
            snapshot=snapshot,
            company=company,
            engine=engine,
            settings=settings,
            request_id=f"request {number}",
        )
        try:
            run_command(CreateRecord(object="lead", values={"name": f"编号 {number}"}), actor)
        except Undone:
            return

    sometimes = partial(_sometimes, random.Random(1))
    undoing = patch.object(create_record, "record_change", sometimes)
    with undoing, ThreadPoolExecutor(THREADS) as threads:
        for done in [threads.submit(create, number) for number in range(many * THREADS)]:
            done.result()
    engine.dispose()


def _sometimes(chance: random.Random, *given: Any) -> None:
    """One in ten commands fails between the row and the commit."""
    if chance.random() < UNDONE:
        raise Undone
    record_change(*given)
