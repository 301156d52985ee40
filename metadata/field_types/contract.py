"""What every field type offers: the same members in one file per type.

Knows neither GraphQL nor the database connection. `kind` says which shape a value has (the
GraphQL layer maps kinds to types, the query compiler maps them to expressions).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

from metadata.model import FieldDef, Label


class ValueKind(StrEnum):
    """The shape of a value, as the query compiler and the schema builder see it.

    The stored column types: TEXT text · INTEGER bigint · DECIMAL numeric(p,s) · BOOLEAN
    boolean · DATE date · DATE_TIME timestamptz · CHOICE text · CHOICES text[] · RELATION
    bigint (foreign key) · RELATIONS bigint[] · RECORD (text object name, bigint) · the
    jsonb kinds REGION, LOCATION, FILES, ROWS, JSON · DATE_RANGE daterange · NONE no column.
    """

    TEXT = "text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    BOOLEAN = "boolean"
    DATE = "date"
    DATE_TIME = "dateTime"
    DATE_RANGE = "dateRange"
    CHOICE = "choice"
    CHOICES = "choices"
    RELATION = "relation"
    RELATIONS = "relations"
    RECORD = "record"
    REGION = "region"
    LOCATION = "location"
    FILES = "files"
    ROWS = "rows"
    JSON = "json"
    NONE = "none"


class Aggregate(StrEnum):
    COUNT_DISTINCT = "countDistinct"
    SUM = "sum"
    AVG = "avg"
    MIN = "min"
    MAX = "max"


@dataclass(frozen=True, slots=True)
class Column:
    """A physical column: its name and PostgreSQL type, e.g. ("amount", "numeric(18,2)")."""

    name: str
    sql_type: str


class FieldProblem(Exception):
    """A value that a field does not take. `code` is a problem code of the API (`Problem`);
    `path` says where within the value, if it has parts."""

    def __init__(self, code: str, *path: str | int, **params: object) -> None:
        super().__init__(code)
        self.code = code
        self.path = path
        self.params = params

    def all(self) -> Sequence["FieldProblem"]:
        """Every problem of the value, most often this one."""
        return (self,)

    def below(self, *steps: str | int, **params: object) -> "FieldProblem":
        """The same problem of a part of a larger value."""
        return FieldProblem(self.code, *steps, *self.path, **{**self.params, **params})


class SeveralProblems(FieldProblem):
    """A value with parts of which more than one may be wrong; told together."""

    def __init__(self, problems: Sequence["FieldProblem"]) -> None:
        first = problems[0]
        super().__init__(first.code, *first.path, **first.params)
        self._problems = problems

    def all(self) -> Sequence["FieldProblem"]:
        return self._problems


class FieldType(Protocol):
    """One type of FLD-01."""

    @property
    def key(self) -> str: ...
    @property
    def label(self) -> Label: ...
    @property
    def kind(self) -> ValueKind: ...
    @property
    def operators(self) -> tuple[str, ...]:
        """The operator names of the API that a filter offers, in their documented order."""
        ...

    @property
    def sortable(self) -> bool: ...
    @property
    def groupable(self) -> bool: ...
    @property
    def aggregates(self) -> frozenset[Aggregate]: ...
    @property
    def mask(self) -> str | None:
        """ "mobile", "email", "amount" or "region": how a masked value is shown; None: never."""
        ...

    def columns(self, field: FieldDef) -> tuple[Column, ...]:
        """All physical columns, the main one first, companions (sort, search) after it."""
        ...

    def parse(self, field: FieldDef, value: Any) -> Any:
        """An input value (JSON-like, scalars already typed) → the value kept; None is blank.

        Raises FieldProblem. Text is normalised here, once. Does not check `required`,
        uniqueness, or whether a reference exists.
        """
        ...

    def store(self, field: FieldDef, value: Any) -> Mapping[str, Any]:
        """A parsed value → column name → value to bind, companions included."""
        ...

    def load(self, field: FieldDef, row: Mapping[str, Any]) -> Any:
        """A database row (by column name) → the parsed value (`load(store(x)) == x`)."""
        ...

    def log(self, field: FieldDef, value: Any) -> Any:
        """A parsed value → JSON for the operation log (ids as global ids, Decimal as text)."""
        ...

    def export(self, field: FieldDef, value: Any) -> str: ...

    def from_text(self, field: FieldDef, text: str) -> Any:
        """A cell of an import → the input value that `parse` takes. Raises FieldProblem."""
        ...
