"""A list as a connection: nodes, edges, page information, totals; only what is selected runs.

A list of nodes alone is one ordered sub-select. Cursors and page information need the page
numbered, with one row more than asked for to see whether something follows.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from engine.access.fields import Row, columns_in
from engine.db.quoting import literal
from engine.query.aggregates import Totals
from engine.query.cursors import cursor_sql
from engine.query.filters import Level, where
from engine.query.ordering import Order, order_asked, order_of
from engine.query.outputs import list_sql, object_sql, response_key
from engine.query.paging import Page, PageLimits, page_of
from engine.query.planning import Planning, Source
from engine.query.probing import Probe, probe_of
from engine.query.request import AppliedScene, Selection
from engine.query.search import range_of, search
from engine.query.sql import conjunction, whole

Columns = Callable[[Planning, Row, Sequence[Selection], int], str]


@dataclass(frozen=True)
class Listed:
    """The rows of a list: where they come from and under which conditions.

    `branches` are the same rows in disjoint parts, each with a plan of its own: what one owns
    comes in order from an index, what one is a team member of is little. With an OR instead, a
    salesperson with few of 100,000 customers had 29,000 rows read to show 50.
    """

    source: Source
    conditions: list[str]
    branches: tuple[list[str], ...] = ()
    probe: Probe | None = None

    def tail(self, more: Sequence[str] = ()) -> str:
        """FROM and WHERE, with the joins of the order."""
        conditions = conjunction([*self.conditions, *more])
        return f" from {self.source.sql} where {conditions}"

    def bare_tail(self, more: Sequence[str] = ()) -> str:
        """The same without joins."""
        table = self.source.planning.scopes.table(self.source.row)
        return f" from {table} where {conjunction([*self.conditions, *more])}"


def listed(
    planning: Planning,
    row: Row,
    visible: list[str],
    arguments: Mapping[str, Any],
    grounds: Sequence[str] | None = None,
) -> Listed:
    """The visible rows that `where`, `search` and `scene` leave.

    Of `grounds` one must hold, if there are any; `grounds` is None for a list below a record,
    which its parent bounds.
    """
    conditions = [*visible]
    conditions += where(planning, row, arguments.get("where"), Level(("where",)))
    searched = range_of(planning, row, grounds)
    conditions += search(planning, row, arguments.get("search"), searched)
    scene: AppliedScene | None = arguments.get("scene")
    if scene is not None:
        for path, condition in scene.conditions:
            conditions += where(planning, row, condition, Level(path))
        conditions += search(planning, row, scene.search, searched)
    source = Source(planning, row)
    if not grounds:
        probe = None if grounds is None else probe_of(planning, row, visible, arguments)
        return Listed(source, conditions, probe=probe)
    branches = [
        [*conditions, ground, *(f"({before}) is not true" for before in grounds[:at])]
        for at, ground in enumerate(grounds)
    ]
    return Listed(source, [*conditions, f"({' or '.join(grounds)})"], tuple(branches))


def connection(
    planning: Planning,
    rows: Listed,
    selection: Selection,
    limits: PageLimits,
    inside: "Inside",
) -> str:
    """The JSON of a connection over the rows. `inside` compiles what is below a node."""
    order = order_of(planning, rows.source, order_asked(selection.arguments))
    page = page_of(planning, selection.arguments, limits, order)
    work = _Connection(planning, rows, order, page, inside)
    if any(each.name in ("nodes", "edges") for each in selection.selections):
        planning.spend(inside.weight * page.size)
    return work.sql(selection)


@dataclass(frozen=True, slots=True)
class Inside:
    """How nodes are compiled, and how many parents the list hangs below (its weight)."""

    columns: Columns
    weight: int = 1


@dataclass
class _Connection:
    planning: Planning
    rows: Listed
    order: Order
    page: Page
    inside: Inside
    numbered: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        shape = self.planning.shape
        self.totals = Totals(self.planning, self.rows.source.row)
        self.pages, self.counted, self.rank = shape.alias(), shape.alias(), shape.alias()
        self.type_name = self.rows.source.row.index.definition.type_name

    def sql(self, selection: Selection) -> str:
        names = {each.name for each in selection.selections}
        simple = self.page.forward and not names & {"edges", "pageInfo"}
        outputs = [
            f"{self._output(each, simple)} as {response_key(each.key)}"
            for each in selection.selections
        ]
        if not simple and not self.numbered:
            self._cursor()
        tables = []
        if self.numbered:
            tables.append(f"{self.pages} as ({self._numbered_page()})")
        if self.totals.names:
            self.planning.read_through()
            tables.append(f"{self.counted} as (select {self.totals.sql}{self.rows.bare_tail()})")
        body = object_sql(self.planning, ", ".join(outputs))
        return f"(with {', '.join(tables)} select {body})" if tables else body

    def _output(self, selection: Selection, simple: bool) -> str:
        if selection.name == "nodes":
            nodes = selection.selections
            return self._simple_nodes(nodes) if simple else self._nodes(nodes)
        if selection.name == "edges":
            return self._edges(selection.selections)
        if selection.name == "pageInfo":
            return self._page_info(selection.selections)
        if selection.name == "totalCount":
            return f"(select {self.totals.ask('count(*)')} from {self.counted})"
        if selection.name == "aggregate":
            columns = self.totals.columns(selection.selections)
            return object_sql(self.planning, columns, f" from {self.counted}")
        assert selection.name == "__typename"
        return f"{literal(self.type_name + 'Connection')}::text"

    def _columns(self, selections: Sequence[Selection]) -> str:
        weight = self.inside.weight * self.page.size
        return self.inside.columns(self.planning, self.rows.source.row, selections, weight)

    def _simple_nodes(self, selections: Sequence[Selection]) -> str:
        columns = self._columns(selections)
        return list_sql(self.planning, columns, self._ordered(columns))

    def _ordered(self, columns: str, *, forward: bool = True, more: int = 0) -> str:
        """FROM, WHERE, ORDER BY and LIMIT of the page and `more` rows beyond it, for a select
        list that takes `columns` of its rows."""
        order = f" order by {self.order.sql(forward)}"
        source, bounds = self.rows.source, self.page.bounds
        if self.rows.probe is not None and self.page.offset is None:
            return self._probed(self.rows.probe, order, self.page.size + more)
        if len(self.rows.branches) < 2 or source.joined or self.page.offset is not None:
            return f"{self.rows.tail(bounds)}{order}{self.page.limit(more)}"
        return self._merged(columns, order, (forward, more))

    def _merged(self, columns: str, order: str, way: tuple[bool, int]) -> str:
        """The branches put together under the list's own alias, with what is shown of their rows:
        finding the rows once more by their ids would cost as much again."""
        forward, more = way
        row, limit = self.rows.source.row, self.page.limit(more)
        table, bounds = self.planning.scopes.table(row), self.page.bounds
        names = [self.planning.shape.alias() for _ in self.order.keys]
        keys = [
            f"{key.expression} as {name}" for key, name in zip(self.order.keys, names, strict=True)
        ]
        taken = ", ".join([row.id, *columns_in(row, columns), *keys])
        branches = " union all ".join(
            f"(select {taken} from {table} where {conjunction([*each, *bounds])}{order}{limit})"
            for each in self.rows.branches
        )
        named = self.order.named(names).sql(forward)
        return f" from ({branches}) {row.alias} order by {named}{limit}"

    def _probed(self, probe: Probe, order: str, size: int) -> str:
        row, bounds = self.rows.source.row, self.page.bounds
        every = f"select {row.id}{self.rows.bare_tail(bounds)}{order} limit {whole(size)}"
        ids = probe.ids((self.planning, row), bounds, order, size, every)
        return f" from {self.planning.scopes.table(row)} where {row.id} = any({ids}){order}"

    def _nodes(self, selections: Sequence[Selection]) -> str:
        return self._gathered(self._number(object_sql(self.planning, self._columns(selections))))

    def _edges(self, selections: Sequence[Selection]) -> str:
        parts = [f"{self._edge_part(each)} as {response_key(each.key)}" for each in selections]
        return self._gathered(object_sql(self.planning, ", ".join(parts)))

    def _edge_part(self, selection: Selection) -> str:
        if selection.name == "node":
            columns = self._columns(selection.selections)
            return self._number(object_sql(self.planning, columns))
        if selection.name == "cursor":
            return self._cursor()
        return f"{literal(self.type_name + 'Edge')}::text"

    def _gathered(self, expression: str) -> str:
        """A JSON array of the expression over the page, in the list's own order."""
        shown = f"{self.rank} <= {whole(self.page.size)}"
        return (
            f"(select coalesce(json_agg({expression} order by {self.rank}"
            f"{'' if self.page.forward else ' desc'}) filter (where {shown}), '[]'::json)"
            f" from {self.pages})"
        )

    def _page_info(self, selections: Sequence[Selection]) -> str:
        self._cursor()
        first, last = ("asc", "desc") if self.page.forward else ("desc", "asc")
        beyond = f"exists (select 1 from {self.pages} where {self.rank} > {self.page.size})"
        behind = self._something_behind()
        parts = {
            "hasNextPage": beyond if self.page.forward else behind,
            "hasPreviousPage": behind if self.page.forward else beyond,
            "startCursor": self._end_cursor(first),
            "endCursor": self._end_cursor(last),
            "__typename": f"{literal('PageInfo')}::text",
        }
        columns = ", ".join(
            f"{parts[each.name]} as {response_key(each.key)}" for each in selections
        )
        return object_sql(self.planning, columns)

    def _something_behind(self) -> str:
        """Are there rows on the side that the page comes from?"""
        bound = self.page.after if self.page.forward else self.page.before
        found = []
        if bound is not None:
            found.append(f"exists (select 1{self.rows.tail([f'({bound}) is not true'])})")
        if self.page.offset is not None:
            found.append(f"({self.page.offset} > 0 and exists (select 1{self.rows.tail()}))")
        return f"({' or '.join(found)})" if found else "false"

    def _end_cursor(self, direction: str) -> str:
        return (
            f"(select {self._cursor()} from {self.pages}"
            f" where {self.rank} <= {whole(self.page.size)}"
            f" order by {self.rank} {direction} limit 1)"
        )

    def _cursor(self) -> str:
        return self._number(cursor_sql(self.planning, self.order))

    def _number(self, expression: str) -> str:
        """The column of the numbered page that holds the expression of a row."""
        if expression not in self.numbered:
            self.numbered[expression] = self.planning.shape.alias()
        return self.numbered[expression]

    def _numbered_page(self) -> str:
        columns = ", ".join(f"{text} as {name}" for text, name in self.numbered.items())
        ordered = self._ordered(columns, forward=self.page.forward, more=1)
        inner, names = self.planning.shape.alias(), ", ".join(self.numbered.values())
        return (
            f"select {names}, row_number() over () as {self.rank}"
            f" from (select {columns}{ordered}) {inner}"
        )
