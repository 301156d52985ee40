"""Rows into tables: COPY in chunks, one thread writing while the next chunk is made.

Memory holds two chunks at most. Knows nothing of what the rows mean.
"""

import io
from collections.abc import Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from demo.columns import Sheet
from demo.world import Rows

Lines = Mapping[str, str]


def encode(sheets: Mapping[str, Sheet], rows: Rows) -> Lines:
    """The COPY text of one block, by object."""
    return {name: "".join(map(sheets[name].line, rows[name])) for name in sheets if rows.get(name)}


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
    for name, text in chunk.items():
        cursor.copy_expert(sheets[name].copy_sql, io.StringIO(text))


def set_sequences(cursor: Any, sheets: Iterable[Sheet]) -> None:
    """Numbers given by hand are behind the sequences now."""
    for sheet in sheets:
        if "id" in sheet.fields:
            cursor.execute(
                f"select setval(pg_get_serial_sequence(%s, 'id'), max(id)) from {sheet.table}",
                (sheet.table,),
            )
