"""A field gives up being unique, for rows became equal before its index was there. Nobody's wish:
so it says why, for the history and for whoever looks at the work left to do."""

from dataclasses import dataclass

from engine.base.errors import Problem
from metadata.changes.change import Objects
from metadata.changes.update_field import UpdateField


@dataclass(frozen=True, slots=True)
class WithdrawUnique:
    """`problem` is at (object, field) and names the first records that share a value."""

    problem: Problem
    kind = "withdrawUnique"
    breaks = False

    @property
    def concerns(self) -> tuple[str, str]:
        object_name, name = self.problem.path
        return str(object_name), str(name)

    def apply(self, objects: Objects) -> Objects:
        return UpdateField(*self.concerns, {"unique": False}).apply(objects)
