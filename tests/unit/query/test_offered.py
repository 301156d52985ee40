"""Whatever a field type offers compiles and runs, for every object of the standard CRM.

A schema that offers an operator which the server then refuses is worse than one without it.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from engine.base.settings import Settings
from engine.query.request import ReadKind, ReadRequest, Selection
from metadata.field_types.contract import ValueKind
from metadata.field_types.registry import field_type
from metadata.model import FieldDef
from metadata.snapshot import ObjectIndex, Snapshot
from metadata.standard import STANDARD
from tests.golden.company import Crm

WIDE = Settings(node_limit=1_000_000, row_limit=1_000_000)
SNAPSHOT = Snapshot(1, STANDARD.objects)
PARTS = {
    ValueKind.REGION: ("province", "detail"),
    ValueKind.LOCATION: ("address", "latitude"),
    ValueKind.DATE_RANGE: ("start", "end"),
    ValueKind.RELATION: ("id",),
    ValueKind.RELATIONS: ("id",),
    ValueKind.RECORD: ("id", "__typename"),
}
SAMPLES: dict[ValueKind, Any] = {
    ValueKind.TEXT: "a",
    ValueKind.INTEGER: 1,
    ValueKind.DECIMAL: Decimal("1.5"),
    ValueKind.BOOLEAN: True,
    ValueKind.DATE: date(2026, 1, 1),
    ValueKind.DATE_TIME: datetime(2026, 1, 1, tzinfo=UTC),
    ValueKind.CHOICE: "A",
    ValueKind.CHOICES: "A",
}
GIVEN: dict[str, Any] = {
    **dict.fromkeys(("isNull", "isEmpty", "me", "mySubordinates", "mine"), True),
    "during": "LAST_HALF_YEAR",
    "lastDays": 3,
    "nextDays": 3,
    "object": ["customer"],
    "is": {},
    "overlaps": {"start": date(2026, 1, 1), "end": date(2026, 1, 31)},
    "province": {"contains": "a"},
    "city": {"ne": "a"},
    "district": {"isEmpty": True},
}
LISTS = ("in", "notIn", "anyOf", "allOf", "noneOf", "exactly")


def select(name: str, *below: Selection, **arguments: Any) -> Selection:
    return Selection(name, name, arguments, below)


def sample(field: FieldDef, operator: str) -> Any:
    """A value that the operator takes for the field."""
    kind = field_type(field.type).kind
    if operator in GIVEN:
        return GIVEN[operator]
    if kind is ValueKind.DATE_RANGE:
        return date(2026, 1, 1)
    value = SAMPLES.get(kind)
    if kind is ValueKind.RECORD:
        value = "Customer:1"
    elif field.target is not None:
        value = f"{SNAPSHOT.object(field.target).definition.type_name}:1"
    if operator == "between":
        return [value, value]
    return [value] if operator in LISTS else value


def shown(field: FieldDef) -> Selection:
    parts = PARTS.get(field_type(field.type).kind, ())
    return select(field.name, *(select(part) for part in parts))


def key_of(field: FieldDef) -> Any:
    kind = field_type(field.type).kind
    if kind is ValueKind.RELATION:
        return {"id": True}
    return "HALF_YEAR" if kind in (ValueKind.DATE, ValueKind.DATE_TIME) else True


def chunks(items: Sequence[Any], size: int = 16) -> Iterator[Sequence[Any]]:
    return (items[at : at + size] for at in range(0, len(items), size))


def offered(index: ObjectIndex) -> Iterator[Selection]:
    """Root selections that together use everything the object's fields offer."""
    fields = [each for each in index.fields.values() if not each.hidden]
    typed = [(each, field_type(each.type)) for each in fields]
    nested = select("nodes", select("id"), select("__typename"))
    info = select("pageInfo", select("hasPreviousPage"), select("endCursor"))
    many = [select(name, nested, info, select("totalCount")) for name in index.many]
    nodes = select("nodes", *(shown(each) for each in fields), *many)
    yield select("list", nodes, select("totalCount"), search="千ab")
    conditions: list[Any] = [
        {each.name: {operator: sample(each, operator)}}
        for each, kind in typed
        for operator in kind.operators
    ]
    for name in index.many:
        conditions += [{name: {how: {}}} for how in ("some", "none", "every")]
        conditions.append({name: {"count": {"gte": 1}}})
    for part in chunks(conditions, 40):
        yield select("list", select("totalCount"), where={"and": list(part)})
    for part in chunks([{each.name: "DESC"} for each, kind in typed if kind.sortable]):
        yield select("list", nested, info, orderBy=list(part))
    for each, kind in typed:
        totals = [select(how.value, select(each.name)) for how in sorted(kind.aggregates)]
        yield select("list", select("aggregate", select("count"), *totals))


@pytest.mark.parametrize("name", sorted(SNAPSHOT.by_name))
def test_whatever_a_list_offers_is_answered(crm: Crm, name: str) -> None:
    """Selections, operators, sorts and aggregates of the object are answered."""
    principal = crm.principal("admin")
    for selection in offered(SNAPSHOT.object(name)):
        plan = crm.plan(ReadRequest(ReadKind.LIST, name, selection), "admin", WIDE)
        assert crm.text(plan, {}, principal) is not None


@pytest.mark.parametrize("name", sorted(SNAPSHOT.by_name))
def test_every_group_that_is_offered_is_answered(crm: Crm, name: str) -> None:
    """Every groupable field of the object groups."""
    fields = SNAPSHOT.object(name).fields.values()
    keys = [each for each in fields if field_type(each.type).groupable and not each.hidden]
    for part in chunks(keys):
        group_by = [{each.name: key_of(each)} for each in part]
        below = (select("key", *(shown(each) for each in part)), select("count"))
        selection = select("groups", *below, groupBy=group_by)
        plan = crm.plan(ReadRequest(ReadKind.GROUPS, name, selection), "admin")
        assert crm.text(plan, {}, crm.principal("admin")) is not None
