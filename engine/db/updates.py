"""Updates of rows of one table: many that write the same columns are one statement."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from sqlalchemy import Table

from engine.db.binding import bound, type_name
from engine.db.quoting import quote, table

Values = Mapping[str, Any]


@dataclass
class Updates:
    """Updates of the same columns of one table, which become one statement."""

    rows: Table
    names: tuple[str, ...]
    by_id: dict[int, Values] = field(default_factory=dict)

    def takes(self, other: "Updates") -> bool:
        """May both be one? Of a row in both the later values stay."""
        return self.rows is other.rows and self.names == other.names


def update_one(updates: Updates) -> tuple[str, Values]:
    """Of a single row: a statement like any other (`%(name)s`), and its values."""
    ((number, row),) = updates.by_id.items()
    given = bound(updates.rows, row)
    values = {f"c{at}": given[n] for at, n in enumerate(updates.names)}
    values["id"] = number
    return _single(str(updates.rows.schema), updates.rows.name, updates.names), values


@lru_cache(maxsize=1_000)
def _single(schema: str, name: str, columns: tuple[str, ...]) -> str:
    sets = ", ".join(f"{quote(n)} = %(c{at})s" for at, n in enumerate(columns))
    return f"update {table(schema, name)} set {sets} where id = %(id)s"


def update_many(updates: Updates) -> tuple[str, Sequence[Any]]:
    """One UPDATE (`%s`) and its values: columns that all rows get alike are written once."""
    rows = [bound(updates.rows, row) for row in updates.by_id.values()]
    shared = [n for n in updates.names if all(row[n] == rows[0][n] for row in rows)]
    varying = [n for n in updates.names if n not in shared]
    columns = updates.rows.c
    sets = [f"{quote(n)} = %s" for n in shared]
    values = [rows[0][n] for n in shared]
    where = table(str(updates.rows.schema), updates.rows.name)
    if not varying:
        sql = f"update {where} set {', '.join(sets)} where id = any(%s)"
        return sql, [*values, list(updates.by_id)]
    sets += [f"{quote(n)} = v.{quote(n)}" for n in varying]
    first = f"(%s, {', '.join(f'cast(%s as {type_name(columns[n].type)})' for n in varying)})"
    others = f"(%s, {', '.join(['%s'] * len(varying))})"
    places = ", ".join([first, *[others] * (len(rows) - 1)])
    for number, row in zip(updates.by_id, rows, strict=True):
        values += [number, *(row[n] for n in varying)]
    names = ", ".join(map(quote, ("id", *varying)))
    sql = (
        f"update {where} t set {', '.join(sets)}"
        f" from (values {places}) v({names}) where t.id = v.id"
    )
    return sql, values
