"""What a read may cost at most, estimated from what is asked alone: before any SQL (C4, C5).

Two numbers: records that the answer may hold, and rows that the database may have to read for
it. How large a company is does not count: the estimate must be the same for everybody.
"""

from dataclasses import dataclass

from engine.base.errors import TooComplex
from engine.base.settings import Settings

WHOLE_LIST = 2_000  # rows that reading a list from end to end counts for
LIST_BELOW = 10  # the same for a list below a record


@dataclass(frozen=True, slots=True)
class Cost:
    """`nodes` of the answer, `rows` read; nodes are rows too."""

    nodes: int = 0
    rows: int = 0

    def __add__(self, other: "Cost") -> "Cost":
        return Cost(self.nodes + other.nodes, self.rows + other.rows)

    def check(self, settings: Settings) -> None:
        """Raises TooComplex with the limit and the estimate."""
        for reason, estimate, limit in (
            ("nodes", self.nodes, settings.node_limit),
            ("rows", self.rows, settings.row_limit),
        ):
            if estimate > limit:
                raise TooComplex(reason, limit=limit, estimate=estimate)
