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
    create_trigger,
    drop_index,
    drop_routine,
    drop_trigger,
    set_routine,
    trigger_statements,
)
from metadata.physical import ForeignKey, PhysicalColumn, PhysicalTable, Routine, Trigger


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
        yield from trigger_statements(schema, self.table)
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
class DropTable:
    """A purged object's table, with all its rows. Nothing refers to it any more."""

    name: str

    def statements(self, schema: str) -> Iterator[str]:
        yield f"drop table {table(schema, self.name)}"

    def __str__(self) -> str:
        return f"table {self.name} removed"


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


@dataclass(frozen=True, slots=True)
class SetRoutine:
    """A function that computes columns of a table, new or changed."""

    table: str
    routine: Routine

    def statements(self, schema: str) -> Iterator[str]:
        # whoever writes still computes by the former one, unseen by what fills the rows anew
        yield f"lock table {table(schema, self.table)} in share row exclusive mode"
        yield set_routine(schema, self.routine)

    def __str__(self) -> str:
        return f"function {self.routine.name} written"


@dataclass(frozen=True, slots=True)
class DropRoutine:
    name: str

    def statements(self, schema: str) -> Iterator[str]:
        yield drop_routine(schema, self.name)

    def __str__(self) -> str:
        return f"function {self.name} removed"


@dataclass(frozen=True, slots=True)
class CreateTrigger:
    """Also in place of one of this name that somebody altered or disabled."""

    table: str
    trigger: Trigger

    def statements(self, schema: str) -> Iterator[str]:
        yield drop_trigger(schema, self.table, self.trigger.name)
        yield create_trigger(schema, self.table, self.trigger)

    def __str__(self) -> str:
        return f"trigger {self.table}.{self.trigger.name} added"


@dataclass(frozen=True, slots=True)
class DropTrigger:
    table: str
    name: str

    def statements(self, schema: str) -> Iterator[str]:
        yield drop_trigger(schema, self.table, self.name)

    def __str__(self) -> str:
        return f"trigger {self.table}.{self.name} removed"
