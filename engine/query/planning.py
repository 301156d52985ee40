"""The desk a plan is made on: snapshot, rights, place, and the statement so far.

Also the FROM clause of a list with the joins that sorting and grouping by relations need.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from engine.access.fields import Reference, Row, reference
from engine.access.model import AccessProfile
from engine.access.scopes import Scopes
from engine.base.errors import InvalidInput, Problem
from engine.base.settings import Settings
from engine.query.cost import LIST_BELOW, WHOLE_LIST, Cost
from engine.query.request import Bound
from engine.query.sql import Shape, conjunction
from metadata.field_types.contract import ValueKind
from metadata.snapshot import Snapshot

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a plan runs: the company's schema, its zone, and the limits of the process."""

    schema: str
    time_zone: str
    settings: Settings


@dataclass
class Planning:
    """The state of one `plan_read`. `cost` adds up what the plan may return and read at most;
    `parents` says below how many records the list in hand hangs, 0 for a list by itself."""

    snapshot: Snapshot
    profile: AccessProfile
    place: Place
    shape: Shape = field(default_factory=Shape)
    cost: Cost = field(default_factory=Cost)
    parents: int = 0

    def __post_init__(self) -> None:
        self.scopes = Scopes(self.snapshot, self.profile, self.place.schema, self.shape)

    @property
    def settings(self) -> Settings:
        return self.place.settings

    def row(self, object_name: str) -> Row:
        return self.scopes.row(object_name)

    def reference(self, row: Row, name: str) -> Reference:
        return reference(self.profile, row, name)

    def spend(self, nodes: int) -> None:
        """Counts records of the answer."""
        self.cost += Cost(nodes, nodes)

    def read_through(self) -> None:
        """Counts reading the list in hand, or one that its filter asks for, from end to end."""
        self.cost += Cost(0, self.parents * LIST_BELOW if self.parents else WHOLE_LIST)

    @contextmanager
    def below(self, parents: int) -> Iterator[None]:
        """What is compiled in the block is a list below that many records."""
        outer, self.parents = self.parents, parents
        yield
        self.parents = outer

    def relation_id(self, found: Reference) -> str:
        """The id a to-one relation gives this viewer: null when the target is not visible."""
        assert found.field.target is not None
        if self.scopes.all_visible(found.field.target):
            return found.column()
        target = self.row(found.field.target)
        conditions = [f"{target.id} = {found.column()}", *self.scopes.visible(target)]
        return (
            f"(select {target.id} from {self.scopes.table(target)} where {conjunction(conditions)})"
        )


@dataclass
class Source:
    """The rows of a list: its own row, and left joins to visible targets, made on demand."""

    planning: Planning
    row: Row
    _joins: dict[tuple[str, str], tuple[Row, str]] = field(default_factory=dict)

    def follow(self, row: Row, name: str) -> Row:
        """The row a to-one relation leads to; all null when it is not visible."""
        found = self.planning.reference(row, name)
        if found.kind is not ValueKind.RELATION or found.field.target is None:
            raise KeyError(name)
        key = (row.alias, name)
        if key not in self._joins:
            target = self.planning.row(found.field.target)
            scopes = self.planning.scopes
            on = [f"{target.id} = {found.column()}", *scopes.visible(target)]
            self._joins[key] = (
                target,
                f" left join {scopes.table(target)} on {conjunction(on)}",
            )
        return self._joins[key][0]

    @property
    def joined(self) -> bool:
        """Does the order need more than the list's own rows?"""
        return bool(self._joins)

    @property
    def sql(self) -> str:
        """What FROM takes. Read it after everything has been compiled."""
        joins = "".join(text for _, text in self._joins.values())
        return self.planning.scopes.table(self.row) + joins


def refuse(path: Path, code: str, **params: object) -> InvalidInput:
    """The error for one wrong argument at `path`."""
    return InvalidInput([Problem(path, code, params)])


def raw(value: Any) -> Any:
    """What a plain or Bound value is right now. Only for checks that do not shape the plan."""
    return value.value if isinstance(value, Bound) else value
