"""Generated operations over every object as it is: lists, pages, filters, reports and the trash."""

import json
from collections.abc import Iterator, Sequence
from decimal import Decimal
from random import Random
from typing import Any

from tests.harness.client import Client
from tests.harness.plain.computed import Values
from tests.harness.plain.conditions import matches, met, some_where
from tests.harness.plain.model import Field, Record, Thing, World
from tests.harness.plain.records import plain_names, plain_values
from tests.harness.plain.values import SCALES, averaged, given

PAGE = 3
# of larger ones PostgreSQL keeps fewer decimals than are told
_MOST_AVERAGED = Decimal(10**9)
Asked = dict[str, Any]  # name in the document → what must come
Part = tuple[str, Asked]


def check_reads(clients: tuple[Client, ...], world: World, chance: Random, changed: str) -> None:
    """All of every object through one of the clients; of the changed one through each of them, with
    operations made up for it."""
    values = Values(world)
    for thing in world.things.values():
        reads = Reads(values, thing, chance)
        if thing.name != changed:
            reads.check([chance.choice(clients)], [reads.everything()])
            continue
        parts = [reads.everything(), reads.trash(), reads.filtered(), reads.report()]
        reads.check(clients, [*parts, reads.one()] if reads.rows else parts)
        check_pages(chance.choice(clients), reads)


class Reads:
    """Operations over one object, and what must come of them."""

    def __init__(self, values: Values, thing: Thing, chance: Random) -> None:
        self.values, self.thing, self.chance = values, thing, chance
        self.name, self.rows = thing.name, thing.living
        self.where = some_where(chance, values, thing.name)

    def check(self, clients: Sequence[Client], parts: Sequence[Part]) -> None:
        """Asks each of the clients for all parts in one document."""
        expected = {name: value for _, answer in parts for name, value in answer.items()}
        head = f"query($w: {self.thing.type_name}Where)" if "some" in expected else "query"
        document = f"{head} {{ {' '.join(text for text, _ in parts)} }}"
        for client in clients:
            answer = client.run(document, w=self.where)
            wrong = {name: (answer[name], e) for name, e in expected.items() if answer[name] != e}
            assert not wrong, (document, self.where, wrong)

    def everything(self) -> Part:
        order, rows = self.ordered(self.rows)
        inner = f"id {plain_names(self.thing)} {' '.join(text for text, _ in self.related(None))}"
        totals, expected = self.totals(rows)
        text = (
            f"all: {self.thing.plural}(first: 100, {order})"
            f" {{ totalCount nodes {{ {inner} }} aggregate {{ {totals} }} }}"
        )
        nodes = [self.shown(row) for row in rows]
        return text, {"all": {"totalCount": len(rows), "nodes": nodes, "aggregate": expected}}

    def shown(self, row: Record) -> Asked:
        """All of a record: its fields, and the names at the other ends of its relations."""
        found = {"id": self.thing.id(row), **plain_values(self.values, self.thing, row)}
        return found | {
            key: each for _, answer in self.related(row) for key, each in answer.items()
        }

    def related(self, row: Record | None) -> Iterator[Part]:
        for each in self.thing.fields.values():
            if each.target:
                seen = self.values.target(self.name, row, each.name) if row else None
                yield f"{each.name} {{ name }}", {each.name: seen and {"name": seen.values["name"]}}
        for relation in self.values.relations(self.name):
            text = f"{relation}(orderBy: [{{id: ASC}}]) {{ totalCount nodes {{ name }} }}"
            children = self.values.children(self.name, row, relation)[1] if row else []
            names = [{"name": each.values["name"]} for each in children]
            yield text, {relation: {"totalCount": len(names), "nodes": names}}

    def trash(self) -> Part:
        rows, inner = self.thing.trashed, plain_names(self.thing)
        text = f"trash: {self.thing.plural}(first: 100, trashed: true, orderBy: [{{id: ASC}}])"
        nodes = [plain_values(self.values, self.thing, row) for row in rows]
        return f"{text} {{ nodes {{ {inner} }} }}", {"trash": {"nodes": nodes}}

    def filtered(self) -> Part:
        """The same condition as a variable and written out, in an order of its own."""
        found = [row for row in self.rows if matches(self.values, self.name, row, self.where)]
        order, rows = self.ordered(found)
        inner = "{ totalCount nodes { id } }"
        text = " ".join(
            f"{name}: {self.thing.plural}(first: 100, where: {given_where}, {order}) {inner}"
            for name, given_where in (("some", "$w"), ("same", literal(self.where)))
        )
        answer = {"totalCount": len(rows), "nodes": [{"id": self.thing.id(row)} for row in rows]}
        return text, {"some": answer, "same": answer}

    def one(self) -> Part:
        row = self.chance.choice(self.rows)
        text = f'one: {self.name}(id: "{self.thing.id(row)}") {{ {plain_names(self.thing)} }}'
        return text, {"one": plain_values(self.values, self.thing, row)}

    def report(self) -> Part:
        """Groups by a field, those of enough records; their order is that of the keys."""
        by = self.chance.choice([each for each in self.thing.fields.values() if not each.target])
        least = self.chance.choice((1, 1, 2))
        groups: dict[Any, list[Record]] = {}
        for row in self.rows:
            groups.setdefault(self.values.of(self.name, row, by.name), []).append(row)
        kept = {
            key: rows for key, rows in groups.items() if met("number", len(rows), ("gte", least))
        }
        totals = self.chosen_totals()
        inner = " ".join(f"{function} {{ {each.name} }}" for function, each in totals)
        bucket = "DAY" if by.kind == "date" else "true"
        text = (
            f"report: {self.name}Groups(first: 100, groupBy: [{{{by.name}: {bucket}}}],"
            f" having: {{count: {{gte: {least}}}}}, orderBy: [{{count: DESC}}, {{key: {{{by.name}: ASC}}}}])"
            f" {{ key {{ {by.name} }} count {inner} }}"
        )
        expected = [
            {"key": {by.name: given(by, key)}, "count": len(rows), **self.totalled(totals, rows)}
            for key, rows in kept.items()
        ]
        return text, {"report": Unordered(expected)}

    def totals(self, rows: list[Record]) -> Part:
        totals = self.chosen_totals()
        inner = " ".join(f"{function} {{ {each.name} }}" for function, each in totals)
        return f"count {inner}", {"count": len(rows), **self.totalled(totals, rows)}

    def chosen_totals(self) -> list[tuple[str, Field]]:
        """Functions, each over a field that has it."""
        found: list[tuple[str, Field]] = []
        for function, kinds in _TOTALS.items():
            fitting = [each for each in self.thing.fields.values() if each.kind in kinds]
            if function == "avg":
                fitting = [each for each in fitting if self.is_small(each)]
            if fitting:
                found.append((function, self.chance.choice(fitting)))
        return found

    def is_small(self, field: Field) -> bool:
        found = (self.values.of(self.name, row, field.name) for row in self.rows)
        return all(each is None or abs(each) < _MOST_AVERAGED for each in found)

    def totalled(self, totals: list[tuple[str, Field]], rows: list[Record]) -> Asked:
        return {
            function: {each.name: _total(function, each, self.present(each, rows))}
            for function, each in totals
        }

    def present(self, field: Field, rows: list[Record]) -> list[Any]:
        found = (self.values.of(self.name, row, field.name) for row in rows)
        return [each for each in found if each is not None]

    def ordered(self, rows: list[Record]) -> tuple[str, list[Record]]:
        """A random `orderBy` argument and the rows in that order: blanks last, ties by id."""
        keys = [each for each in self.thing.fields.values() if _sorts(each)]
        descending = self.chance.random() < 0.5
        direction = "DESC" if descending else "ASC"
        rows = sorted(rows, key=lambda row: row.number, reverse=descending)
        if not keys or self.chance.random() < 0.1:
            return f"orderBy: [{{id: {direction}}}]", rows
        key = self.chance.choice(keys)
        valued = [(self.values.of(self.name, row, key.name), row) for row in rows]
        known = [(_rank(value), row) for value, row in valued if value is not None]
        # sorted() keeps what ties in its order either way
        known.sort(key=lambda pair: pair[0], reverse=descending)
        blank = [row for value, row in valued if value is None]
        return f"orderBy: [{{{key.name}: {direction}}}]", [row for _, row in known] + blank


class Unordered(list[Any]):
    """Equal to a list of the same things in any order."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, list) and _sorted(self) == _sorted(other)

    def __ne__(self, other: object) -> bool:
        return not self == other


def check_pages(client: Client, reads: Reads) -> None:
    """All pages together are the list, each record once."""
    order, rows = reads.ordered(reads.rows)
    query = (
        f"query($after: String) {{ page: {reads.thing.plural}(first: {PAGE}, after: $after, {order})"
        f" {{ nodes {{ id }} pageInfo {{ hasNextPage endCursor }} }} }}"
    )
    found: list[str] = []
    after, more = None, True
    while more:
        page = client.run(query, after=after)["page"]
        found += [each["id"] for each in page["nodes"]]
        more, after = page["pageInfo"]["hasNextPage"], page["pageInfo"]["endCursor"]
        assert len(found) <= len(rows), found
    assert found == [reads.thing.id(row) for row in rows]


def literal(value: Any) -> str:
    """JSON as GraphQL writes it."""
    if isinstance(value, dict):
        return f"{{{', '.join(f'{key}: {literal(each)}' for key, each in value.items())}}}"
    if isinstance(value, list):
        return f"[{', '.join(map(literal, value))}]"
    return json.dumps(value, ensure_ascii=False)


_TOTALS = {
    "sum": ("number",),
    "avg": ("number",),
    "min": ("number", "date"),
    "max": ("number", "date"),
    "countDistinct": ("number", "text", "boolean", "date"),
}


def _total(function: str, field: Field, found: list[Any]) -> Any:
    if function == "countDistinct":
        return len(set(found))
    if not found:
        return None
    if function == "sum":
        return f"{sum(found, Decimal(0)):.{SCALES[field.type]}f}"
    if function == "avg":
        mean = f"{averaged(found):.6f}"
        return mean.rstrip("0").rstrip(".")
    return given(field, min(found) if function == "min" else max(found))


def _sorts(field: Field) -> bool:
    """Does it sort by its value alone? Texts that people type sort by pinyin."""
    return not field.target and not (field.type == "text" and not field.computed)


def _rank(value: Any) -> Any:
    return value.encode() if isinstance(value, str) else value


def _sorted(groups: list[Any]) -> list[str]:
    return sorted(json.dumps(each, sort_keys=True) for each in groups)
