"""Removes for good what has lain in the trash longer than `trash_days` (OBJ-11).

A record that others still refer to stays until they are gone. The operation log stays.
"""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from engine.access.model import AccessProfile, Principal
from engine.base.errors import StillReferenced
from engine.base.identifiers import RecordId
from engine.commands.actor import Actor
from engine.commands.effects import record_change, write_effects
from engine.commands.purge_records import remove_for_good
from engine.commands.referrers import find_restricting
from engine.commands.rows import load_records
from engine.commands.work import Work
from engine.db.companies import find_company
from engine.db.sqlstate import ConstraintViolated
from engine.db.statements import Statements
from engine.db.write_engine import transaction
from jobs.context import JobContext
from metadata.model import Capability
from metadata.store import load_snapshot

BATCH = 200
CAUSE = "purge_trash"


def run(context: JobContext, schema: str) -> None:
    """Idempotent; in batches, each a transaction of its own."""
    actor = _system_actor(context, schema)
    if actor is None:
        return
    for each in actor.snapshot.objects:
        if each.can(Capability.TRASHABLE):
            after: int | None = 0
            while after is not None:
                after = _purge(actor, each.name, after)


def _purge(actor: Actor, object_name: str, after: int) -> int | None:
    """Purges one batch of an object; returns the last id looked at, None at the end."""
    with transaction(actor.engine) as connection:
        work = Work(Statements.on(connection), actor)
        rows = work.table(object_name)
        oldest = work.at - timedelta(days=actor.settings.trash_days)
        due = (
            select(rows.c.id)
            .where(rows.c.deleted_at < oldest, rows.c.id > after)
            .order_by(rows.c.id)
            .limit(BATCH)
            .with_for_update(skip_locked=True)
        )
        numbers: list[int] = list(connection.execute(due).scalars())
        if not numbers:
            return None
        _remove(work, object_name, numbers)
        write_effects(work)
        work.statements.flush()
        return numbers[-1]


def _remove(work: Work, object_name: str, numbers: list[int]) -> None:
    records = load_records(work, object_name, numbers)
    referred = find_restricting(work, object_name, numbers, trash_too=True)
    for number in numbers:
        if referred.get(number):
            continue
        try:
            with work.savepoint():
                record_change(work, "purge", records[number])
                remove_for_good(work, RecordId(object_name, number))
        except (IntegrityError, ConstraintViolated, StillReferenced):
            continue


def _system_actor(context: JobContext, schema: str) -> Actor | None:
    with transaction(context.engine) as connection:
        company = find_company(connection, schema=schema)
        if company is None:
            return None
        snapshot = load_snapshot(connection, schema)
    principal = Principal(
        user_id=0,
        company_id=company.id,
        schema=schema,
        time_zone=company.time_zone,
        language=company.language,
        session_hash=b"",
        access_version=0,
        metadata_version=snapshot.version,
        profile=AccessProfile(key="system", is_super=True),
        department_id=None,
        department_tree=(),
        subordinate_ids=(),
        scope_users={},
    )
    return Actor(
        principal=principal,
        snapshot=snapshot,
        company=company,
        engine=context.engine,
        settings=context.settings,
        request_id=CAUSE,
    )
