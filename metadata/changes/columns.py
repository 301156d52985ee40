"""The columns of purged fields, kept for later fields with the same ones. Pure.

A table dies after 1,600 columns, dropped ones included (M13), so none is ever dropped.
"""

from collections.abc import Sequence
from dataclasses import replace

from metadata.changes.naming import new_column
from metadata.model import FieldDef, ObjectDef, SpareColumn
from metadata.physical import physical_columns


def with_column(item: ObjectDef, field: FieldDef) -> tuple[ObjectDef, FieldDef]:
    """Object and field, the field with a column: empty ones of the same types, or new ones."""
    for name in dict.fromkeys(each.field for each in item.spare_columns):
        spare = [each for each in item.spare_columns if each.field == name]
        made = replace(field, column=name)
        if all(each.empty for each in spare) and _shape(made) == _spare_shape(spare):
            left = tuple(each for each in item.spare_columns if each.field != name)
            return replace(item, spare_columns=left), made
    return item, replace(field, column=new_column(item))


def purged(item: ObjectDef, field: FieldDef) -> ObjectDef:
    """The object without the deleted field, its columns to spare once they are emptied."""
    deleted = tuple(each for each in item.deleted_fields if each is not field)
    return spared(replace(item, deleted_fields=deleted), field)


def spared(item: ObjectDef, field: FieldDef) -> ObjectDef:
    """The object with the columns of the field, which gets or needs others, among the spare."""
    spare = tuple(
        SpareColumn(each.name, each.sql_type, field.column, purged=field.name)
        for each in physical_columns(field)
    )
    return replace(item, spare_columns=(*item.spare_columns, *spare))


def _shape(field: FieldDef) -> set[tuple[str, str]]:
    return {(each.name, each.sql_type) for each in physical_columns(field)}


def _spare_shape(spare: Sequence[SpareColumn]) -> set[tuple[str, str]]:
    return {(each.name, each.sql_type) for each in spare}
