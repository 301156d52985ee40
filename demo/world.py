"""What all blocks of a demo company share, and the rows of one block while they are made."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from demo.catalogue import Product
from demo.deck import Deck
from demo.moments import DAY, Calendar, day_text
from demo.scale import Scale
from metadata.snapshot import Snapshot

YEARS_BACK = 3
Rows = dict[str, list[tuple[Any, ...]]]


@dataclass(frozen=True)
class World:
    """Fixed for a run. `options[object, field]` are the values of a choice, in their order."""

    calendar: Calendar
    scale: Scale
    sellers: Sequence[int]
    products: Sequence[Product]
    options: Mapping[tuple[str, str], Sequence[str]]

    def owner(self, deck: Deck, number: int) -> int:
        """Users 3, 4 and 5 own every n-th customer each; the rest is shared by the others."""
        place = number % self.scale.own_every
        return 3 + place if place < 3 else deck.pick(self.sellers)

    def customer_since(self, deck: Deck, number: int) -> int:
        """Customers come in the order of their numbers, more and more of them over the years."""
        ago = (1 - number / self.scale.customers) ** 1.5 * 365 * YEARS_BACK
        return self.calendar.working_time(self.calendar.today - int(ago), deck.below(540))

    def later(self, deck: Deck, moment: int, days: int) -> int:
        """A working time up to `days` after a moment, never in the future."""
        day = self.calendar.day_of(moment) + deck.below(days)
        return max(moment, self.calendar.working_time(day, deck.below(540)))

    def ahead(self, deck: Deck, days: int) -> int:
        """A moment in working hours from today to `days` ahead."""
        day = self.calendar.today + deck.below(days)
        return day * DAY + 9 * 60 + deck.below(540) // 15 * 15 - self.calendar.offset


def choice_options(snapshot: Snapshot) -> Mapping[tuple[str, str], Sequence[str]]:
    """The values of every choice field that are still offered."""
    return {
        (item.name, each.name): tuple(c.value for c in each.choices if not c.retired)
        for item in snapshot.objects
        for each in item.fields
        if each.choices
    }


@dataclass
class Block:
    """One block in the making: its number from 0, its own deck, its rows by object."""

    world: World
    number: int
    deck: Deck = field(init=False)
    rows: Rows = field(default_factory=lambda: defaultdict(list))

    def __post_init__(self) -> None:
        self.deck = Deck(f"block {self.number}")

    def option(self, object_name: str, field_name: str) -> str:
        """One of the options of a choice field."""
        return self.deck.pick(self.world.options[object_name, field_name])

    def numbered(self, created: int, count: int) -> str:
        """The number that the rule of the standard gives what was created at a moment."""
        day = day_text(self.world.calendar.day_of(created))
        return f"{day.replace('-', '')}{count:04d}"

    def add(self, object_name: str, *row: Any) -> None:
        self.rows[object_name].append(row)
