"""How many values and records a change gives up for good: what it purges, also by the way."""

from collections.abc import Iterator

from sqlalchemy import Connection

from engine.db.quoting import quote, table
from metadata.changes.change import Objects
from metadata.field_types.contract import ValueKind
from metadata.field_types.registry import field_type
from metadata.model import FieldDef, ObjectDef
from metadata.physical import physical_columns
from metadata.references import Impact


def given_up(
    connection: Connection, schema: str, before: Objects, after: Objects
) -> Iterator[Impact]:
    """The records of purged objects, and the values of deleted fields that cannot come back."""
    left = {item.table: item for item in after}
    for was in before:
        item = left.get(was.table, was)
        if item.purged and not was.purged:
            count = rows_with_values(connection, schema, was, None)
            yield Impact("records", was.name, "GIVEN_UP", {"count": count})
        elif item is not was:
            for field in _purged_fields(was, item):
                count = rows_with_values(connection, schema, was, field)
                yield Impact("values", f"{was.name}.{field.name}", "GIVEN_UP", {"count": count})


def rows_with_values(
    connection: Connection, schema: str, item: ObjectDef, field: FieldDef | None
) -> int:
    """Rows with a value in the field, or of the object; those in the trash count too, what
    is computed from others does not."""
    condition = "true"
    if field is not None:
        if field.computed or field_type(field.type).kind is ValueKind.NONE:
            return 0
        condition = f"{quote(physical_columns(field)[0].name)} is not null"
    return count_rows(connection, schema, item, condition)


def count_rows(connection: Connection, schema: str, item: ObjectDef, condition: str) -> int:
    """Rows of the object that meet a condition over bare columns."""
    rows = table(schema, item.table)
    found = connection.exec_driver_sql(f"select count(*) from {rows} where {condition}")
    return int(found.scalar_one())


def _purged_fields(was: ObjectDef, item: ObjectDef) -> list[FieldDef]:
    """By their columns: a name may have been deleted more than once. One that is back lives."""
    kept = {each.column for each in (*item.fields, *item.deleted_fields)}
    return [each for each in was.deleted_fields if each.column not in kept]
