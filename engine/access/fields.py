"""The gate: whoever wants the expression of a field's column for a viewer asks here.

Any reference is a read (principle 8, M7). Selecting what one may not read gives null; filtering,
sorting, grouping, aggregating or searching by it, or by what one sees masked, is refused.
"""

from dataclasses import dataclass
from enum import IntEnum

from engine.access.model import Access, AccessProfile
from engine.base.errors import FieldForbidden
from engine.db.quoting import quote
from metadata.field_types.contract import FieldType, ValueKind
from metadata.field_types.registry import field_type
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
    """One row of an object in a statement: its metadata and the table alias it has there."""

    index: ObjectIndex
    alias: str

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
        """The qualified column at `position` of the type's columns (0 is the main one)."""
        return f"{self.row.alias}.{quote(self.type.columns(self.field)[position].name)}"

    def companion(self, suffix: str) -> str | None:
        """The qualified companion column (`_sort`, `_search`), None when the type has none."""
        columns = self.type.columns(self.field)
        wanted = columns[0].name + suffix
        if any(column.name == wanted for column in columns[1:]):
            return f"{self.row.alias}.{quote(wanted)}"
        return None


def sight(profile: AccessProfile, object_name: str, field: FieldDef) -> Sight:
    """What the viewer sees of `field`; internal (`hidden`) fields nobody does."""
    if field.hidden:
        return Sight.HIDDEN
    if field.name in ALWAYS_READABLE:
        return Sight.CLEAR
    access = profile.field(object_name, field.name)
    if access.access < Access.READ:
        return Sight.HIDDEN
    return Sight.MASKED if access.masked else Sight.CLEAR


def selected(profile: AccessProfile, row: Row, name: str) -> Reference | None:
    """The field for a selection: None when hidden; a MASKED one must be shown masked."""
    field = row.index.fields[name]
    seen = sight(profile, row.index.name, field)
    return None if seen is Sight.HIDDEN else Reference(row, field, seen)


def reference(profile: AccessProfile, row: Row, name: str) -> Reference:
    """The field for anything but a selection. Raises FieldForbidden (hidden or masked)."""
    field = require_reference(profile, row.index, name)
    return Reference(row, field, Sight.CLEAR)


def require_reference(profile: AccessProfile, index: ObjectIndex, name: str) -> FieldDef:
    """The definition, when the viewer may refer to the field. Raises FieldForbidden."""
    field = index.fields[name]
    if sight(profile, index.name, field) is not Sight.CLEAR:
        raise FieldForbidden(object=index.name, field=name)
    return field


def engine_column(row: Row, name: str, position: int = 0) -> str:
    """A column for the engine's own predicates (owner, parent, trash); never shown."""
    return Reference(row, row.index.fields[name], Sight.CLEAR).column(position)


def restricted_fields(profile: AccessProfile, snapshot: Snapshot) -> tuple[str, ...]:
    """`object.field` of everything the viewer does not see clearly, for logs of changes."""
    return tuple(
        sorted(
            f"{index.name}.{field.name}"
            for index in snapshot.by_name.values()
            for field in index.fields.values()
            if sight(profile, index.name, field) is not Sight.CLEAR
        )
    )
