"""What a change of metadata leaves to be done beside the traffic: indexes, keys, empty columns.

Goes by what the catalogue lacks, so it may be killed anywhere and begun again (E3).
"""

import logging
import time
from functools import partial

import psycopg2
from sqlalchemy import Connection, text
from sqlalchemy.exc import IntegrityError

from engine.base.errors import Problem
from engine.db.companies import Company, find_company
from engine.db.quoting import table
from engine.db.write_engine import transaction
from jobs.context import JobContext
from metadata.changes.background import complete_tables
from metadata.changes.expected import tell_expected
from metadata.changes.patience import Busy
from metadata.changes.publish import COMPLETE
from metadata.changes.rows import equal_rows
from metadata.changes.run import apply_change
from metadata.changes.spare import empty_columns
from metadata.changes.withdraw_unique import WithdrawUnique
from metadata.model import FieldDef, ObjectDef
from metadata.physical import physical_tables
from metadata.snapshot import Snapshot
from metadata.store import Written, load_snapshot

HEAD_START_SECONDS = 1.0
_log = logging.getLogger("qiansi.metadata")


def run(context: JobContext, schema: str, message_id: int = 0) -> None:
    """Does all that is pending of the company; its messages go when nothing is any more."""
    with transaction(context.engine) as connection:
        company = find_company(connection, schema=schema)
        last = _last_message(connection, schema) if company is not None else 0
    if company is None:
        return
    try:
        _complete(context, company)
    except Busy:
        return  # another process is at it
    with transaction(context.engine) as connection:
        connection.execute(
            text(f"delete from {table(schema, 'outbox')} where kind = :kind and id <= :last"),
            {"kind": COMPLETE, "last": last},
        )


def is_waiting(context: JobContext, company: Company) -> bool:
    """Whether a change left something to do that nobody has finished."""
    with transaction(context.engine) as connection:
        return _last_message(connection, company.schema) > 0


def _last_message(connection: Connection, schema: str) -> int:
    found = connection.execute(
        text(f"select coalesce(max(id), 0) from {table(schema, 'outbox')} where kind = :kind"),
        {"kind": COMPLETE},
    )
    return int(found.scalar_one())


def _complete(context: JobContext, company: Company) -> None:
    expect = partial(_expect, context, company.schema)
    while True:
        try:
            complete_tables(context.engine, company.schema, expect=expect)
            break
        except IntegrityError as error:
            if not _give_up_unique(context, company, error):
                raise
    empty_columns(context.engine, company.schema)


def _expect(context: JobContext, schema: str, written: Written) -> None:
    """Lets the servers build the schema before it is current, so that no request waits for it."""
    try:
        tell_expected(context.settings, schema, written)
    except psycopg2.Error as error:
        _log.warning("servers not told of metadata: %s", type(error).__name__)
    time.sleep(HEAD_START_SECONDS)


def _give_up_unique(context: JobContext, company: Company, error: IntegrityError) -> bool:
    """Rows became equal while the unique index of a large table was not there yet: then the
    field is not unique, and the history says so with the first of them. True when it is worth
    trying again."""
    if not isinstance(error.orig, psycopg2.Error):
        return False
    with transaction(context.engine) as connection:
        snapshot = load_snapshot(connection, company.schema)
        found = _field_of(snapshot, error.orig.diag.constraint_name)
        if found is None:
            return False
        problem = equal_rows(connection, company.schema, *found)
    if problem is None and not found[1].computed:
        return True  # they are not equal any more
    item, field = found
    _log.warning("%s.%s cannot be unique: rows became equal", item.name, field.name)
    # values that a fill would have written are nowhere to be found
    nowhere = Problem((item.name, field.name), "NOT_UNIQUE_ROWS", {"field": field.label, "ids": ()})
    change = WithdrawUnique(problem or nowhere)
    return apply_change(context.engine, company, change, user_id=None).applied


def _field_of(snapshot: Snapshot, index_name: str | None) -> tuple[ObjectDef, FieldDef] | None:
    """The unique field that has the index."""
    for item, made in zip(snapshot.objects, physical_tables(snapshot.objects), strict=True):
        for field in item.fields:
            unique = [each for each in made.indexes if each.unique and each.name == index_name]
            if field.unique and unique and field.column in unique[0].terms[0]:
                return item, field
    return None
