"""A page of a search for a common word: found by looking at the newest rows, not by the index.

45,000 of a million customers are called 科技: fetching them to show the 20 newest took half a
second, finding 20 among the newest PROBED_ROWS takes milliseconds. A sample of them tells
beforehand whether that is worth it. What matches is `search.py`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.access.fields import Row
from engine.query.ordering import order_asked
from engine.query.planning import Planning, raw
from engine.query.request import AppliedScene
from engine.query.search import match_by_reading
from engine.query.sql import conjunction, whole
from metadata.model import ObjectKind

PROBED_ROWS = 3_000
SAMPLED_ROWS = 300


@dataclass(frozen=True, slots=True)
class Probe:
    """The conditions of the rows that are looked at, and of those that match."""

    visible: list[str]
    match: str

    def ids(
        self, at: tuple[Planning, Row], bounds: list[str], order: str, size: int, every: str
    ) -> str:
        """The array of the ids of a page: out of the newest rows if they fill it, else `every`.

        The newest are read when the sample has half of what it has where they fill the page.
        """
        planning, row = at
        looked_at, found, number, matches = (planning.shape.alias() for _ in range(4))
        newest = (
            f"select {row.id} as {number}, {self.match} as {matches}"
            f" from {planning.scopes.table(row)}"
            f" where {conjunction([*self.visible, *bounds])}{order} limit"
        )
        enough = whole(size * SAMPLED_ROWS // PROBED_ROWS // 2 + 1)
        sample = (
            f"select 1 from ({newest} {SAMPLED_ROWS}) {looked_at} where {matches} limit {enough}"
        )
        page = (
            f"select {number} from ({newest} {PROBED_ROWS}) {looked_at}"
            f" where {matches} limit {whole(size)}"
        )
        return (
            f"((with {found} as materialized (select case"
            f" when (select count(*) from ({sample}) {looked_at}) = {enough}"
            f" then array({page}) end as few)"
            f" select case when cardinality(few) >= {whole(size)}"
            f" then few else array({every}) end from {found})::bigint[])"
        )


def probe_of(
    planning: Planning, row: Row, visible: list[str], arguments: Mapping[str, Any]
) -> Probe | None:
    """Only for the newest first and without a filter: an index gives those rows in order."""
    if raw(arguments.get("where")) or order_asked(arguments):
        return None
    scene: AppliedScene | None = arguments.get("scene")
    if scene is not None and (scene.conditions or scene.search):
        return None
    if row.index.definition.kind is not ObjectKind.RECORD:
        return None
    match = match_by_reading(planning, row, arguments.get("search"))
    return None if match is None else Probe(visible, match)
