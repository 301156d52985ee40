"""Gives up for good what was deleted of the metadata longer than `trash_days` ago."""

from datetime import datetime, timedelta

from engine.base.clock import now
from engine.db.companies import find_company
from engine.db.write_engine import transaction
from jobs.context import JobContext
from metadata.changes.change import Change
from metadata.changes.delete_field import PurgeField
from metadata.changes.delete_object import PurgeObject
from metadata.changes.run import apply_change
from metadata.model import ObjectDef
from metadata.store import load_written


def run(context: JobContext, schema: str) -> None:
    """Idempotent; each field and object is a change of its own."""
    with transaction(context.engine) as connection:
        company = find_company(connection, schema=schema)
        objects = load_written(connection, schema).objects() if company is not None else ()
    oldest = now() - timedelta(days=context.settings.trash_days)
    for change in [each for item in objects for each in _due(item, oldest)]:
        if company is not None:
            apply_change(context.engine, company, change, user_id=None)


def _due(item: ObjectDef, oldest: datetime) -> list[Change]:
    if item.purged:
        return []
    if item.deleted_at is not None:
        return [PurgeObject(item.name)] if _before(item.deleted_at, oldest) else []
    return [
        PurgeField(item.name, each.name, each.column)
        for each in item.deleted_fields
        if each.deleted_at is not None and _before(each.deleted_at, oldest)
    ]


def _before(moment: str, oldest: datetime) -> bool:
    return datetime.fromisoformat(moment) < oldest
