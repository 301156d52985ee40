"""Reports: rows grouped by fields, periods and relations, with totals for each group.

The key of a group has the shape of the record. Sorting by a text key uses its sort companion.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.access.fields import Reference, Row
from engine.db.quoting import literal, quote
from engine.query import values
from engine.query.aggregates import Totals, aggregate, having
from engine.query.connections import Listed
from engine.query.ordering import parts_of
from engine.query.outputs import id_sql, named_type_sql, object_sql, response_key, scalar_sql
from engine.query.paging import PageLimits, offset_of, size_of
from engine.query.planning import Planning, Source, raw, refuse
from engine.query.request import Selection
from engine.query.sql import conjunction, whole
from metadata.field_types.contract import ValueKind

DEFAULT_GROUPS = 50
MOST_GROUPS = 1_000
BUCKETS = {"DAY": "day", "WEEK": "week", "MONTH": "month", "QUARTER": "quarter", "YEAR": "year"}


@dataclass(frozen=True, slots=True)
class GroupKey:
    """One thing grouped by: its path in the record, its expression, its column's name.

    `sort` orders the groups where the value itself would not; `row` is set
    when the key is the id of a record.
    """

    path: tuple[str, ...]
    expression: str
    kind: ValueKind
    name: str
    sort: str | None = None
    row: Row | None = None


def groups(planning: Planning, rows: Listed, selection: Selection) -> str:
    """The JSON list of the groups. Raises FieldForbidden, InvalidInput."""
    arguments = selection.arguments
    keys = _group_keys(planning, rows.source, arguments.get("groupBy"))
    if not keys:
        raise refuse(("groupBy",), "REQUIRED")
    totals = Totals(planning, rows.source.row)
    size = size_of(planning, arguments, "first", PageLimits(DEFAULT_GROUPS, MOST_GROUPS))
    planning.spend(size)
    planning.read_through()
    columns = _columns(planning, keys, totals, selection.selections)
    order, sorts = _order(planning, (rows.source.row, keys), totals, arguments.get("orderBy"))
    conditions = having(planning, rows.source.row, raw(arguments.get("having")) or {}, ("having",))
    offset = offset_of(planning, arguments)
    selected = [f"{key.expression} as {quote(key.name)}" for key in keys]
    selected += [f"{text} as {quote(name)}" for text, name in sorts.items()]
    selected += [totals.sql] if totals.names else []
    inner = (
        f"select {', '.join(selected)}{rows.tail()}"
        f" group by {', '.join(str(at + 1) for at in range(len(keys)))}"
        f" having {conjunction(conditions)} order by {order} limit {whole(size)}"
        f"{'' if offset is None else f' offset {offset}'}"
    )
    group, each = planning.shape.alias(), planning.shape.alias()
    return (
        f"(select coalesce(json_agg({each}), '[]'::json)"
        f" from (select {columns} from ({inner}) {group}) {each})"
    )


def _group_keys(planning: Planning, source: Source, given: Any) -> list[GroupKey]:
    found: list[GroupKey] = []
    for part in parts_of(given, ("groupBy",)):
        found += _keys(planning, source, (source.row, ()), part)
    return found


def _keys(
    planning: Planning, source: Source, at: tuple[Row, tuple[str, ...]], part: Mapping[str, Any]
) -> list[GroupKey]:
    row, prefix = at
    found: list[GroupKey] = []
    for name, how in part.items():
        path = (*prefix, name)
        if isinstance(how, Mapping):
            found += _keys(planning, source, (source.follow(row, name), path), how)
        elif isinstance(how, str):
            found.append(_bucket(planning, planning.reference(row, name), path, how))
        elif planning.shape.bake(how, values.flag):
            found.append(_plain(planning, row, path))
    return found


def _plain(planning: Planning, row: Row, path: tuple[str, ...]) -> GroupKey:
    alias = planning.shape.alias()
    if path[-1] == "id":
        return GroupKey(path, row.id, ValueKind.RELATION, alias, row=row)
    found = planning.reference(row, path[-1])
    return GroupKey(path, found.column(), found.kind, alias, _sort(planning, found))


def _sort(planning: Planning, found: Reference) -> str | None:
    if found.kind is ValueKind.CHOICE:
        options = planning.shape.constant([c.value for c in found.field.choices], "text[]")
        return f"array_position({options}, {found.column()})"
    companion = found.companion("_sort")
    return None if companion is None else f"min({companion})"


def _bucket(planning: Planning, found: Reference, path: tuple[str, ...], bucket: str) -> GroupKey:
    """The first day of the period that a date falls into, in the company's zone."""
    moment = f"{found.column()}::timestamp"
    if found.kind is ValueKind.DATE_TIME:
        zone = planning.shape.principal("time_zone", "text")
        moment = f"({found.column()} at time zone {zone})"
    if bucket == "HALF_YEAR":
        month = f"(extract(month from {moment})::int - 1) / 6 * 6 + 1"
        start = f"make_date(extract(year from {moment})::int, {month}, 1)"
    else:
        start = f"date_trunc({literal(BUCKETS[bucket])}, {moment})::date"
    return GroupKey(path, start, ValueKind.DATE, planning.shape.alias())


def _columns(
    planning: Planning, keys: Sequence[GroupKey], totals: Totals, selections: Sequence[Selection]
) -> str:
    type_name = literal(totals.row.index.definition.type_name + "Group")
    parts = []
    for each in selections:
        if each.name == "key":
            text = _key_json(planning, keys, (), each.selections)
        elif each.name == "__typename":
            text = f"{type_name}::text"
        else:
            parts.append(totals.columns([each]))
            continue
        parts.append(f"{text} as {response_key(each.key)}")
    return ", ".join(parts)


def _key_json(
    planning: Planning,
    keys: Sequence[GroupKey],
    prefix: tuple[str, ...],
    selections: Sequence[Selection],
) -> str:
    parts = []
    for each in selections:
        path = (*prefix, each.name)
        exact = next((key for key in keys if key.path == path), None)
        if each.name == "__typename":
            text = named_type_sql(each)
        elif exact is not None:
            text = _shown(exact)
        elif each.selections and any(key.path[: len(path)] == path for key in keys):
            text = _key_json(planning, keys, path, each.selections)
        else:
            text = "null"
        parts.append(f"{text} as {response_key(each.key)}")
    return object_sql(planning, ", ".join(parts))


def _shown(key: GroupKey) -> str:
    if key.row is not None:
        return id_sql(key.row, key.name)
    return scalar_sql(key.kind, key.name)


def _order(
    planning: Planning, what: tuple[Row, Sequence[GroupKey]], totals: Totals, given: Any
) -> tuple[str, dict[str, str]]:
    """The ORDER BY terms, and the expressions to select for them by the name they get.

    Groups that tie keep the order of their keys, so that offsets are stable.
    """
    row, keys = what
    sorts: dict[str, str] = {}
    terms: list[str] = []

    def by_key(key: GroupKey, direction: str) -> None:
        if key.sort is not None:
            sorts.setdefault(key.sort, planning.shape.alias())
            terms.append(f"{sorts[key.sort]} {direction} nulls last")
        terms.append(f"{key.name} {direction} nulls last")

    orders = parts_of(given, ("orderBy",))
    for path, direction in [pair for order in orders for pair in _paths(order)]:
        if path[0] == "key":
            found = next((key for key in keys if key.path == path[1:]), None)
            if found is None:
                raise refuse(("orderBy", *path), "BAD_REFERENCE")
            by_key(found, direction)
        elif path[0] == "count":
            terms.append(f"{totals.ask('count(*)')} {direction} nulls last")
        else:
            expression = aggregate(planning, row, *path).expression
            terms.append(f"{totals.ask(expression)} {direction} nulls last")
    for key in keys:
        by_key(key, "asc")
    return ", ".join(terms), sorts


def _paths(order: Mapping[str, Any]) -> list[tuple[tuple[str, ...], str]]:
    found: list[tuple[tuple[str, ...], str]] = []
    for name, value in order.items():
        if isinstance(value, Mapping):
            found += [((name, *path), direction) for path, direction in _paths(value)]
        elif value is not None:
            found.append(((name,), "desc" if value == "DESC" else "asc"))
    return found
