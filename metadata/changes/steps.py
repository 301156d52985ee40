"""The pieces a change of tables is made of, as frozen values; each tells its statements.

All of them belong into the transaction of the change. Indexes and foreign keys of tables that
have rows already are made beside the traffic (`background.py`).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from engine.db.quoting import quote, table
from metadata.ddl import (
    add_foreign_key,
    column_definition,
    create_index,
    create_table,
    drop_index,
)
from metadata.physical import ForeignKey, PhysicalColumn, PhysicalTable


class DdlStep(Protocol):
    """One step; it takes its locks briefly, whatever the number of rows."""

    def statements(self, schema: str) -> Iterator[str]: ...
    def __str__(self) -> str: ...


@dataclass(frozen=True, slots=True)
class AddTable:
    """A new table with its indexes; foreign keys follow when all tables are there."""

    table: PhysicalTable

    def statements(self, schema: str) -> Iterator[str]:
        yield from create_table(schema, self.table)
        for index in self.table.indexes:
            yield create_index(schema, self.table.name, index)

    def __str__(self) -> str:
        return f"table {self.table.name} added"


@dataclass(frozen=True, slots=True)
class AddForeignKey:
    """A foreign key of a table that has no rows yet."""

    table: str
    key: ForeignKey

    def statements(self, schema: str) -> Iterator[str]:
        yield add_foreign_key(schema, self.table, self.key)

    def __str__(self) -> str:
        return f"foreign key {self.key.name} added"


@dataclass(frozen=True, slots=True)
class AddColumn:
    table: str
    column: PhysicalColumn

    def statements(self, schema: str) -> Iterator[str]:
        yield f"alter table {table(schema, self.table)} add {column_definition(self.column)}"

    def __str__(self) -> str:
        return f"column {self.table}.{self.column.name} added"


@dataclass(frozen=True, slots=True)
class WidenColumn:
    """A type that holds all values of the former one (`difference.is_wider`)."""

    table: str
    column: PhysicalColumn

    def statements(self, schema: str) -> Iterator[str]:
        yield (
            f"alter table {table(schema, self.table)}"
            f" alter {quote(self.column.name)} type {self.column.sql_type}"
        )

    def __str__(self) -> str:
        return f"column {self.table}.{self.column.name} widened to {self.column.sql_type}"


@dataclass(frozen=True, slots=True)
class DropIndex:
    name: str

    def statements(self, schema: str) -> Iterator[str]:
        yield drop_index(schema, self.name)

    def __str__(self) -> str:
        return f"index {self.name} removed"


@dataclass(frozen=True, slots=True)
class DropForeignKey:
    table: str
    name: str

    def statements(self, schema: str) -> Iterator[str]:
        yield (
            f"alter table {table(schema, self.table)} drop constraint if exists {quote(self.name)}"
        )

    def __str__(self) -> str:
        return f"foreign key {self.name} removed"
