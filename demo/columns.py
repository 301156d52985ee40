"""Demo rows as lines of COPY text, their columns laid out by the field types.

A row holds whole numbers where speed asks for them: minutes for a date-time, days for a date,
hundredths for a decimal (`moments.py`). Everything else is what a field type's `store` takes.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from demo.moments import day_text, moment_text
from demo.names import Spoken
from engine.db.quoting import quote, table
from metadata.field_types.contract import ValueKind
from metadata.field_types.registry import field_type
from metadata.model import FieldDef, ObjectDef

NULL = r"\N"
_ESCAPES = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"})

Row = Sequence[Any]
Write = Callable[[Any], str]


class Sheet:
    """The rows of one object in the making: `fields` name the values of a row, in order.

    `id` is a field here too; leave it out where nothing refers to the rows.
    """

    def __init__(self, schema: str, definition: ObjectDef, fields: Sequence[str]) -> None:
        known = {field.name: field for field in definition.fields}
        self.name = definition.name
        self.fields = tuple(fields)
        self.table = table(schema, definition.table)
        self._writes: list[tuple[Write, str]] = []
        columns: list[str] = []
        for name in fields:
            if name == "id":
                columns.append("id")
                self._writes.append((str, NULL))
                continue
            names = [column.name for column in field_type(known[name].type).columns(known[name])]
            columns += names
            self._writes.append((_write(known[name], names), "\t".join(NULL for _ in names)))
        self.columns = ", ".join(quote(column) for column in columns)

    @property
    def copy_sql(self) -> str:
        return f"copy {self.table} ({self.columns}) from stdin"

    def line(self, row: Row) -> str:
        """One row as COPY text, with its line end."""
        values = [
            nothing if value is None else write(value)
            for (write, nothing), value in zip(self._writes, row, strict=True)
        ]
        return "\t".join(values) + "\n"


def _write(field: FieldDef, columns: Sequence[str]) -> Write:
    """How the values of a field, null apart, become the COPY text of all its columns."""
    kind = field_type(field.type).kind
    if kind is ValueKind.RECORD:
        return _record
    return _spoken(field, columns) if len(columns) > 1 else _plain(field, kind)


def _plain(field: FieldDef, kind: ValueKind) -> Write:
    fast = _WRITES.get(kind)
    if fast is not None:
        return fast
    store = field_type(field.type).store

    def write(value: Any) -> str:
        (stored,) = store(field, value).values()
        return copy_text(getattr(stored, "adapted", stored))

    return write


def _spoken(field: FieldDef, columns: Sequence[str]) -> Write:
    """A text with companions: those of a Spoken are at hand, other texts are asked for once."""
    wide = len(columns) == 3
    assert columns[1] == f"{columns[0]}_sort", columns
    store = field_type(field.type).store

    @lru_cache(maxsize=20_000)
    def stored(text: str) -> str:
        found: Mapping[str, Any] = store(field, text)
        return "\t".join(copy_text(found[column]) for column in columns)

    def write(value: Any) -> str:
        if not isinstance(value, Spoken):
            return stored(value)
        if wide:
            return f"{value.text}\t{value.sort}\t{value.search}"
        return f"{value.text}\t{value.sort}"

    return write


def copy_text(value: Any) -> str:
    """Any stored value as COPY's text format reads it."""
    if value is None:
        return NULL
    if isinstance(value, bool):
        return "t" if value else "f"
    if isinstance(value, list | tuple):
        inside = ",".join(json.dumps(str(each), ensure_ascii=False) for each in value)
        return f"{{{inside}}}".translate(_ESCAPES)
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False).translate(_ESCAPES)
    return str(value).translate(_ESCAPES)


def _record(value: tuple[str, int]) -> str:
    return f"{value[0]}\t{value[1]}"


def _decimal(hundredths: int) -> str:
    return f"{hundredths // 100}.{hundredths % 100:02d}"


_WRITES: Mapping[ValueKind, Write] = {
    ValueKind.INTEGER: str,
    ValueKind.RELATION: str,
    ValueKind.DECIMAL: _decimal,
    ValueKind.BOOLEAN: lambda value: "t" if value else "f",
    ValueKind.DATE: day_text,
    ValueKind.DATE_TIME: moment_text,
    ValueKind.CHOICE: str,
    ValueKind.CHOICES: copy_text,
    ValueKind.REGION: copy_text,
    ValueKind.LOCATION: copy_text,
    ValueKind.JSON: copy_text,
    ValueKind.RELATIONS: copy_text,
    ValueKind.TEXT: lambda value: (
        value.text if isinstance(value, Spoken) else value.translate(_ESCAPES)
    ),
}
