"""From a typed tree to an SQL expression, and the only place where a formula's literals are text.

Every expression gives a value for any row: nothing in it can raise an error.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

from engine.db.quoting import quote
from metadata.field_types.registry import field_type
from metadata.formulas.grammar import parse
from metadata.formulas.kinds import RESULTS, SQL_TYPES, Kind, kinds_of
from metadata.formulas.tree import FormulaProblem, Literal, Name, Value
from metadata.formulas.types import Typed, check
from metadata.model import FieldDef

# of one formula, with all that is computed in place within it: what PostgreSQL reads and plans in
# some milliseconds, and nests far above what the stacks of both sides hold
LONGEST_SQL = 100_000
MOST_LEVELS = 500
_BIGGEST_INTEGER = 2**31  # `field_types/integer.py` takes what is below
_FITTED = {
    Kind.TEXT: "qiansi.text_fitted({})",
    Kind.DATE: "qiansi.day_checked({})",
    Kind.DATE_TIME: "qiansi.moment_checked({})",
    Kind.BOOLEAN: "{}",
}


@dataclass(frozen=True, slots=True)
class Written:
    """An expression and how deep its calls nest."""

    sql: str
    levels: int = 0


class Expressions:
    """The expressions of an object's fields over one row (an alias, or `new`).

    Fields without a column of their own are computed in place, each written once.
    """

    def __init__(self, fields: Mapping[str, FieldDef], row: str, zone: str) -> None:
        self._fields, self._row, self._zone = fields, row, zone
        self._kinds = kinds_of(fields.values())
        self._written: dict[str, Written] = {}

    def of(self, field: FieldDef) -> Written:
        """The value of a field with a formula. Raises FormulaProblem (FORMULA_TOO_LARGE,
        FORMULA_TOO_DEEP) when it comes to more than a statement should hold."""
        found = self._written.get(field.name)
        if found is None:
            node = check(parse(field.formula), self._kinds, RESULTS[field.type])
            made = _write(node, self._column, self._zone)
            found = Written(fitted(field, made.sql), made.levels + 1)
            self._written[field.name] = found
        return found

    def _column(self, name: str) -> Written:
        field = self._fields[name]
        return self.of(field) if field.virtual else Written(stored_column(field, self._row))


def formula_sql(fields: Mapping[str, FieldDef], field: FieldDef, row: str, zone: str) -> str:
    """The value of a field with a formula, over the columns of `row`."""
    return Expressions(fields, row, zone).of(field).sql


def zone_sql(schema: str) -> str:
    """The time zone of the company of this schema."""
    quote(schema)  # refuses what is no name, so that it can stand in a text
    return f"qiansi.company_zone('{schema}')"


def stored_column(field: FieldDef, row: str) -> str:
    """The column of a field, or the one that it would have."""
    stored = replace(field, virtual=False)
    return f"{row}.{quote(field_type(field.type).columns(stored)[0].name)}"


def expression(typed: Typed, column: Callable[[str], str], zone: str) -> str:
    """The tree over a row; `column` gives the expression of a field, `zone` is one of its own.

    Raises FormulaProblem (FORMULA_TOO_LARGE, FORMULA_TOO_DEEP).
    """
    return _write(typed, lambda name: Written(column(name)), zone).sql


def _write(typed: Typed, column: Callable[[str], Written], zone: str) -> Written:
    if typed.sql is None:
        return _leaf(typed, column)
    arguments: list[str] = []
    length = levels = 0
    for each in typed.arguments:  # no comprehension: a frame per level would become two
        made = _write(each, column, zone)
        arguments.append(made.sql)
        length += len(made.sql)
        levels = max(levels, made.levels + 1)
        _check_bounds(typed, length, levels)
    sql = typed.sql(arguments, zone)
    _check_bounds(typed, len(sql), levels)
    return Written(sql, levels)


def _leaf(typed: Typed, column: Callable[[str], Written]) -> Written:
    if isinstance(typed.node, Name):
        found = column(typed.node.name)
        return replace(found, sql=f"{found.sql}::numeric") if typed.kind is Kind.NUMBER else found
    assert isinstance(typed.node, Literal)
    return Written(literal(typed.node.value, typed.kind))


def _check_bounds(typed: Typed, length: int, levels: int) -> None:
    """What is passed is told before anything longer is written."""
    if length > LONGEST_SQL:
        raise FormulaProblem("FORMULA_TOO_LARGE", typed.node.at, maximum=LONGEST_SQL)
    if levels > MOST_LEVELS:
        raise FormulaProblem("FORMULA_TOO_DEEP", typed.node.at, maximum=MOST_LEVELS)


def literal(value: Value, kind: Kind) -> str:
    """A value of a formula as SQL. Texts are spelled so that no character means anything."""
    sql_type = SQL_TYPES.get(kind, "text")
    if value is None:
        return f"null::{sql_type}"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return f"'{value:f}'::{sql_type}"
    if isinstance(value, date | datetime):
        return f"'{value.isoformat()}'::{sql_type}"
    letters = "".join(c if c.isascii() and c.isalnum() else f"\\+{ord(c):06x}" for c in value)
    return f"U&'{letters}'::{sql_type}"


def fitted(field: FieldDef, value: str) -> str:
    """The value of an expression as the field's column holds it; null when it cannot."""
    kind = RESULTS[field.type]
    if kind is not Kind.NUMBER:
        return _FITTED[kind].format(value)
    if field.type == "integer":
        return f"qiansi.number_fitted({value}, 0, {_BIGGEST_INTEGER})::bigint"
    stored = replace(field, virtual=False)
    sql_type = field_type(field.type).columns(stored)[0].sql_type
    precision, scale = map(int, sql_type.removeprefix("numeric(").rstrip(")").split(","))
    return f"qiansi.number_fitted({value}, {scale}, 1e{precision - scale})::{sql_type}"
