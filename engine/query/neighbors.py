"""The records before and after one in a list's order (OBJ-07)."""

from engine.db.quoting import literal
from engine.query import values
from engine.query.connections import Listed
from engine.query.cursors import beyond_row
from engine.query.ordering import order_asked, order_of
from engine.query.outputs import object_sql, response_key
from engine.query.planning import Planning
from engine.query.request import Selection
from engine.query.selections import columns
from engine.query.sql import conjunction


def neighbors(planning: Planning, rows: Listed, selection: Selection) -> str:
    """`{previous next}` of the record `id`; both null when it is not visible."""
    work = _Neighbors(planning, rows, selection)
    parts = ", ".join(
        f"{work.output(each)} as {response_key(each.key)}" for each in selection.selections
    )
    return f"(with {work.anchor_sql()} select {object_sql(planning, parts)})"


class _Neighbors:
    def __init__(self, planning: Planning, rows: Listed, selection: Selection) -> None:
        arguments = selection.arguments
        self.planning, self.rows = planning, rows
        self.order = order_of(planning, rows.source, order_asked(arguments))
        self.anchor = planning.shape.alias()
        self.names = [planning.shape.alias() for _ in self.order.keys]
        row = rows.source.row
        self.number = planning.shape.value(
            arguments["id"], "bigint", values.record_number(row.index.name, ("id",))
        )

    def anchor_sql(self) -> str:
        """The sort keys of the record itself, as a table of at most one row."""
        row, planning = self.rows.source.row, self.planning
        keys = ", ".join(
            f"{key.expression} as {name}"
            for key, name in zip(self.order.keys, self.names, strict=True)
        )
        conditions = [f"{row.id} = {self.number}", *planning.scopes.visible(row)]
        found = f"select {keys} from {self.rows.source.sql} where {conjunction(conditions)}"
        return f"{self.anchor} as ({found})"

    def output(self, selection: Selection) -> str:
        row, planning = self.rows.source.row, self.planning
        if selection.name == "__typename":
            return f"{literal(row.index.definition.type_name + 'Neighbors')}::text"
        forward = selection.name == "next"
        planning.spend(1)
        anchor = [f"{self.anchor}.{name}" for name in self.names]
        conditions = [*self.rows.conditions, beyond_row(self.order.keys, anchor, forward)]
        tail = (
            f" from {self.anchor} cross join {self.rows.source.sql}"
            f" where {conjunction(conditions)} order by {self.order.sql(forward)} limit 1"
        )
        return object_sql(planning, columns(planning, row, selection.selections, 1), tail)
