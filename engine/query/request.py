"""What a read asks, parsed and not yet permitted: no promise that it is sensible or allowed.

Knows no GraphQL, though argument names and shapes are those of the API. The planner
(`plan.py`) turns it into SQL and asks the gate for every field on the way.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


@dataclass(frozen=True, slots=True)
class Bound:
    """A value that came from a request variable, at `path` in the variables.

    It is one scalar, or one list of scalars, or None. The planner either passes it to the
    statement as a parameter or reads it through `Shape.bake`, which ties the plan to it.
    """

    path: tuple[str | int, ...]
    value: Any


@dataclass(frozen=True, slots=True)
class Selection:
    """One selected field: response `key`, field `name`, arguments, what is selected below.

    `on` limits it to records of one object (a fragment on a type); None applies to all.
    Names starting with "__" are GraphQL's own (`__typename`).
    """

    name: str
    key: str
    arguments: Mapping[str, Any] = field(default_factory=dict)
    selections: tuple["Selection", ...] = ()
    on: str | None = None


@dataclass(frozen=True, slots=True)
class AppliedScene:
    """The part of a scene that works for the viewer, as typed values: the argument `scene` of a
    list once it is resolved (`engine/scenes/usable.py`).

    `key` is part of the key of every plan made with it; `conditions` are where objects with
    their places; `stored` is number and version of its row, which the statement checks.
    """

    key: tuple[str | int, ...]
    conditions: tuple[tuple[tuple[str | int, ...], Mapping[str, Any]], ...] = ()
    search: str | None = None
    order_by: tuple[Mapping[str, Any], ...] = ()
    stored: tuple[int, int] | None = None


class ReadKind(StrEnum):
    RECORD = "record"
    LIST = "list"
    GROUPS = "groups"
    NEIGHBORS = "neighbors"
    NODE = "node"


@dataclass(frozen=True, slots=True)
class ReadRequest:
    """One root field: `object` is the API name (None for NODE, which takes any id)."""

    kind: ReadKind
    object: str | None
    selection: Selection


@dataclass(frozen=True, slots=True)
class Parameter:
    """One $n of a plan, filled at run time.

    `source` is "constant" (`value`), "variable" (`path` in the variables) or "principal"
    (`value` names what, see `engine/query/bind.py`). `convert` turns a variable's value into
    the bound one and may raise AppError.
    """

    source: str
    value: Any = None
    path: tuple[str | int, ...] = ()
    convert: Callable[[Any], Any] | None = None


@dataclass(frozen=True, slots=True)
class Baked:
    """A plan holds only while `read(value at path) == expected`."""

    path: tuple[str | int, ...]
    read: Callable[[Any], Any]
    expected: Any


@dataclass(frozen=True, slots=True)
class ReadPlan:
    """One SQL statement that answers one root field with JSON text, and how to fill it.

    `sql` uses $1…$n, each cast to its type; `nodes` and `rows` are estimates. The statement
    gives no row when the check fails (session or versions), else one row with one text
    column: the JSON of the root field (`null` included).
    """

    sql: str
    parameters: tuple[Parameter, ...]
    baked: tuple[Baked, ...]
    nodes: int
    rows: int = 0
