"""A field that shall become unique while rows share values: it cannot, and is told.

The rule of comparison is that of the index (`metadata/physical.py`).
"""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import Connection, text

from engine.db.quoting import table
from metadata.changes.merge import Merged
from metadata.model import FieldDef, ObjectDef
from metadata.physical import physical_tables


def without_impossible(
    connection: Connection, schema: str, before: Sequence[ObjectDef], merged: Merged
) -> Merged:
    """`merged`, with fields left as they are that rows do not let become unique."""
    known = {(item.name, field.name): field for item in before for field in item.fields}
    notes = list(merged.notes)
    objects: list[ObjectDef] = []
    for item in merged.objects:
        fields: list[FieldDef] = []
        for field in item.fields:
            old = known.get((item.name, field.name))
            newly = field.unique and old is not None and not old.unique
            if newly and has_duplicates(connection, schema, item, field):
                notes.append(f"field {item.name}.{field.name} is not unique: rows share values")
                field = replace(field, unique=False)
            fields.append(field)
        objects.append(replace(item, fields=tuple(fields)))
    return Merged(tuple(objects), tuple(notes))


def has_duplicates(connection: Connection, schema: str, item: ObjectDef, field: FieldDef) -> bool:
    """True when two living rows have the same value in the field, as a unique index compares."""
    term, alive = unique_term(item, field)
    found = connection.execute(
        text(
            f"select exists (select 1 from {table(schema, item.table)}"
            f" where {alive}{term} is not null group by {term} having count(*) > 1)"
        )
    ).scalar_one()
    return bool(found)


def unique_term(item: ObjectDef, field: FieldDef) -> tuple[str, str]:
    """What a unique index of the field compares, and the condition it begins with ("" or ending
    in ` and `)."""
    alone = replace(item, fields=(replace(field, unique=True),), unique_together=())
    index = next(each for each in physical_tables([alone])[0].indexes if each.unique)
    return index.terms[0], f"({index.where}) and " if index.where else ""
