"""A roll-up as SQL: which rows of which table belong to a record, and what is made of them.

Says what a roll-up needs to be one; when it is computed is `triggers.py`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from engine.db.quoting import literal, quote
from metadata.field_types.registry import field_type
from metadata.formulas.conditions import parse_where
from metadata.formulas.kinds import RESULTS, Kind, kind_of, kinds_of, misfit
from metadata.formulas.sql import expression, fitted, stored_column
from metadata.formulas.tree import FormulaProblem, names_in
from metadata.formulas.types import check
from metadata.model import (
    Capability,
    FieldDef,
    ObjectDef,
    ObjectKind,
    RollUpDef,
    RowScope,
)
from metadata.snapshot import ManyKind, RelationMany, Snapshot

_NUMBERS = frozenset({Kind.NUMBER})
_TAKES: Mapping[str, frozenset[Kind]] = {
    "sum": _NUMBERS,
    "avg": _NUMBERS,
    "min": frozenset({Kind.NUMBER, Kind.DATE, Kind.DATE_TIME}),
    "max": frozenset({Kind.NUMBER, Kind.DATE, Kind.DATE_TIME}),
}
_SQL = {
    "count": "count(*) filter (where {1})::numeric",
    "sum": "coalesce(sum({0}) filter (where {1}), 0)",
    "avg": "round(avg({0}) filter (where {1}), 10)",
    "min": "min({0}) filter (where {1})",
    "max": "max({0}) filter (where {1})",
}


@dataclass(frozen=True, slots=True)
class Children:
    """The records of a relation to many: `target` rows that refer to the parent by `by`."""

    relation: RelationMany
    target: ObjectDef
    by: FieldDef

    @property
    def fields(self) -> Mapping[str, FieldDef]:
        return {each.name: each for each in self.target.fields}

    @property
    def parent_column(self) -> str:
        """The column that holds the parent's id."""
        return quote(field_type(self.by.type).columns(self.by)[-1].name)

    def belongs(self, row: str) -> str:
        """Is `row` of the parent's object at all? Matters where it may be of several."""
        if self.relation.kind is not ManyKind.POLYMORPHIC:
            return "true"
        column = quote(field_type(self.by.type).columns(self.by)[0].name)
        return f"{row}.{column} = {literal(self.relation.object)}"

    def counted(self, row: str) -> str:
        """Does `row` count? What is in the trash does not."""
        if not self.target.can(Capability.TRASHABLE):
            return self.belongs(row)
        return f"{self.belongs(row)} and {row}.{quote('deleted_at')} is null"


def children_of(snapshot: Snapshot, item: ObjectDef, roll_up: RollUpDef) -> Children:
    """Raises FormulaProblem (ROLL_UP_RELATION) when there is no such relation, or it is none
    whose records everybody sees by the same rules as other records."""
    found = snapshot.object(item.name).many.get(roll_up.relation)
    if found is None or found.kind is ManyKind.LINK:
        raise FormulaProblem("ROLL_UP_RELATION", 0, name=roll_up.relation)
    target = snapshot.object(found.target).definition
    shared = target.row_scope in (RowScope.OWNED, RowScope.PARENT, RowScope.EVERYONE)
    if target.kind is ObjectKind.ORGANISATION or not shared:
        raise FormulaProblem("ROLL_UP_RELATION", 0, name=roll_up.relation)
    return Children(found, target, snapshot.field(target.name, found.field))


def check_roll_up(children: Children, field: FieldDef) -> None:
    """Raises FormulaProblem unless function, field, filter and result go together."""
    roll_up = field.roll_up
    assert roll_up is not None
    if roll_up.function not in _SQL or bool(roll_up.field) is (roll_up.function == "count"):
        raise FormulaProblem("FORMULA_UNKNOWN_FUNCTION", 0, name=roll_up.function)
    kind = Kind.NUMBER
    if roll_up.field:
        known = children.fields.get(roll_up.field)
        if known is None:
            raise FormulaProblem("FORMULA_UNKNOWN_FIELD", 0, name=roll_up.field)
        kind = kind_of(known) or Kind.OTHER
        if kind not in _TAKES[roll_up.function]:
            raise FormulaProblem("FORMULA_TYPE", 0, name=roll_up.function)
    if RESULTS[field.type] is not kind:
        raise FormulaProblem("FORMULA_TYPE", 0, **misfit(kind, RESULTS[field.type]))
    _condition(children, roll_up, "c", "''")


def inputs_of(children: Children, roll_up: RollUpDef) -> tuple[str, ...]:
    """The fields of the children that the value depends on."""
    where = parse_where(roll_up.where, children.fields)
    names = [each.name for each in names_in(where)]
    return tuple(dict.fromkeys([children.by.name, *filter(None, [roll_up.field]), *names]))


def aggregates(children: Children, fields: Iterable[FieldDef], zone: str) -> str:
    """The values of roll-ups over rows `c`, as a select list."""
    return ", ".join(_aggregate(children, each, zone) for each in fields)


def _aggregate(children: Children, field: FieldDef, zone: str) -> str:
    roll_up = field.roll_up
    assert roll_up is not None
    value = "null"
    if roll_up.field:
        value = stored_column(children.fields[roll_up.field], "c")
    made = _SQL[roll_up.function].format(value, _condition(children, roll_up, "c", zone))
    return fitted(field, made)


def _condition(children: Children, roll_up: RollUpDef, row: str, zone: str) -> str:
    node = parse_where(roll_up.where, children.fields)
    typed = check(node, kinds_of(children.target.fields), Kind.BOOLEAN)
    # what has no column is never rolled up (`resolve.py`)
    return expression(typed, lambda name: stored_column(children.fields[name], row), zone)
