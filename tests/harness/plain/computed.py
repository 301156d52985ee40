"""What each field of each record comes to, by the plain evaluator of formulas."""

from collections.abc import Callable, Mapping
from decimal import Decimal, localcontext
from typing import Any

from tests.harness.formulas import value_of
from tests.harness.plain.conditions import matches
from tests.harness.plain.model import Field, Record, RollUp, World, many_of
from tests.harness.plain.values import averaged, fitted

# no sample is near it, so that it stays true of any day on which the test runs
TODAY = ("TODAY()", "DATE(2100, 6, 1)")


class Values:
    """The values of one state of the world, each computed once."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._many = {name: many_of(world.metadata, name) for name in world.things}
        self._known: dict[tuple[str, int, str], Any] = {}

    def of(self, at: str, row: Record, name: str) -> Any:
        """The value of a living field; of a relation the number of what it leads to, seen or not."""
        field = self.world.things[at].fields[name]
        if not field.computed:
            return row.values.get(name)
        key = (at, row.number, name)
        if key not in self._known:
            self._known[key] = fitted(field, self._computed(at, row, field))
        return self._known[key]

    def target(self, at: str, row: Record, name: str) -> Record | None:
        """The record that a relation shows: none in the trash."""
        field = self.world.things[at].fields[name]
        number = row.values.get(name)
        living = self.world.things[field.target].living
        return next((each for each in living if each.number == number), None)

    def children(self, at: str, row: Record, relation: str) -> tuple[str, list[Record]]:
        """The object at the other end of a relation to many, and its records."""
        other, by = self._many[at][relation]
        living = self.world.things[other].living
        return other, [each for each in living if each.values.get(by.name) == row.number]

    def relations(self, at: str) -> dict[str, tuple[str, Field]]:
        """The relations to many of an object."""
        return self._many[at]

    def _computed(self, at: str, row: Record, field: Field) -> Any:
        if field.roll_up is not None:
            return self._rolled_up(at, row, field.roll_up)
        inputs = {name: self.of(at, row, name) for name in field.uses}
        return value_of(field.formula.replace(*TODAY), inputs)

    def _rolled_up(self, at: str, row: Record, roll_up: RollUp) -> Any:
        other, children = self.children(at, row, roll_up.relation)
        counted = [each for each in children if matches(self, other, each, roll_up.where)]
        if roll_up.function == "count":
            return _FUNCTIONS["sum"]([1 for _ in counted])
        found = [self.of(other, each, roll_up.over) for each in counted]
        with localcontext() as context:
            context.prec = 100
            return _FUNCTIONS[roll_up.function]([each for each in found if each is not None])


_FUNCTIONS: Mapping[str, Callable[[list[Any]], Any]] = {
    "sum": lambda found: sum(found, Decimal(0)),
    "avg": lambda found: averaged(found) if found else None,
    "min": lambda found: min(found, default=None),
    "max": lambda found: max(found, default=None),
}
