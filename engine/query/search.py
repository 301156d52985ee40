"""The search box: one text over the searchable fields a viewer may read, and those of the
records that `search_through` names.

Each field is `expression like pattern and qiansi.grams(expression) @> grams`: the index on the
bigrams finds candidates, LIKE decides. Fields the viewer does not see clearly are left out.
"""

from dataclasses import dataclass
from typing import Any

from engine.access.fields import Reference, Row, Sight, sight
from engine.base.text import grams, search_query
from engine.query.planning import Planning, refuse
from engine.query.sql import conjunction
from engine.query.values import escape_like
from metadata.field_types.contract import ValueKind

LONGEST_SEARCH = 200
NOWHERE = "false"


def search(planning: Planning, row: Row, given: Any, *, in_everything: bool = False) -> list[str]:
    """The condition that a row matches the search text; [] when the text is blank.

    `in_everything`: the viewer sees all rows, so the index alone must find them.
    """
    mode = planning.shape.bake(given, _mode)
    if mode is None:
        return []
    shape = planning.shape
    wanted = shape.value(given, "text[]", _grams) if mode == "grams" else None
    asked = Asked(shape.value(given, "text", _pattern), wanted)
    if in_everything and mode == "grams":
        return [_found_in_everything(planning, row, asked)]
    matches = _all_matches(planning, row, asked)
    return [f"({' or '.join(matches)})"] if matches else [NOWHERE]


def match_by_reading(planning: Planning, row: Row, given: Any) -> str | None:
    """The same condition for a row at hand, without any index; None when the text is blank or
    other records are searched too. What it costs is what it reads."""
    mode = planning.shape.bake(given, _mode)
    if mode is None or row.index.definition.search_through:
        return None
    asked = Asked(planning.shape.value(given, "text", _pattern), None)
    matches = _matches(planning, row, asked)
    return f"({' or '.join(matches)})" if matches else None


def _found_in_everything(planning: Planning, row: Row, asked: "Asked") -> str:
    """Field by field: an OR would compute the bigrams of every row found once more, 2.0 s for
    45,000 of a million customers; this way it takes the time to fetch them."""
    each = planning.row(row.index.name)
    table = planning.scopes.table(each)
    found = " union all ".join(
        f"select {each.id} from {table} where {match}"
        for match in _all_matches(planning, each, asked)
    )
    return f"{row.id} in ({found})" if found else NOWHERE


def _all_matches(planning: Planning, row: Row, asked: "Asked") -> list[str]:
    matches = _matches(planning, row, asked)
    for name in row.index.definition.search_through:
        matches += _through(planning, row, name, asked)
    return matches


@dataclass(frozen=True, slots=True)
class Asked:
    """The search text as parameters: its pattern, and its bigrams where it has some."""

    pattern: str
    grams: str | None


def _matches(planning: Planning, row: Row, asked: Asked) -> list[str]:
    return [
        _match(expression, asked)
        for field in row.index.definition.fields
        if field.searchable and sight(planning.profile, row.index.name, field) is Sight.CLEAR
        for expression in [search_expression(Reference(row, field, Sight.CLEAR))]
    ]


def _through(planning: Planning, row: Row, name: str, asked: Asked) -> list[str]:
    field = row.index.fields[name]
    if sight(planning.profile, row.index.name, field) is not Sight.CLEAR or field.target is None:
        return []
    target = planning.row(field.target)
    matches = _matches(planning, target, asked)
    if not matches:
        return []
    conditions = [f"({' or '.join(matches)})", *planning.scopes.visible(target)]
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


def _match(expression: str, asked: Asked) -> str:
    like = f"{expression} like {asked.pattern}"
    if asked.grams is None:
        return like
    # LIKE first: of the candidates of the index it is the cheaper one to check again
    return f"({like} and qiansi.grams({expression}) @> {asked.grams})"


def _mode(value: Any) -> str | None:
    """Which form the condition takes: none, by LIKE alone (one letter), by the index."""
    if value is None:
        return None
    text = _normal(value)
    if not text:
        return None
    return "grams" if grams(text) else "like"


def _pattern(value: Any) -> str:
    return f"%{escape_like(_normal(value))}%"


def _grams(value: Any) -> list[str]:
    return grams(_normal(value))


def _normal(value: Any) -> str:
    if not isinstance(value, str):
        raise refuse(("search",), "BAD_FORMAT")
    if len(value) > LONGEST_SEARCH:
        raise refuse(("search",), "TOO_LONG", limit=LONGEST_SEARCH)
    try:
        return search_query(value)
    except ValueError:
        raise refuse(("search",), "BAD_FORMAT") from None
