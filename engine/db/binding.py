"""Values and conditions as psycopg2 takes them: what statements of commands are written with."""

from collections.abc import Collection, Mapping
from typing import Any

import orjson
from sqlalchemy import Dialect, Table
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import Text, TypeEngine

_JSON = "json"  # in the `info` of a table
_DIALECT: Dialect = postgresql.psycopg2.dialect()  # type: ignore[no-untyped-call]


def among(column: str, numbers: Collection[int]) -> tuple[str, dict[str, Any]]:
    """That the column is one of the numbers, and the value to bind. A single one is told as such:
    of a list that it cannot see PostgreSQL expects ten, and plans it anew each time."""
    if len(numbers) == 1:
        return f"{column} = cast(%(number)s as bigint)", {"number": next(iter(numbers))}
    return f"{column} = any(cast(%(numbers)s as bigint[]))", {"numbers": sorted(numbers)}


def bound(rows: Table, columns: Mapping[str, Any]) -> Mapping[str, Any]:
    """Values of columns of a table as psycopg2 takes them."""
    written = [name for name in _json_columns(rows) if columns.get(name) is not None]
    if not written:
        return columns
    return {**columns, **{name: orjson.dumps(columns[name]).decode() for name in written}}


def _json_columns(rows: Table) -> tuple[str, ...]:
    """Kept by the table itself, since asking its columns costs more than most statements."""
    found: tuple[str, ...] | None = rows.info.get(_JSON)
    if found is None:
        found = tuple(each.name for each in rows.columns if isinstance(each.type, JSONB))
        rows.info[_JSON] = found
    return found


def type_name(kind: TypeEngine[Any]) -> str:
    """The type as a cast names it."""
    return "text" if isinstance(kind, Text) else str(kind.compile(dialect=_DIALECT))
