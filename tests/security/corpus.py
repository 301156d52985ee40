"""Generated reads over a company's metadata: every field selected, filtered, sorted, grouped.

Built from the snapshot alone, so a new field or object is covered the day it appears. Knows
the public names of the API, nothing of the query compiler.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from metadata.field_types.contract import ValueKind
from metadata.field_types.registry import field_type
from metadata.model import FieldDef, ObjectDef
from metadata.snapshot import ManyKind, Snapshot

SCALARS = {
    ValueKind.TEXT,
    ValueKind.INTEGER,
    ValueKind.DECIMAL,
    ValueKind.BOOLEAN,
    ValueKind.DATE,
    ValueKind.DATE_TIME,
    ValueKind.CHOICE,
    ValueKind.CHOICES,
    ValueKind.JSON,
}
FILTERS = {
    ValueKind.TEXT: ('{contains: "%s"}', '{eq: "%s"}', "{isEmpty: true}", '{startsWith: "1"}'),
    ValueKind.INTEGER: ("{gt: 1}", "{isNull: true}"),
    ValueKind.DECIMAL: ('{gt: "10"}', "{isNull: false}"),
    ValueKind.BOOLEAN: ("{eq: true}",),
    ValueKind.DATE: ('{gte: "2020-01-01"}', "{isNull: true}"),
    ValueKind.DATE_TIME: ("{isNull: true}", "{during: THIS_YEAR}"),
    ValueKind.CHOICE: ('{in: ["A"]}', "{isNull: true}"),
    ValueKind.RELATION: ("{isNull: true}",),
}


@dataclass(frozen=True)
class Case:
    """One query: what it tests, which field it refers to (None: none in particular)."""

    name: str
    query: str
    object: str
    field: str | None = None


def selection(snapshot: Snapshot, item: ObjectDef) -> str:
    """All scalar fields and the ids and titles of related records, one level deep."""
    parts = ["id"]
    for each in item.fields:
        kind = field_type(each.type).kind
        if kind in SCALARS:
            parts.append(each.name)
        elif kind is ValueKind.RELATION and each.target is not None:
            parts.append(f"{each.name} {{ id }}")
    for relation in snapshot.object(item.name).many.values():
        if relation.kind is not ManyKind.LINK:
            parts.append(f"{relation.name}(first: 3) {{ totalCount nodes {{ id }} }}")
    return " ".join(parts)


def cases(snapshot: Snapshot, item: ObjectDef, marker: str) -> Iterator[Case]:
    """Every way of referring to each field of one object; `marker` is a hidden text."""
    yield Case(
        "list",
        f"{{ {item.plural}(first: 50) {{ totalCount nodes {{ {selection(snapshot, item)} }} }} }}",
        item.name,
    )
    yield Case(
        "search",
        f'{{ {item.plural}(search: "{marker}") {{ totalCount nodes {{ id }} }} }}',
        item.name,
    )
    for each in item.fields:
        yield from field_cases(item, each, marker)
    for relation in snapshot.object(item.name).many.values():
        for word in ("some", "none", "every"):
            where = f"{{ {relation.name}: {{ {word}: {{}} }} }}"
            yield Case(f"{relation.name} {word}", _list(item, f"where: {where}"), item.name)
        where = f"{{ {relation.name}: {{ count: {{ gt: 0 }} }} }}"
        yield Case(f"{relation.name} count", _list(item, f"where: {where}"), item.name)


def field_cases(item: ObjectDef, each: FieldDef, marker: str) -> Iterator[Case]:
    kind_of = field_type(each.type)
    for position, template in enumerate(FILTERS.get(kind_of.kind, ())):
        operator = template % marker if "%s" in template else template
        for name, where in (
            ("filter", f"{{ {each.name}: {operator} }}"),
            ("negated filter", f"{{ not: {{ {each.name}: {operator} }} }}"),
            ("nested filter", f"{{ or: [ {{ and: [ {{ {each.name}: {operator} }} ] }} ] }}"),
        ):
            yield Case(
                f"{name} {position} on {each.name}",
                _list(item, f"where: {where}"),
                item.name,
                each.name,
            )
    if kind_of.sortable and kind_of.kind is not ValueKind.RELATION:
        for direction in ("ASC", "DESC"):
            arguments = f"orderBy: [{{ {each.name}: {direction} }}]"
            yield Case(
                f"order {direction} by {each.name}", _list(item, arguments), item.name, each.name
            )
    if kind_of.groupable and kind_of.kind in (ValueKind.CHOICE, ValueKind.TEXT, ValueKind.BOOLEAN):
        query = f"{{ {item.name}Groups(groupBy: [{{ {each.name}: true }}]) {{ key {{ {each.name} }} count }} }}"
        yield Case(f"group by {each.name}", query, item.name, each.name)
    for aggregate in sorted(kind_of.aggregates):
        query = f"{{ {item.plural} {{ aggregate {{ {aggregate} {{ {each.name} }} }} }} }}"
        yield Case(f"{aggregate} of {each.name}", query, item.name, each.name)


def _list(item: ObjectDef, arguments: str) -> str:
    return f"{{ {item.plural}({arguments}, first: 50) {{ totalCount nodes {{ id }} }} }}"
