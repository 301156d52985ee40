"""The vocabulary of a company's CRM: frozen values that say what objects and fields there are.

Owns the shapes only. Which objects ship is `metadata/standard`, how a type behaves is
`metadata/field_types`, the indexed whole is `metadata/snapshot.py`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any

from metadata.number_rule import NumberRule


@dataclass(frozen=True, slots=True)
class Label:
    """A text in both languages of the product (FLD-13)."""

    zh: str
    en: str

    def of(self, language: str) -> str:
        """The text in `language` ("zh" or "en"); anything else gets Chinese."""
        return self.en if language == "en" else self.zh


class Capability(StrEnum):
    """What an object can do beyond being a table (principle 1)."""

    OWNED = "owned"
    TEAM = "team"
    TRASHABLE = "trashable"
    FOLLOWABLE = "followable"
    FOLLOWED_UP = "followedUp"
    ATTACHABLE = "attachable"
    LOGGED = "logged"
    TRANSFERABLE = "transferable"
    APPROVABLE = "approvable"
    STAGED = "staged"
    NUMBERED = "numbered"
    POOLED = "pooled"
    PRINTABLE = "printable"
    IMPORTABLE = "importable"


# what a role may allow on an object
ACTIONS = ("create", "read", "update", "delete", "transfer", "import", "export")


class ObjectKind(StrEnum):
    RECORD = "record"
    SATELLITE = "satellite"
    ORGANISATION = "organisation"


class RowScope(StrEnum):
    """Which rows of an object a viewer may see, before role actions are asked.

    OWNED: owner within the data scope of the role, or team member. PARENT: whoever sees the
    record that `ObjectDef.parent` refers to. EVERYONE: all signed-in users of the company.
    PERSONAL: only the user that `ObjectDef.parent` refers to.
    """

    OWNED = "owned"
    PARENT = "parent"
    EVERYONE = "everyone"
    PERSONAL = "personal"


class OnDelete(StrEnum):
    """What the deletion of a target means for the rows that refer to it (OBJ-11)."""

    RESTRICT = "restrict"
    CASCADE = "cascade"
    SET_NULL = "setNull"


@dataclass(frozen=True, slots=True)
class Choice:
    """One option; `value` is stored and never changes, the label may. Not a PostgreSQL enum.

    `group` is the heading under which a tag is offered.
    """

    value: str
    label: Label
    color: str = ""
    retired: bool = False
    group: Label | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RollUpDef:
    """A value over the records of a relation to many: `function` is count, sum, min, max or avg.

    `field` is the field of those records ("" for count). `where` leaves some of them out: JSON
    of the API's filter over fields of theirs, e.g. `{"status": {"eq": "PAID"}}`, or "".
    """

    relation: str
    function: str
    field: str = ""
    where: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldDef:
    """One field of one object. `type` names a module of `metadata/field_types`.

    `column` is the physical name (short, ASCII, never reused for another type); types with
    several columns derive the others from it. `read_only` fields are written by the engine
    alone; `system` ones cannot be deleted by an administrator. `group` and `width` (percent)
    are the form's. A deleted field says when that was (ISO), `deleted_with` the object whose
    deletion took it along, and `was_shown_by` the (field, option) pairs that showed it.
    `shows` says which fields an option of a choice lets appear (FLD-06), as pairs of option
    value and field names.

    A field with a `formula` or a `roll_up` is a field of its result's type whose value the
    database computes. `metadata/formulas/resolve.py` fills in what follows from that: `reads`
    names all it is computed from (`object.field`, or `object` for its records), `virtual` says
    that it has no column because its value moves with the time of asking. A field with a
    `number_rule` reads what its rules have ever named: its numbers hold those values.
    """

    name: str
    type: str
    label: Label
    column: str
    help: Label | None = None
    required: bool = False
    unique: bool = False
    read_only: bool = False
    hidden: bool = False
    system: bool = False
    custom: bool = False
    searchable: bool = False
    maskable: bool = False
    fixed_choices: bool = False
    default: str | None = None
    choices: tuple[Choice, ...] = ()
    max_length: int | None = None
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    precision: int | None = None
    scale: int | None = None
    target: str | None = None
    targets: tuple[str, ...] = ()
    inverse: str | None = None
    inverse_label: Label | None = None
    on_delete: OnDelete = OnDelete.RESTRICT
    rows: tuple["FieldDef", ...] = ()
    shows: tuple[tuple[str, tuple[str, ...]], ...] = ()
    number_rule: NumberRule | None = None
    position: int = 0
    placeholder: Label | None = None
    group: str = ""
    width: int | None = None
    deleted_at: str | None = None
    deleted_with: str = ""
    was_shown_by: tuple[tuple[str, str], ...] = ()
    formula: str = ""
    roll_up: RollUpDef | None = None
    reads: tuple[str, ...] = ()
    virtual: bool = False

    @property
    def computed(self) -> bool:
        """Does the database itself write the value?"""
        return bool(self.formula) or self.roll_up is not None

    @property
    def is_numbered(self) -> bool:
        """Are its values given by the engine alone, by a rule?"""
        return self.number_rule is not None and not self.number_rule.manual


@dataclass(frozen=True, slots=True)
class SpareColumn:
    """A physical column whose field was purged; `empty` once no row has a value in it, which is
    when a field whose columns have the same types may have it (M13). `field` tells which
    columns belong together: they were one field's, whose API name was `purged`."""

    name: str
    sql_type: str
    field: str
    empty: bool = False
    purged: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkDef:
    """A many-to-many relation `name`, stored in the satellite `through` (near → far)."""

    name: str
    label: Label
    through: str
    near: str
    far: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectDef:
    """One object. `name` is its API name (camelCase singular), `plural` the list's.

    `parent` names the field that PARENT and PERSONAL row scopes follow. `title` is the field
    that stands for a record in messages. `write_with` is the action on the parent that lets
    one write a PARENT-scoped row ("read" for follow-ups, "update" otherwise).
    `unique_together` are groups of fields no two living rows may share (a user is once in a team).
    `search_through` names relations to one whose searchable fields the search box covers too.
    `writable` is False where only hand-written mutations or the engine write.
    `deleted_fields` can be restored until they are purged, their columns stay (newest last);
    `spare_columns` are what purged ones left. A deleted object says when that was
    (ISO); of a `purged` one nothing but the name is left.
    `filling` names computed fields whose values are not there for all rows yet.
    """

    name: str
    plural: str
    label: Label
    kind: ObjectKind
    table: str
    fields: tuple[FieldDef, ...]
    capabilities: frozenset[Capability] = frozenset()
    links: tuple[LinkDef, ...] = ()
    unique_together: tuple[tuple[str, ...], ...] = ()
    row_scope: RowScope = RowScope.OWNED
    parent: str | None = None
    write_with: str = "update"
    title: str = "name"
    search_through: tuple[str, ...] = ()
    totals: tuple[str, ...] = ()
    writable: bool = True
    custom: bool = False
    deleted_fields: tuple[FieldDef, ...] = ()
    spare_columns: tuple[SpareColumn, ...] = ()
    deleted_at: str | None = None
    purged: bool = False
    filling: tuple[str, ...] = ()

    @property
    def type_name(self) -> str:
        """The GraphQL type and the prefix of its global ids: `paymentPlan` → `PaymentPlan`."""
        return self.name[0].upper() + self.name[1:]

    def can(self, capability: Capability) -> bool:
        return capability in self.capabilities


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """A list view that every user of an object has (SCN-01): `where` has the shape of the API's
    argument. `key` is its id, stable; views of users' own are rows (`internal_tables.py`)."""

    key: str
    label: Label
    where: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldAccessDef:
    """What a role may do with one field: `access` is hidden, read or write (FLD-09)."""

    object: str
    field: str
    access: str = "write"
    masked: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleDef:
    """A role that ships (ADM-03). `actions` maps object names to action names.

    `data_scope` is own, subordinates, department, subDepartments or all. `key` is stable;
    the super administrator's role has `is_super` and is beyond change.
    """

    key: str
    label: Label
    family: str
    data_scope: str
    is_super: bool = False
    actions: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    fields: tuple[FieldAccessDef, ...] = ()


@dataclass(frozen=True, slots=True)
class Standard:
    """A whole CRM as declared: what a release ships, or what a company's rows say."""

    release: str
    objects: tuple[ObjectDef, ...]
    roles: tuple[RoleDef, ...]
