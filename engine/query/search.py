"""The search box: one text over the searchable fields a viewer may read, and those of the
records that `search_through` names.

The index on the bigrams finds candidates, LIKE decides: `(grams(a) @> … or grams(b) @> …) and
(a like … or b like …)`. Fields the viewer does not see clearly are left out.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

from engine.access.fields import Reference, Row, Sight, sight
from engine.access.model import Scope
from engine.base.text import grams, search_query
from engine.query.planning import Planning, refuse
from engine.query.sql import conjunction
from engine.query.values import escape_like
from metadata.field_types.contract import ValueKind

LONGEST_SEARCH = 200
LONG_NUMBER = 5  # digits; shorter ones may be the code of an area
NOWHERE = "false"


class Range(Enum):
    """What is searched: all rows, by the index alone; some, by what PostgreSQL expects to be
    cheaper; one's own, which are few and read one by one: the index would first find everybody's
    (8 ms instead of 1 ms for one's 500 of a million)."""

    EVERYTHING = "everything"
    SOME = "some"
    OWN = "own"


def range_of(planning: Planning, row: Row, grounds: Sequence[str] | None) -> Range:
    """What a list searches whose rows the viewer sees by `grounds` (None: those of a record)."""
    if grounds is None:
        return Range.SOME
    if not grounds:
        return Range.EVERYTHING
    own = planning.profile.scope(row.index.name, "read") is Scope.OWN
    return Range.OWN if own else Range.SOME


def search(planning: Planning, row: Row, given: Any, searched: Range) -> list[str]:
    """The condition that a row matches the search text; [] when the text is blank."""
    mode = planning.shape.bake(given, _mode)
    if mode is None:
        return []
    shape = planning.shape
    own = searched is Range.OWN and not row.index.definition.search_through
    wanted = shape.value(given, "text[]", _grams) if mode == "grams" and not own else None
    asked = Asked(shape.value(given, "text", _pattern), wanted)
    matches = _all_matches(planning, row, asked)
    if searched is Range.EVERYTHING and mode == "grams" and len(matches) > 1:
        return [_found_in_everything(planning, row, asked)]
    return [f"({' or '.join(matches)})"] if matches else [NOWHERE]


def match_by_reading(planning: Planning, row: Row, given: Any) -> str | None:
    """The same condition for a row at hand, without any index; None when the text is blank or
    other records are searched too, or when it is a number, which few rows have. What it costs
    is what it reads."""
    mode = planning.shape.bake(given, _mode)
    if mode is None or row.index.definition.search_through:
        return None
    if planning.shape.bake(given, _is_long_number):
        return None
    return _match(planning, row, Asked(planning.shape.value(given, "text", _pattern), None))


def _found_in_everything(planning: Planning, row: Row, asked: "Asked") -> str:
    """What is found in the row itself and through each relation, united: an OR of them would
    compute the bigrams of every row found once more."""
    each = planning.row(row.index.name)
    table = planning.scopes.table(each)
    found = " union all ".join(
        f"select {each.id} from {table} where {match}"
        for match in _all_matches(planning, each, asked)
    )
    return f"{row.id} in ({found})"


def _all_matches(planning: Planning, row: Row, asked: "Asked") -> list[str]:
    own = _match(planning, row, asked)
    matches = [] if own is None else [own]
    for name in row.index.definition.search_through:
        matches += _through(planning, row, name, asked)
    return matches


@dataclass(frozen=True, slots=True)
class Asked:
    """The search text as parameters: its pattern, and its bigrams where it has some."""

    pattern: str
    grams: str | None


def _match(planning: Planning, row: Row, asked: Asked) -> str | None:
    """One of the row's own fields matches; None when the viewer may search none of them."""
    searched = [
        search_expression(Reference(row, field, Sight.CLEAR))
        for field in row.index.definition.fields
        if field.searchable and sight(planning.profile, row.index.name, field) is Sight.CLEAR
    ]
    if not searched:
        return None
    like = " or ".join(f"{each} like {asked.pattern}" for each in searched)
    if asked.grams is None:
        return f"({like})"
    # apart from LIKE, the bigrams are a condition of the index alone and not computed again for
    # the rows it finds: with both in each arm 45,000 rows of a million took 2.0 s
    found = " or ".join(f"qiansi.grams({each}) @> {asked.grams}" for each in searched)
    return f"(({like}) and ({found}))"


def _through(planning: Planning, row: Row, name: str, asked: Asked) -> list[str]:
    field = row.index.fields[name]
    if sight(planning.profile, row.index.name, field) is not Sight.CLEAR or field.target is None:
        return []
    target = planning.row(field.target)
    match = _match(planning, target, asked)
    if match is None:
        return []
    conditions = [match, *planning.scopes.visible(target)]
    found = f"select {target.id} from {planning.scopes.table(target)}"
    # an array, not a join, so that both sides of the OR can use their index
    column = Reference(row, field, Sight.CLEAR).column()
    return [f"{column} = any(array({found} where {conjunction(conditions)}))"]


def search_expression(found: Reference) -> str:
    """What is searched of a field: its companion, else the value in lower case.

    The index that serves it is built over the same expression (`metadata/physical.py`).
    """
    companion = found.companion("_search")
    if companion is not None:
        return companion
    assert found.kind in (ValueKind.TEXT, ValueKind.CHOICE)
    return f"lower({found.column()})"


def _mode(value: Any) -> str | None:
    """Which form the condition takes: none, by LIKE alone (one letter), by the index."""
    if value is None:
        return None
    text = _normal(value)
    if not text:
        return None
    return "grams" if grams(text) else "like"


def _is_long_number(value: Any) -> bool:
    text = _normal(value)
    return len(text) >= LONG_NUMBER and text.isdecimal()


def _pattern(value: Any) -> str:
    return f"%{escape_like(_normal(value))}%"


def _grams(value: Any) -> list[str]:
    """The pairs; a single character only where there is no pair. Beside the pair they say
    nothing, but PostgreSQL would take them for independent and expect far fewer rows."""
    found = grams(_normal(value))
    return [each for each in found if len(each) > 1] or found


def _normal(value: Any) -> str:
    if not isinstance(value, str):
        raise refuse(("search",), "BAD_FORMAT")
    if len(value) > LONGEST_SEARCH:
        raise refuse(("search",), "TOO_LONG", limit=LONGEST_SEARCH)
    try:
        return search_query(value)
    except ValueError:
        raise refuse(("search",), "BAD_FORMAT") from None
