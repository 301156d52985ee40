"""How the value of one field is written into JSON, clear or masked.

Money and counts keep every digit: decimals go out as text. Relations are `selections.py`.
"""

import re
from collections.abc import Callable, Sequence

from engine.access.fields import Reference, Row, Sight
from engine.base.errors import TooComplex
from engine.db.quoting import literal
from engine.query.log_changes import changes_sql
from engine.query.planning import Planning
from engine.query.request import Selection
from metadata.field_types.contract import ValueKind

LONGEST_KEY_BYTES = 63
_GRAPHQL_NAME = re.compile(r"[_A-Za-z][_0-9A-Za-z]*", re.ASCII)


def response_key(key: str) -> str:
    """The response key as a column alias. Raises TooComplex where PostgreSQL would cut it.

    A key is a GraphQL name and no physical one, so it is quoted here and not in `quoting.py`.
    """
    if len(key) > LONGEST_KEY_BYTES:
        raise TooComplex("keyLength", limit=LONGEST_KEY_BYTES)
    if not _GRAPHQL_NAME.fullmatch(key):
        raise ValueError(f"not a GraphQL name: {key!r}")
    return f'"{key}"'


def object_sql(planning: Planning, columns: str, tail: str = "") -> str:
    """A JSON object of the columns: one row of `select columns tail`; null without a row."""
    alias = planning.shape.alias()
    return f"(select row_to_json({alias}) from (select {columns}{tail}) {alias})"


def list_sql(planning: Planning, columns: str, tail: str) -> str:
    """A JSON array of the rows of `select columns tail`, in their order."""
    alias = planning.shape.alias()
    return f"(select coalesce(json_agg({alias}), '[]'::json) from (select {columns}{tail}) {alias})"


def id_sql(row: Row, expression: str | None = None) -> str:
    return f"{literal(row.index.definition.type_name + ':')} || {expression or row.id}"


def typename_sql(row: Row) -> str:
    return f"{literal(row.index.definition.type_name)}::text"


def named_type_sql(selection: Selection) -> str:
    """`__typename` of what is no record: the request says it in the argument `type`."""
    return f"{literal(selection.arguments['type'])}::text"


def value_sql(planning: Planning, found: Reference, selection: Selection) -> str:
    """The expression of a field that is no relation, for the viewer behind the gate."""
    if found.kind is ValueKind.NONE:
        return "null"
    if found.sight is Sight.MASKED:
        return _masked(found, selection)
    if found.field.type == "changes":
        return changes_sql(planning, found)
    return plain_sql(planning, found, selection)


def plain_sql(planning: Planning, found: Reference, selection: Selection) -> str:
    """The expression of a value that is shown as it is."""
    column = found.column()
    parts = _PARTS.get(found.kind)
    if parts is not None:
        return _composed(planning, column, selection.selections, parts)
    return scalar_sql(found.kind, column)


def scalar_sql(kind: ValueKind, expression: str) -> str:
    """An expression of a kind as JSON writes it."""
    return f"({expression})::text" if kind is ValueKind.DECIMAL else expression


def _composed(
    planning: Planning,
    column: str,
    selections: Sequence[Selection],
    parts: dict[str, Callable[[str], str]],
) -> str:
    columns = ", ".join(
        f"{parts[each.name](column)} as {response_key(each.key)}" for each in selections
    )
    return f"case when {column} is not null then {object_sql(planning, columns)} end"


def _text_of(name: str) -> Callable[[str], str]:
    return lambda column: f"({column}->>{literal(name)})"


def _json_of(name: str) -> Callable[[str], str]:
    return lambda column: f"({column}->{literal(name)})"


def _last_day(column: str) -> str:
    return f"case when upper_inc({column}) then upper({column}) else upper({column}) - 1 end"


_REGION = {name: _text_of(name) for name in ("province", "city", "district", "detail")}
_PARTS: dict[ValueKind, dict[str, Callable[[str], str]]] = {
    ValueKind.REGION: {**_REGION, "__typename": lambda _: "'Region'::text"},
    ValueKind.LOCATION: {
        "address": _text_of("address"),
        "latitude": _json_of("latitude"),
        "longitude": _json_of("longitude"),
        "__typename": lambda _: "'Location'::text",
    },
    ValueKind.DATE_RANGE: {
        "start": lambda column: f"lower({column})",
        "end": _last_day,
        "__typename": lambda _: "'DateRange'::text",
    },
}


def _masked(found: Reference, selection: Selection) -> str:
    column = found.column()
    mask = found.type.mask
    if mask == "mobile":
        return (
            f"case when length({column}) > 7"
            f" then left({column}, 3) || '****' || right({column}, 4)"
            f" when {column} is not null then '***' end"
        )
    if mask == "email":
        return (
            f"case when strpos({column}, '@') > 0"
            f" then left(split_part({column}, '@', 1), 2) || '***@' || split_part({column}, '@', 2)"
            f" when {column} is not null then '***' end"
        )
    if mask == "region":
        return _masked_region(column, selection)
    return "null"


def _masked_region(column: str, selection: Selection) -> str:
    parts: dict[str, Callable[[str], str]] = {
        **_PARTS[ValueKind.REGION],
        "detail": lambda c: f"case when ({c}->>'detail') is not null then '***' end",
    }
    columns = ", ".join(
        f"{parts[each.name](column)} as {response_key(each.key)}" for each in selection.selections
    )
    return (
        f"case when {column} is not null then"
        f" (select row_to_json(masked) from (select {columns}) masked) end"
    )
