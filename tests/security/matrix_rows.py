"""Rows of any object for any owner, made from its metadata; and what a mutation must leave alone.

So that a new object needs a line in `matrix.json` and nothing here. Knows no expectation.
"""

import itertools
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from engine.base.clock import now
from engine.base.identifiers import RecordId
from engine.db.quoting import quote
from metadata.field_types.contract import ValueKind
from metadata.field_types.registry import field_type
from metadata.model import FieldDef, ObjectDef, RowScope
from tests.harness.company import TestCompany

_numbers = itertools.count(1)
AS_THEY_ARE = {ValueKind.INTEGER, ValueKind.BOOLEAN, ValueKind.REGION}
# Required by a rule of the object, not by its metadata: every department but one has a parent.
ALSO_NEEDED = {"department": "parent"}
_TEXTS = {"mobile": "13{n:09d}", "telephone": "0755-{n:07d}", "email": "m{n}@example.com"}
_VALUES: dict[ValueKind, Any] = {
    ValueKind.INTEGER: 1,
    ValueKind.DECIMAL: Decimal(1),
    ValueKind.BOOLEAN: False,
    ValueKind.DATE: date(2026, 3, 4),
    ValueKind.DATE_TIME: datetime(2026, 3, 4, tzinfo=UTC),
    ValueKind.REGION: {"province": "广东省", "city": "深圳市", "detail": "科技路 1 号"},
}


@dataclass
class Rows:
    """Rows made on demand and used again until an attempt consumes them."""

    company: TestCompany
    _made: dict[tuple[str, int, str], int] = field(default_factory=dict)

    def target(self, object: str, owner: int, *, trashed: bool = False) -> int:
        """A row of `owner` that nothing refers to: its own owner, or its parent's, or its person."""
        return self._row(object, owner, "trashed" if trashed else "target")

    def consumed(self, object: str, owner: int) -> None:
        """The attempt on the row succeeded: the next one needs another."""
        for use in ("target", "trashed"):
            self._made.pop((object, owner, use), None)

    def input_of(self, object: str, owner: int) -> dict[str, Any]:
        """An input for `create`, whose parents belong to `owner`."""
        given, fields = {}, needed(self._definition(object))
        if _is_link(fields):
            self._forget_parents(owner)
        for each in fields:
            if not each.read_only:
                given[each.name] = self._as_input(each, self._stored(each, owner))
        return given

    def _row(self, object: str, owner: int, use: str) -> int:
        key = (object, owner, use)
        if key not in self._made:
            self._made[key] = self._insert(object, owner, use)
        return self._made[key]

    def _insert(self, object: str, owner: int, use: str) -> int:
        definition = self._definition(object)
        fields = needed(definition)
        if _is_link(fields):
            self._forget_parents(owner)
        values = {each.name: self._stored(each, owner) for each in fields}
        for each in definition.fields:
            if each.name in ("owner", "createdBy"):
                values[each.name] = owner
        if definition.row_scope is RowScope.PERSONAL and definition.parent is not None:
            values[definition.parent] = owner
        if use == "trashed":
            values["deletedAt"] = now()
        return self.company.insert(object, **values)

    def _forget_parents(self, owner: int) -> None:
        for key in [key for key in self._made if key[1:] == (owner, "parent")]:
            del self._made[key]

    def _stored(self, field: FieldDef, owner: int) -> Any:
        kind = field_type(field.type).kind
        if kind is ValueKind.RECORD:
            return RecordId("customer", self._row("customer", owner, "parent"))
        if kind is not ValueKind.RELATION:
            return scalar(field)
        assert field.target is not None
        if field.target == "user":
            return owner
        if field.target == "department":
            return self.company.departments["head"]
        return self._row(field.target, owner, "parent")

    def _as_input(self, field: FieldDef, value: Any) -> Any:
        kind = field_type(field.type).kind
        if kind is ValueKind.RELATION:
            assert field.target is not None
            return global_id(self._definition(field.target), value)
        if kind is ValueKind.RECORD:
            return global_id(self._definition(value.object), value.number)
        if isinstance(value, datetime | date):
            return value.isoformat()
        return value if kind in AS_THEY_ARE else str(value)

    def _definition(self, object: str) -> ObjectDef:
        return self.company.snapshot.object(object).definition


def _is_link(fields: list[FieldDef]) -> bool:
    """Is the row the pair it joins? Then there is one for each pair."""
    return len(fields) > 1 and all(f.target not in (None, "user") for f in fields)


def needed(definition: ObjectDef) -> list[FieldDef]:
    """The fields that make a row complete and that the engine does not fill."""
    system = {"version", "createdAt"}
    also = ALSO_NEEDED.get(definition.name)
    return [
        each
        for each in definition.fields
        if (each.required or each.name == also) and each.name not in system
    ]


def patch_of(definition: ObjectDef) -> dict[str, Any]:
    """A change that any writer of the object may make: a new value of its first plain field."""
    skipped = {definition.parent, *(e.name for e in definition.fields if e.unique or e.read_only)}
    for each in definition.fields:
        kind = field_type(each.type).kind
        if each.name not in skipped and kind in (ValueKind.TEXT, ValueKind.INTEGER):
            return {each.name: scalar(each)}
    for each in definition.fields:
        if each.name not in skipped and each.type == "boolean":
            return {each.name: True}
    return {}


def unique_field(definition: ObjectDef) -> FieldDef | None:
    """The field to upsert by."""
    found = [each for each in definition.fields if each.unique and not each.read_only]
    return found[0] if found else None


def global_id(definition: ObjectDef, number: int) -> str:
    return f"{definition.type_name}:{number}"


def traces(company: TestCompany, definition: ObjectDef) -> tuple[Any, ...]:
    """What a refusal must not change: the object's rows, the operation log, the outbox."""
    (row,) = company.sql(
        "select (select coalesce(max(id), 0) from {s}.operation_log) as log,"
        " (select coalesce(max(id), 0) from {s}.outbox) as outbox,"
        f" md5(string_agg(t::text, '' order by t.id)) as rows from {{s}}.{quote(definition.table)} t"
    )
    return tuple(row.values())


def scalar(field: FieldDef) -> Any:
    """A value of the field, another one each time where it can be."""
    kind = field_type(field.type).kind
    if kind is ValueKind.CHOICE:
        return field.choices[0].value
    if kind is ValueKind.TEXT:
        return _TEXTS.get(field.type, "行 {n}").format(n=next(_numbers))
    if kind is ValueKind.INTEGER:
        return next(_numbers)
    return _VALUES[kind]
