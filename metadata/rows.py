"""Rows that come with the product, written by their fields' names: roles, the root department.

Rows of users are written by commands.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, insert

from metadata.field_types.registry import field_type
from metadata.snapshot import ObjectIndex
from metadata.tables import sql_table


def insert_rows(
    connection: Connection, schema: str, index: ObjectIndex, rows: Sequence[Mapping[str, Any]]
) -> list[int]:
    """Inserts rows that all give the same fields; returns their ids in the same order."""
    if not rows:
        return []
    target = sql_table(schema, index.definition)
    statement = insert(target).returning(target.c.id, sort_by_parameter_order=True)
    values = [_columns(index, row) for row in rows]
    return list(connection.execute(statement, values).scalars())


def _columns(index: ObjectIndex, row: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in row.items():
        field = index.fields[name]
        found.update(field_type(field.type).store(field, value))
    return found
