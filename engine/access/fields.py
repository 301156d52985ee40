"""The gate: whoever wants the expression of a field's column for a viewer asks here.

Any reference is a read (principle 8, M7). Selecting what one may not read gives null; filtering,
sorting, grouping, aggregating or searching by it, or by what one sees masked, is refused. So is
what is not computed for all rows yet, for anybody and with an error of its own.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

from engine.access.model import Access, AccessProfile, Scope
from engine.base.errors import FieldForbidden, StillComputing
from engine.db.quoting import quote
from metadata.field_types.contract import FieldType, ValueKind
from metadata.field_types.registry import field_type
from metadata.formulas.sql import formula_sql, zone_sql
from metadata.model import FieldDef
from metadata.snapshot import ObjectIndex, Snapshot

ALWAYS_READABLE = frozenset({"id", "version", "createdAt"})


class Sight(IntEnum):
    """How much of a field a viewer sees."""

    HIDDEN = 0
    MASKED = 1
    CLEAR = 2


@dataclass(frozen=True, slots=True)
class Row:
    """One row of an object in a statement: its metadata, and the schema and alias it has there."""

    index: ObjectIndex
    alias: str
    schema: str

    @property
    def id(self) -> str:
        return f"{self.alias}.id"


@dataclass(frozen=True, slots=True)
class Reference:
    """A field of a row that the gate has let through; the only way to its columns."""

    row: Row
    field: FieldDef
    sight: Sight

    @property
    def type(self) -> FieldType:
        return field_type(self.field.type)

    @property
    def kind(self) -> ValueKind:
        return self.type.kind

    def column(self, position: int = 0) -> str:
        """The qualified column at `position` of the type's columns (0 is the main one); of a
        field without one, what computes it."""
        if self.field.virtual:
            # asked once for the statement, not for each row
            zone = f"(select {zone_sql(self.row.schema)})"
            return formula_sql(self.row.index.fields, self.field, self.row.alias, zone)
        return f"{self.row.alias}.{quote(self.type.columns(self.field)[position].name)}"

    def companion(self, suffix: str) -> str | None:
        """The qualified companion column (`_sort`, `_search`), None when the type has none."""
        columns = self.type.columns(self.field)
        if len(columns) < 2:
            return None
        wanted = columns[0].name + suffix
        if any(column.name == wanted for column in columns[1:]):
            return f"{self.row.alias}.{quote(wanted)}"
        return None


def sight(profile: AccessProfile, object_name: str, field: FieldDef) -> Sight:
    """What the viewer sees of `field`; internal (`hidden`) fields nobody does, and a computed or
    numbered one only who sees clearly all that it is made of."""
    if field.hidden:
        return Sight.HIDDEN
    if field.name in ALWAYS_READABLE:
        return Sight.CLEAR
    access = profile.field(object_name, field.name)
    if access.access < Access.READ or not all(_clear(profile, name) for name in field.reads):
        return Sight.HIDDEN
    return Sight.MASKED if access.masked else Sight.CLEAR


def _clear(profile: AccessProfile, source: str) -> bool:
    """May the viewer know what a value is made of? It would tell what is masked, too."""
    object_name, _, name = source.partition(".")
    if not name:
        return profile.scope(object_name, "read") > Scope.NONE
    if name in ALWAYS_READABLE:
        return True
    access = profile.field(object_name, name)
    return access.access >= Access.READ and not access.masked


def selected(profile: AccessProfile, row: Row, name: str) -> Reference | None:
    """The field for a selection: None when hidden, or not computed for all rows yet; a MASKED one
    must be shown masked."""
    field = row.index.fields[name]
    if name in row.index.definition.filling:
        return None
    seen = sight(profile, row.index.name, field)
    return None if seen is Sight.HIDDEN else Reference(row, field, seen)


def reference(profile: AccessProfile, row: Row, name: str) -> Reference:
    """The field for anything but a selection. Raises FieldForbidden (hidden or masked),
    StillComputing."""
    field = require_reference(profile, row.index, name)
    return Reference(row, field, Sight.CLEAR)


def require_reference(profile: AccessProfile, index: ObjectIndex, name: str) -> FieldDef:
    """The definition, when the viewer may refer to the field. Raises FieldForbidden,
    StillComputing."""
    field = index.fields[name]
    if sight(profile, index.name, field) is not Sight.CLEAR:
        raise FieldForbidden(object=index.name, field=name)
    if name in index.definition.filling:
        raise StillComputing(object=index.name, field=name)
    return field


def engine_column(row: Row, name: str, position: int = 0) -> str:
    """A column for the engine's own predicates (owner, parent, trash); never shown."""
    return Reference(row, row.index.fields[name], Sight.CLEAR).column(position)


def columns_in(row: Row, text: str) -> list[str]:
    """The columns of the row that a piece of compiled SQL takes, each as it stands there."""
    columns = (
        f"{row.alias}.{quote(column.name)}"
        for field in row.index.fields.values()
        for column in field_type(field.type).columns(field)
    )
    return [each for each in columns if each in text]


def names_of_sight(
    profile: AccessProfile, snapshot: Snapshot, objects: Sequence[str], of: Sight
) -> tuple[str, ...]:
    """`object.field` of the fields of the objects that the viewer has just this sight of."""
    return tuple(
        f"{name}.{field.name}"
        for name in objects
        for field in snapshot.object(name).fields.values()
        if sight(profile, name, field) is of
    )
