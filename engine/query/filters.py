"""`where`: conditions over fields, combined, and through relations in both directions.

Every field is asked of the gate, and every row reached on the way must be visible to the
viewer: what one may not see is as if it were not there (B4, non-interference).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.access.fields import Reference, Row
from engine.access.scopes import by_object
from engine.base.errors import TooComplex
from engine.db.quoting import literal
from engine.query import values
from engine.query.operators import Comparison, Operand, compare
from engine.query.planning import Path, Planning, raw, refuse
from engine.query.relations import child_conditions, planned_anew
from engine.query.sql import conjunction
from metadata.field_types.contract import ValueKind
from metadata.snapshot import RelationMany, polymorphic_targets

REGION_PARTS = ("province", "city", "district")


@dataclass(frozen=True, slots=True)
class Level:
    """Where in the input a condition stands: its path and how deep it is nested."""

    path: Path
    depth: int = 1

    def below(self, *steps: str | int) -> "Level":
        return Level((*self.path, *steps), self.depth + 1)


def where(planning: Planning, row: Row, given: Any, level: Level) -> list[str]:
    """The conditions of one where object about `row`. None and {} are no condition.

    Raises FieldForbidden (gate), InvalidInput (a value), TooComplex (too deep or too long).
    """
    if level.depth > planning.settings.filter_depth_limit:
        raise TooComplex("filterDepth", limit=planning.settings.filter_depth_limit)
    if raw(given) is None:
        return []
    found: list[str] = []
    for name, value in given.items():
        if raw(value) is not None:
            found += _condition(planning, row, (name, value), level)
    return found


def _condition(planning: Planning, row: Row, named: tuple[str, Any], level: Level) -> list[str]:
    name, value = named
    here = Level((*level.path, name), level.depth)
    if name in ("and", "or"):
        return [_combined(planning, row, named, level)]
    if name == "not":
        return [negation(where(planning, row, value, level.below(name)))]
    if name == "id":
        operand = Operand(row.id, ValueKind.RELATION, row.index.name)
        return compare(planning, operand, value, here.path)
    if name in row.index.many:
        return _many(planning, (row, row.index.many[name]), value, here)
    return _field(planning, planning.reference(row, name), value, here)


def negation(conditions: list[str]) -> str:
    """Whatever does not meet the conditions, blanks included."""
    return f"({conjunction(conditions)}) is not true"


def _combined(planning: Planning, row: Row, named: tuple[str, Any], level: Level) -> str:
    name, parts = named
    values.check_list(parts, (*level.path, name), planning.settings.list_length_limit)
    each = [
        conjunction(where(planning, row, part, level.below(name, at)))
        for at, part in enumerate(parts)
    ]
    if not each:
        return "true" if name == "and" else "false"
    return "(" + f" {name} ".join(f"({text})" for text in each) + ")"


def _field(
    planning: Planning, found: Reference, value: Mapping[str, Any], level: Level
) -> list[str]:
    kind = found.kind
    if kind is ValueKind.RELATION:
        return _to_one(planning, found, value, level)
    if kind is ValueKind.RECORD:
        return _polymorphic(planning, found, value, level)
    if kind is ValueKind.REGION:
        return _region(planning, found, value, level)
    operand = Operand(found.column(), kind, found.field.target)
    return compare(planning, operand, value, level.path)


def _region(
    planning: Planning, found: Reference, value: Mapping[str, Any], level: Level
) -> list[str]:
    conditions: list[str] = []
    for name, operators in value.items():
        if name in REGION_PARTS:
            part = Operand(f"({found.column()}->>{literal(name)})", ValueKind.TEXT)
            conditions += compare(planning, part, operators or {}, (*level.path, name))
        else:
            whole = Operand(found.column(), ValueKind.REGION)
            conditions += compare(planning, whole, {name: operators}, level.path)
    return conditions


def _to_one(
    planning: Planning, found: Reference, value: Mapping[str, Any], level: Level
) -> list[str]:
    target = found.field.target
    assert target is not None
    conditions: list[str] = []
    for name, given in value.items():
        if name == "is":
            conditions.append(_is(planning, found, given, level.below(name)))
        elif name == "withChildrenOf":
            conditions.append(_within(planning, found, given, (*level.path, name)))
        elif name in ("eq", "in") and not planning.scopes.all_visible(target):
            conditions += _direct(planning, found, {name: given}, level.path)
        else:
            operand = Operand(planning.relation_id(found), ValueKind.RELATION, target)
            conditions += compare(planning, operand, {name: given}, level.path)
    return conditions


def _direct(
    planning: Planning, found: Reference, operators: Mapping[str, Any], path: Path
) -> list[str]:
    """`eq` and `in` on the column itself, so that its index serves, plus visibility."""
    target = found.field.target
    assert target is not None
    ((name, given),) = operators.items()
    operand = Operand(found.column(), ValueKind.RELATION, target)
    asked = Comparison(planning, operand, given, (*path, name))
    if asked.bake(values.is_null) or asked.has_null():
        operand = Operand(planning.relation_id(found), ValueKind.RELATION, target)
        return compare(planning, operand, operators, path)
    seen = planning.scopes.exists(target, found.column())
    return [*compare(planning, operand, operators, path), seen]


def _is(planning: Planning, found: Reference, given: Any, level: Level) -> str:
    assert found.field.target is not None
    target = planning.row(found.field.target)
    conditions = [f"{target.id} = {found.column()}", *planning.scopes.visible(target)]
    conditions += where(planning, target, given, level)
    table = planning.scopes.table(target)
    return f"exists (select 1 from {table} where {conjunction(conditions)})"


def _within(planning: Planning, found: Reference, given: Any, path: Path) -> str:
    """The department and everything below it, by walking `parent` down."""
    target = found.field.target
    assert target is not None
    top, child, tree = planning.row(target), planning.row(target), planning.shape.alias()
    root = planning.shape.value(given, "bigint", values.record_number(target, path))
    parent = planning.reference(child, "parent").column()
    return (
        f"{found.column()} = any(array(with recursive {tree} as ("
        f"select {top.id} from {planning.scopes.table(top)} where {top.id} = {root} union"
        f" select {child.id} from {planning.scopes.table(child)}"
        f" join {tree} on {parent} = {tree}.id) select id from {tree}))"
    )


def _polymorphic(
    planning: Planning, found: Reference, value: Mapping[str, Any], level: Level
) -> list[str]:
    """A reference to any record: `eq`, `in` take ids of several objects, `object` names them."""
    conditions: list[str] = []
    for name, given in value.items():
        path = (*level.path, name)
        if name == "object":
            names = Operand(found.column(), ValueKind.CHOICE)
            conditions += compare(planning, names, {"in": given}, level.path)
        elif name == "isNull":
            whole = Operand(found.column(1), ValueKind.RELATION)
            conditions += compare(planning, whole, {name: given}, level.path)
        else:
            conditions.append(_these_records(planning, found, (name, given), path))
    if found.row.index.definition.parent != found.field.name:
        conditions.append(_seen_record(planning, found))
    return conditions


def _these_records(planning: Planning, found: Reference, named: tuple[str, Any], path: Path) -> str:
    name, given = named
    limit = planning.settings.list_length_limit
    if name == "eq":
        kind = planning.shape.value(given, "text", values.record_object(path))
        number = planning.shape.value(given, "bigint", values.record_any_number(path))
        return f"({found.column()} = {kind} and {found.column(1)} = {number})"
    if name != "in":
        raise refuse(path, "BAD_FORMAT")
    pair = planning.shape.alias()
    kinds = planning.shape.value(given, "text[]", values.record_objects(path, limit))
    numbers = planning.shape.value(given, "bigint[]", values.record_any_numbers(path, limit))
    return (
        f"exists (select 1 from unnest({kinds}, {numbers}) as {pair}(kind, number)"
        f" where {found.column()} = {pair}.kind and {found.column(1)} = {pair}.number)"
    )


def _seen_record(planning: Planning, found: Reference) -> str:
    branches = {
        name: planning.scopes.exists(name, found.column(1))
        for name in polymorphic_targets(planning.snapshot.objects, found.field)
    }
    return by_object(found.column(), branches, f"{found.column()} is null")


def _many(
    planning: Planning, at: tuple[Row, RelationMany], value: Mapping[str, Any], level: Level
) -> list[str]:
    row, relation = at
    conditions: list[str] = []
    for name, given in value.items():
        if raw(given) is None:
            continue
        planning.read_through()
        child = planning.row(relation.target)
        visible = child_conditions(planning, row, relation, child)
        table = planning.scopes.table(child)
        if name == "count":
            count = f"(select count(*) from {table} where {conjunction(visible)})"
            operand = Operand(count, ValueKind.INTEGER)
            conditions += compare(planning, operand, given, (*level.path, name))
            continue
        inner = where(planning, child, given, level.below(name))
        conditions.append(_quantified(name, table, visible, inner))
    return [*conditions, planned_anew(planning)] if conditions else []


def _quantified(name: str, table: str, visible: list[str], inner: Sequence[str]) -> str:
    if name == "every":
        found = conjunction([*visible, negation(list(inner))])
        return f"not exists (select 1 from {table} where {found})"
    exists = f"exists (select 1 from {table} where {conjunction([*visible, *inner])})"
    return exists if name == "some" else f"not {exists}"
