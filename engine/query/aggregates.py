"""Counts, sums and the like over the rows of a list or a group, each computed once.

Sums and averages are decimals (text in JSON), minima and maxima are of their field's kind.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from engine.access.fields import Row
from engine.db.quoting import quote
from engine.query.operators import Operand, compare
from engine.query.outputs import named_type_sql, object_sql, response_key, scalar_sql
from engine.query.planning import Path, Planning
from engine.query.request import Selection
from metadata.field_types.contract import ValueKind

AVERAGE_SCALE = 6


@dataclass
class Totals:
    """The aggregate expressions that a statement computes, by the name of their column."""

    planning: Planning
    row: Row
    names: dict[str, str] = field(default_factory=dict)

    def ask(self, expression: str) -> str:
        """The column in which the expression will be found."""
        if expression not in self.names:
            self.names[expression] = self.planning.shape.alias()
        return self.names[expression]

    @property
    def sql(self) -> str:
        """The select list; read it after everything has asked."""
        return ", ".join(f"{text} as {quote(name)}" for text, name in self.names.items())

    def columns(self, selections: Sequence[Selection]) -> str:
        """The columns of an aggregate object (`count`, `sum { … }`, …), from asked ones."""
        return ", ".join(f"{self._output(each)} as {response_key(each.key)}" for each in selections)

    def _output(self, selection: Selection) -> str:
        if selection.name == "count":
            return self.ask("count(*)")
        if selection.name == "__typename":
            return named_type_sql(selection)
        parts = []
        for each in selection.selections:
            if each.name == "__typename":
                parts.append(f"{named_type_sql(each)} as {response_key(each.key)}")
                continue
            operand = aggregate(self.planning, self.row, selection.name, each.name)
            column = self.ask(operand.expression)
            parts.append(f"{scalar_sql(operand.kind, column)} as {response_key(each.key)}")
        return object_sql(self.planning, ", ".join(parts))


def aggregate(planning: Planning, row: Row, function: str, name: str) -> Operand:
    """One function over one field. Raises FieldForbidden: an aggregate is a read."""
    found = planning.reference(row, name)
    if function == "countDistinct":
        relation = found.kind is ValueKind.RELATION
        value = planning.relation_id(found) if relation else found.column()
        return Operand(f"count(distinct {value})", ValueKind.INTEGER)
    if function == "sum":
        return Operand(f"sum({found.column()})", ValueKind.DECIMAL)
    if function == "avg":
        average = f"trim_scale(round(avg({found.column()}), {AVERAGE_SCALE}))"
        return Operand(average, ValueKind.DECIMAL)
    assert function in ("min", "max")
    return Operand(f"{function}({found.column()})", found.kind)


def having(planning: Planning, row: Row, given: Mapping[str, Any], path: Path) -> list[str]:
    """The conditions of a `having` argument."""
    conditions: list[str] = []
    for function, operators in given.items():
        if operators is None:
            continue
        if function == "count":
            operand = Operand("count(*)", ValueKind.INTEGER)
            conditions += compare(planning, operand, operators, (*path, function))
            continue
        for name, each in operators.items():
            operand = aggregate(planning, row, function, name)
            conditions += compare(planning, operand, each or {}, (*path, function, name))
    return conditions
