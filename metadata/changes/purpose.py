"""What indexes and foreign keys are for, by the API names of fields. Pure."""

from collections.abc import Mapping

from engine.db.quoting import quote
from metadata.model import ObjectDef
from metadata.physical import PhysicalIndex, PhysicalTable, physical_columns

Purpose = tuple[str, str]  # `unique`, `index` or `relation`, and the field, or fields


def purposes(item: ObjectDef, made: PhysicalTable) -> Mapping[str, Purpose]:
    """Of the object's table, by name of the index or key."""
    fields = {
        column.name: field.name for field in item.fields for column in physical_columns(field)
    }
    found = {each.name: ("relation", fields.get(each.column, "")) for each in made.foreign_keys}
    for index in made.indexes:
        kind = "unique" if index.unique else "index"
        found[index.name] = (kind, ", ".join(_fields(index, fields)))
    return found


def _fields(index: PhysicalIndex, fields: Mapping[str, str]) -> Mapping[str, None]:
    """Those it is of: what follows the first one is its order, unless all are unique together."""
    terms = index.terms if index.unique else index.terms[:1]
    return dict.fromkeys(
        name for term in terms for column, name in fields.items() if quote(column) in term
    )
