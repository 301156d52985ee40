"""How many records break the rules that a change makes stricter, and have values in what goes.

The change is made all the same: stored values stay, and records are judged when somebody changes
what is wrong with them. Large tables are not gone through. Records in the trash do not count.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from dataclasses import field as attribute
from typing import Any

from sqlalchemy import Connection

from engine.base.errors import Problem
from engine.db.quoting import literal, quote
from metadata.changes.change import Objects
from metadata.changes.converted_values import value_sql
from metadata.changes.given_up import count_rows
from metadata.changes.size import is_small
from metadata.changes.sub_table_columns import gone_columns
from metadata.field_types import auto_number, long_text, telephone, text, website
from metadata.field_types.contract import ValueKind
from metadata.field_types.registry import field_type
from metadata.model import Capability, FieldDef, ObjectDef
from metadata.physical import ALIVE, physical_columns
from metadata.references import Impact

KIND, GONE = "brokenRule", "values"
_LONGEST = {
    "text": text.LONGEST,
    "longText": long_text.LONGEST,
    "autoNumber": auto_number.LONGEST,
    "telephone": telephone.LONGEST,
    "website": website.LONGEST,
}
_NUMBERS = frozenset({ValueKind.INTEGER, ValueKind.DECIMAL})
_LISTS = frozenset({ValueKind.ROWS, ValueKind.FILES})


@dataclass(frozen=True, slots=True)
class _Rule:
    """`broken` is SQL: true of a row that breaks it. `code` is of `impact_texts.py`."""

    kind: str
    name: str
    code: str
    broken: str
    params: dict[str, Any] = attribute(default_factory=dict)


def broken_rules(
    connection: Connection, schema: str, before: Objects, after: Objects
) -> tuple[Impact, ...]:
    """What rows say of every rule that `after` has and `before` had not."""
    known = {item.table: item for item in before}
    return tuple(
        impact
        for item in after
        if (was := known.get(item.table)) is not None and was is not item
        for rule in _rules(was, item)
        for impact in _told(connection, schema, item, rule)
    )


def lost_cells(
    connection: Connection, schema: str, before: Objects, after: Objects
) -> Iterator[Problem]:
    """VALUES_LOST for every column of a sub-table that goes while rows have values in it, those
    in the trash too."""
    for item, field, column, held in _gone_cells(before, after):
        count = count_rows(connection, schema, item, held)
        if count:
            path = ("objects", item.name, "fields", field.name, "rows", column.name)
            told = ".".join((item.name, field.name, column.name))
            yield Problem(path, "VALUES_LOST", {"value": told, "count": count})


def _gone_cells(
    before: Objects, after: Objects
) -> Iterator[tuple[ObjectDef, FieldDef, FieldDef, str]]:
    """Object, field and column of the columns that go, with the condition of those who have one."""
    known = {item.table: {each.name: each for each in item.fields} for item in before}
    for item in after:
        for field in item.fields:
            old = known.get(item.table, {}).get(field.name, field)
            yield from ((item, field, each, _held(old, each)) for each in gone_columns(old, field))


def _told(connection: Connection, schema: str, item: ObjectDef, rule: _Rule) -> Iterator[Impact]:
    if not is_small(connection, schema, item.table):
        yield _impact(rule, "NOT_COUNTED")
        return
    alive = f"{ALIVE} and " if item.can(Capability.TRASHABLE) else ""
    count = count_rows(connection, schema, item, f"{alive}{rule.broken}")
    if count:
        yield _impact(rule, rule.code, count=count, **rule.params)


def _impact(rule: _Rule, code: str, **params: Any) -> Impact:
    return Impact(rule.kind, rule.name, code, params)


def _rules(was: ObjectDef, item: ObjectDef) -> Iterator[_Rule]:
    fields = {each.name: each for each in was.fields}
    deleted = {each.column: each for each in was.deleted_fields}
    for each in item.fields:
        old, name = fields.get(each.name), f"{item.name}.{each.name}"
        back = deleted.get(each.column) if old is None else None
        if old is each:
            continue
        if old is not None:
            yield from _stricter(name, old, each)
        elif each.required and not each.computed:
            blank = "true" if back is None else f"{_column(back)} is null"
            yield _Rule(KIND, name, "BLANK", blank)


def _stricter(name: str, old: FieldDef, new: FieldDef) -> Iterator[_Rule]:
    if not physical_columns(old) or not physical_columns(new) or new.computed:
        return
    kind = field_type(new.type).kind
    yield from _limits(name, old, new, value_sql(old, new))
    if kind in _LISTS and _is_less(new.max_length, old.max_length):
        broken = f"jsonb_array_length({_column(old)}) > {new.max_length}"
        yield _Rule(KIND, name, "TOO_LONG", broken, {"maximum": new.max_length})
    if kind is ValueKind.ROWS and field_type(old.type).kind is kind:
        yield from _columns(name, old, new)


def _columns(name: str, old: FieldDef, new: FieldDef) -> Iterator[_Rule]:
    """The columns of a sub-table: what any row of a record breaks, the record breaks."""
    known, rows = {each.name: each for each in old.rows}, _elements(old)
    for each in gone_columns(old, new):
        yield _Rule(GONE, f"{name}.{each.name}", "WITH_VALUES", _held(old, each))
    for each in new.rows:
        before, cell = known.get(each.name), f"(r ->> {literal(each.name)})"
        told = f"{name}.{each.name}"
        found = [] if before is None else list(_limits(told, before, each, cell))
        if each.required and (before is None or not before.required):
            found.append(_Rule(KIND, told, "BLANK", f"{cell} is null"))
        for rule in found:
            broken = f"exists (select 1 from {rows} where {rule.broken})"
            yield _Rule(rule.kind, rule.name, rule.code, broken, rule.params)


def _held(field: FieldDef, column: FieldDef) -> str:
    """True of a record that has a value in the column of the sub-table."""
    cell = f"r ->> {literal(column.name)}"
    return f"exists (select 1 from {_elements(field)} where {cell} is not null)"


def _elements(field: FieldDef) -> str:
    return f"jsonb_array_elements({_column(field)}) r"


def _limits(name: str, old: FieldDef, new: FieldDef, value: str) -> Iterator[_Rule]:
    """Length and range, of the SQL expression of a value."""
    kind = field_type(new.type).kind
    longest = new.max_length or _LONGEST.get(new.type)
    if kind is ValueKind.TEXT and _is_less(longest, old.max_length or _LONGEST.get(old.type)):
        broken = f"length({value}) > {longest}"
        yield _Rule(KIND, name, "TOO_LONG", broken, {"maximum": longest})
    if kind not in _NUMBERS:
        return
    if new.minimum is not None and (old.minimum is None or old.minimum < new.minimum):
        broken = f"{value}::numeric < {new.minimum:f}"
        yield _Rule(KIND, name, "TOO_SMALL", broken, {"minimum": new.minimum})
    if new.maximum is not None and (old.maximum is None or old.maximum > new.maximum):
        broken = f"{value}::numeric > {new.maximum:f}"
        yield _Rule(KIND, name, "TOO_LARGE", broken, {"maximum": new.maximum})


def _is_less(new: int | None, old: int | None) -> bool:
    return new is not None and (old is None or new < old)


def _column(field: FieldDef) -> str:
    return quote(physical_columns(field)[0].name)
