"""Rows into tables: COPY in chunks, written by one thread while the next chunk is made.

Afterwards sequences, indexes and statistics. Knows nothing of what the rows mean.
"""

import io
from collections.abc import Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from sqlalchemy import Connection, Engine, text

from demo.columns import Sheet
from engine.db.companies import Company
from metadata.changes.background import find_pending
from metadata.provision import add_deferred_indexes

Lines = Mapping[str, str]
_BUILDERS = 2
_BUILD_MEMORY = "512MB"


def empty_anew(cursor: Any, sheets: Iterable[Sheet]) -> None:
    """Truncates the tables that hold nothing: what is copied into a table that was emptied in the
    same transaction need not be logged (a server with `wal_level=minimal` makes use of it)."""
    for sheet in sheets:
        cursor.execute(
            f"select not exists (select 1 from {sheet.table}) and not exists"
            " (select 1 from pg_constraint where confrelid = %s::regclass) and not exists"
            " (select 1 from pg_trigger where tgrelid = %s::regclass)",
            (sheet.table, sheet.table),
        )
        if cursor.fetchone()[0]:
            cursor.execute(f"truncate {sheet.table}")


def copy_chunks(cursor: Any, sheets: Mapping[str, Sheet], chunks: Iterable[Lines]) -> None:
    """Writes every chunk through a psycopg2 cursor. The first error of the writer is raised."""
    with ThreadPoolExecutor(1, "demo-copy") as writer:
        pending: Future[None] | None = None
        for chunk in chunks:
            if pending is not None:
                pending.result()
            pending = writer.submit(_copy, cursor, sheets, chunk)
        if pending is not None:
            pending.result()


def _copy(cursor: Any, sheets: Mapping[str, Sheet], chunk: Lines) -> None:
    for name, text_of_rows in chunk.items():
        cursor.copy_expert(sheets[name].copy_sql, io.StringIO(text_of_rows))


def set_sequences(cursor: Any, sheets: Iterable[Sheet]) -> None:
    """Numbers given by hand are behind the sequences now."""
    for sheet in sheets:
        if "id" in sheet.fields:
            cursor.execute(
                f"select setval(pg_get_serial_sequence(%s, 'id'), max(id)) from {sheet.table}",
                (sheet.table,),
            )


def build_indexes(engine: Engine, company: Company) -> None:
    """Makes deferred indexes, two at a time and the dearest first, then the foreign keys."""
    with engine.connect() as connection:
        pending = find_pending(connection, company.schema, concurrently=False)
    statements = [each.sql for each in pending if each.sql.startswith("create ")]
    statements.sort(key=lambda sql: "using gin" not in sql)
    with ThreadPoolExecutor(_BUILDERS, "demo-index") as builders:
        for built in [builders.submit(_build, engine, sql) for sql in statements]:
            built.result()
    add_deferred_indexes(engine, company)


def _build(engine: Engine, statement: str) -> None:
    with engine.begin() as connection:
        lift_limits(connection)
        connection.exec_driver_sql(statement)


def analyze(engine: Engine, sheets: Iterable[Sheet]) -> None:
    """Statistics, so that the first plans are the right ones."""
    with engine.begin() as connection:
        lift_limits(connection)
        for sheet in sheets:
            connection.exec_driver_sql(f"analyze {sheet.table}")


def lift_limits(connection: Connection) -> None:
    """For this transaction alone: a million rows take longer than any request may."""
    limits = {
        "statement_timeout": "0",
        "idle_in_transaction_session_timeout": "0",
        "lock_timeout": "0",
        "maintenance_work_mem": _BUILD_MEMORY,
    }
    for name, value in limits.items():
        connection.execute(
            text("select set_config(:name, :value, true)"), {"name": name, "value": value}
        )
