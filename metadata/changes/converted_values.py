"""The values of a field that changes its type: what they become, and which have no counterpart.

The new column is filled in the transaction of the change, so only where values are few; else the
change is refused before (`rows.py`).
"""

from collections.abc import Iterator, Sequence

from sqlalchemy import Connection, text

from engine.db.quoting import literal, quote, table
from metadata.changes.change import Objects
from metadata.changes.columns import spared, with_column
from metadata.changes.conversions import digits, writes_anew
from metadata.changes.size import is_small
from metadata.field_types.registry import field_type
from metadata.field_types.text import LONGEST
from metadata.model import FieldDef, ObjectDef
from metadata.physical import physical_columns

MOST_VALUES = 5_000  # about half a second with the indexes of a searched table
_AS_LIST = "array[{c}]"
# by the SQL types: values as the API shows them, so a moment is in UTC
_MADE = {
    ("bigint", "text"): "{c}::text",
    ("date", "text"): "to_char({c}, 'YYYY-MM-DD')",
    ("timestamptz", "text"): "(to_json({c} at time zone 'UTC') #>> '{{}}') || '+00:00'",
    ("text", "text[]"): _AS_LIST,
    ("bigint", "bigint[]"): _AS_LIST,
}


def with_converted(item: ObjectDef, old: FieldDef, new: FieldDef) -> tuple[ObjectDef, FieldDef]:
    """Object and field, the field with a column for its new values where it needs one; the
    former one is to spare."""
    if not writes_anew(old, new):
        return item, new
    return with_column(spared(item, old), new)


def converted_fields(
    before: Objects, after: Objects
) -> Iterator[tuple[ObjectDef, FieldDef, FieldDef]]:
    """The object as it will be, and the field as it was and will be, of all whose values are
    written anew."""
    known = {item.table: item for item in before}
    for item in after:
        was = known.get(item.table, item)
        if was is item:
            continue
        fields = {each.name: each for each in was.fields}
        for field in item.fields:
            old = fields.get(field.name)
            if old is not None and writes_anew(old, field):
                yield item, old, field


def misfits(old: FieldDef, new: FieldDef) -> str:
    """The condition, over bare columns, of values that the new type cannot have; "" for none."""
    column = quote(physical_columns(old)[0].name)
    if (old.type, new.type) == ("longText", "text"):
        longest = new.max_length or LONGEST
        return f"(length({column}) > {longest} or {column} ~ '[\\n\\t]')"
    room = _digits(new)
    return "" if room is None or not writes_anew(old, new) else _too_many_digits(column, room)


def cell_misfits(old: FieldDef, new: FieldDef) -> Iterator[tuple[int, FieldDef, FieldDef, str]]:
    """The same of the columns of a sub-table, with their positions: numbers with more digits."""
    known = {each.name: each for each in old.rows}
    elements = f"jsonb_array_elements({quote(physical_columns(old)[0].name)}) r"
    for at, each in enumerate(new.rows):
        before, room = known.get(each.name), _digits(each)
        if before is not None and room is not None and writes_anew(before, each):
            wrong = _too_many_digits(f"(r ->> {literal(each.name)})::numeric", room)
            yield at, before, each, f"exists (select 1 from {elements} where {wrong})"


def _too_many_digits(value: str, room: tuple[int, int]) -> str:
    return f"(abs({value}) >= 1e{room[0]}::numeric or {value} <> round({value}, {room[1]}))"


def is_convertible(
    connection: Connection, schema: str, change: tuple[ObjectDef, FieldDef, FieldDef]
) -> bool:
    """Whether the values are few enough to be written while readers wait for the new column."""
    item, old, _ = change
    if not is_small(connection, schema, item.table):
        return False
    column = quote(physical_columns(old)[0].name)
    found = connection.exec_driver_sql(
        f"select count(*) from (select 1 from {table(schema, item.table)}"
        f" where {column} is not null limit {MOST_VALUES + 1}) found"
    ).scalar_one()
    return int(found) <= MOST_VALUES


def convert_values(connection: Connection, schema: str, before: Objects, after: Objects) -> None:
    """Fills the new columns out of the former ones, which are left empty."""
    for item, old, new in converted_fields(before, after):
        rows = table(schema, item.table)
        source, target = (quote(physical_columns(each)[0].name) for each in (old, new))
        value = value_sql(old, new)
        if len(physical_columns(new)) == 1:
            connection.exec_driver_sql(
                f"update {rows} set {target} = {value}, {source} = null where {source} is not null"
            )
            continue
        found = connection.exec_driver_sql(
            f"select id, {value} from {rows} where {source} is not null"
        )
        _write_texts(connection, rows, (source, new), [(row[0], row[1]) for row in found])


def _write_texts(
    connection: Connection, rows: str, change: tuple[str, FieldDef], values: list[tuple[int, str]]
) -> None:
    """The values with their companions, which PostgreSQL does not know to make: all are texts."""
    source, new = change
    stored = [field_type(new.type).store(new, value) for _, value in values]
    names = [each.name for each in physical_columns(new)]
    sets = ", ".join(f"{quote(name)} = v.c{at}" for at, name in enumerate(names))
    arrays = ", ".join(f"cast(:c{at} as text[])" for at, _ in enumerate(names))
    listed = ", ".join(f"c{at}" for at, _ in enumerate(names))
    connection.execute(
        text(
            f"update {rows} t set {sets}, {source} = null"
            f" from unnest(cast(:ids as bigint[]), {arrays}) v(id, {listed}) where t.id = v.id"
        ),
        {
            "ids": [number for number, _ in values],
            **{f"c{at}": [each[name] for each in stored] for at, name in enumerate(names)},
        },
    )


def value_sql(old: FieldDef, new: FieldDef) -> str:
    """What a value becomes, over bare columns of the former field."""
    source, target = (physical_columns(each)[0] for each in (old, new))
    if not writes_anew(old, new):
        return quote(source.name)
    made = _MADE.get((source.sql_type, target.sql_type), f"{{c}}::{target.sql_type}")
    return made.format(c=quote(source.name))


def _digits(field: FieldDef) -> tuple[int, int] | None:
    columns: Sequence[str] = [each.sql_type for each in physical_columns(field)[:1]]
    return digits(columns[0]) if columns else None
