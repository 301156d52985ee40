"""Objects with their fields and records, as plain values, and what a step that changes them is."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any, NamedTuple

from tests.harness.client import Client

KINDS = {
    **dict.fromkeys(("integer", "number", "amount"), "number"),
    **dict.fromkeys(("text", "choice"), "text"),
    "boolean": "boolean",
    "date": "date",
    "relation": "relation",
}


@dataclass(frozen=True)
class RollUp:
    """`where` as a client writes it."""

    relation: str
    function: str
    over: str = ""
    where: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Field:
    """`uses` names the fields of a formula; a relation that `empties` is emptied with its target,
    others keep it from going. A `fixed` one ships."""

    name: str
    type: str
    formula: str = ""
    uses: tuple[str, ...] = ()
    roll_up: RollUp | None = None
    target: str = ""
    inverse: str = ""
    empties: bool = False
    required: bool = False
    fixed: bool = False

    @property
    def kind(self) -> str:
        return KINDS[self.type]

    @property
    def computed(self) -> bool:
        return bool(self.formula) or self.roll_up is not None


Metadata = Mapping[str, Mapping[str, Field]]  # object → its living fields by name


@dataclass
class Record:
    """`values` are those of typed fields, deleted ones too: numbers as Decimal, relations as the
    number of their record."""

    number: int
    values: dict[str, Any]
    trashed: bool = False


@dataclass
class Thing:
    """An object."""

    name: str
    plural: str
    fields: dict[str, Field] = field(default_factory=dict)
    deleted: dict[str, Field] = field(default_factory=dict)
    rows: list[Record] = field(default_factory=list)

    @property
    def type_name(self) -> str:
        return self.name[0].upper() + self.name[1:]

    @property
    def of_many(self) -> str:
        """As batches call it: `deleteOpportunities`."""
        return self.plural[0].upper() + self.plural[1:]

    @property
    def typed(self) -> list[Field]:
        return [each for each in self.fields.values() if not each.computed]

    @property
    def computed(self) -> list[Field]:
        return [each for each in self.fields.values() if each.computed]

    @property
    def living(self) -> list[Record]:
        return [each for each in self.rows if not each.trashed]

    @property
    def trashed(self) -> list[Record]:
        return [each for each in self.rows if each.trashed]

    def id(self, row: Record) -> str:
        return f"{self.type_name}:{row.number}"


@dataclass
class World:
    """All objects of the company that the steps know; `made` makes names that were never used."""

    things: dict[str, Thing] = field(default_factory=dict)
    made: int = 0

    def name(self, prefix: str) -> str:
        self.made += 1
        return f"{prefix}{self.made}"

    @property
    def metadata(self) -> Metadata:
        """As it is now; later changes do not show in it."""
        return {name: dict(each.fields) for name, each in self.things.items()}

    def referring(self, target: str) -> Iterator[tuple[Thing, Field]]:
        """Every living relation to records of the object."""
        for thing in self.things.values():
            for each in thing.fields.values():
                if each.target == target:
                    yield thing, each


class Step(NamedTuple):
    """Something done to an object in the company and in the model, where the object `suits`."""

    run: Callable[[Client, World, Thing, Random], None]
    suits: Callable[[Thing], bool] = lambda thing: True


def many_of(metadata: Metadata, name: str) -> dict[str, tuple[str, Field]]:
    """The object's relations to many: name → the object at the other end, and its relation."""
    return {
        each.inverse: (other, each)
        for other, fields in metadata.items()
        for each in fields.values()
        if each.target == name and each.inverse
    }
