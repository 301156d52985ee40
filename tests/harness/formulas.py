"""Formulas by a second, plain way: what the database must come to for a row of Python values.

Written from the meaning of the functions, without their SQL. Dates stay within what fields take.
"""

import calendar
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from decimal import ROUND_FLOOR, ROUND_HALF_UP, ROUND_UP, Decimal, localcontext
from typing import Any
from zoneinfo import ZoneInfo

from metadata.formulas.grammar import parse
from metadata.formulas.tree import Literal, Name, Node

ZONE = ZoneInfo("Asia/Shanghai")
FIRST, LAST = date(1000, 1, 1), date(9998, 12, 31)
TEN_PLACES = Decimal("1e-10")


def value_of(formula: str, row: Mapping[str, Any]) -> Any:
    """The formula's value for the row."""
    with localcontext() as context:
        context.prec = 2_000
        return _value(parse(formula), row)


def _value(node: Node, row: Mapping[str, Any]) -> Any:
    if isinstance(node, Literal):
        return node.value
    if isinstance(node, Name):
        return row[node.name]
    given = [_value(each, row) for each in node.arguments]
    if node.function in _WITH_BLANK:
        return _WITH_BLANK[node.function](*given)
    return None if None in given else _PLAIN[node.function](*given)


def _moment(value: Any) -> Any:
    if isinstance(value, date) and not isinstance(value, datetime):
        return datetime.combine(value, time(), ZONE)
    return value


def _day(value: Any) -> date:
    return value.astimezone(ZONE).date() if isinstance(value, datetime) else value


def _same(a: Any, b: Any) -> bool:
    if isinstance(a, datetime) or isinstance(b, datetime):
        a, b = _moment(a), _moment(b)
    return bool(a == b)


def _order(compare: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    def found(a: Any, b: Any) -> bool:
        if a is None or b is None:
            return False
        if isinstance(a, datetime) or isinstance(b, datetime):
            a, b = _moment(a), _moment(b)
        return compare(a, b)

    return found


def _print(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return f"{value.normalize():f}" if value else "0"
    if isinstance(value, datetime):
        return value.astimezone(ZONE).strftime("%Y-%m-%d %H:%M")
    return value.isoformat() if isinstance(value, date) else str(value)


def _count(n: Decimal) -> int:
    return max(min(int(n), 5000), 0)


def _part(text: str, start: Decimal, n: Decimal) -> str | None:
    at = int(start)
    return text[at - 1 : at - 1 + _count(n)] or None if at >= 1 else None


def _replace(text: str | None, start: Decimal | None, n: Decimal | None, new: str | None) -> Any:
    if text is None or start is None or n is None or int(start) < 1:
        return None
    at = int(start) - 1
    return (text[:at] + (new or "") + text[at + _count(n) :]) or None


def _search(part: str | None, text: str | None, start: Decimal | None = Decimal(1)) -> Decimal:
    at = max(_count(start), 1) - 1 if start is not None else 0
    return Decimal(0 if part is None or text is None else text.find(part, at) + 1)


def _add(day: Any, n: Decimal) -> Any:
    try:
        if isinstance(day, datetime):
            local = day.astimezone(ZONE).replace(tzinfo=None) + timedelta(days=int(n))
            return local.replace(tzinfo=ZONE).astimezone(UTC)
        found = day + timedelta(days=int(n))
    except OverflowError:
        return None
    return found if FIRST <= found <= LAST else None


def _date(*given: Any) -> date | None:
    if len(given) == 1:
        return _day(given[0])
    year, month, day = map(int, given)
    if not (FIRST.year <= year <= LAST.year and 1 <= month <= 12):
        return None
    return date(year, month, day) if 1 <= day <= calendar.monthrange(year, month)[1] else None


def _years(a: Any, b: Any) -> Decimal:
    late, early = max(_day(a), _day(b)), min(_day(a), _day(b))
    years = late.year - early.year - ((late.month, late.day) < (early.month, early.day))
    return Decimal(years if late == _day(a) else -years)


def _apart(seconds: int) -> Callable[[Any, Any], Decimal]:
    def found(a: Any, b: Any) -> Decimal:
        distance = _moment(a).astimezone(UTC) - _moment(b).astimezone(UTC)
        whole = Decimal(distance.days * 86_400 + distance.seconds)
        return (whole / seconds).quantize(TEN_PLACES, ROUND_HALF_UP)

    return found


def _rounded(how: str) -> Callable[..., Decimal]:
    def found(a: Decimal, n: Decimal = Decimal(0)) -> Decimal:
        places = max(min(int(n), 10), -15)
        return a.quantize(Decimal(1).scaleb(-places), how)

    return found


def _quotient(a: Decimal, b: Decimal) -> Decimal | None:
    return (a / b).quantize(TEN_PLACES, ROUND_HALF_UP) if b else None


def _modulo(a: Decimal, b: Decimal) -> Decimal | None:
    return a - b * (a / b).to_integral_value(ROUND_FLOOR) if b else None


def _over(function: Callable[[list[Any]], Any]) -> Callable[..., Any]:
    def found(*given: Any) -> Any:
        values = [each for each in given if each is not None]
        return function(values) if values else None

    return found


def _product(values: list[Decimal]) -> Decimal:
    found = Decimal(1)
    for each in values:
        found *= each
    return found


def _case(value: Any, *rest: Any) -> Any:
    for at in range(0, len(rest) - 1, 2):
        if _same(value, rest[at]):
            return rest[at + 1]
    return rest[-1] if len(rest) % 2 else None


def _extreme(choose: Callable[..., Any]) -> Callable[..., Any]:
    def found(values: list[Any]) -> Any:
        if any(isinstance(each, datetime) for each in values):
            values = [_moment(each) for each in values]
        return choose(values)

    return _over(found)


_WITH_BLANK: Mapping[str, Callable[..., Any]] = {
    "=": _same,
    "<>": lambda a, b: not _same(a, b),
    "<": _order(lambda a, b: bool(a < b)),
    "<=": _order(lambda a, b: bool(a <= b)),
    ">": _order(lambda a, b: bool(a > b)),
    ">=": _order(lambda a, b: bool(a >= b)),
    "&": lambda a, b: (_print(a) + _print(b)) or None,
    "AND": lambda *given: all(each is True for each in given),
    "OR": lambda *given: any(each is True for each in given),
    "NOT": lambda a: a is not True,
    "IF": lambda a, yes, no=None: yes if a else no,
    "CASE": _case,
    "ISNULL": lambda a: a is None,
    "NOTEMPTY": lambda a: a is not None,
    "NULLVALUE": lambda a, b: b if a is None else a,
    "CONTAINS": lambda a, b: a is not None and b is not None and b in a,
    "STARTWITH": lambda a, b: a is not None and b is not None and a.startswith(b),
    "LEN": lambda a: Decimal(len(a or "")),
    "REPLACE": _replace,
    "SEARCH": _search,
    "SUM": _over(lambda values: sum(values, Decimal(0))),
    "AVERAGE": _over(lambda values: _quotient(sum(values, Decimal(0)), Decimal(len(values)))),
    "PRODUCT": _over(_product),
    "COUNT": lambda *given: Decimal(sum(each is not None for each in given)),
    "MAX": _extreme(max),
    "MIN": _extreme(min),
}
_PLAIN: Mapping[str, Callable[..., Any]] = {
    "+": lambda a, b=None: a if b is None else a + b,
    "-": lambda a, b=None: -a if b is None else a - b,
    "*": lambda a, b: a * b,
    "/": _quotient,
    "LEFT": lambda text, n=Decimal(1): _part(text, Decimal(1), n),
    "MID": _part,
    "LOWER": str.lower,
    "UPPER": str.upper,
    "ADDDAY": _add,
    "DATE": _date,
    "YEAR": lambda a: Decimal(_day(a).year),
    "MONTH": lambda a: Decimal(_day(a).month),
    "DAY": lambda a: Decimal(_day(a).day),
    "DAYSOFMONTH": lambda a: Decimal(calendar.monthrange(_day(a).year, _day(a).month)[1]),
    "HOUR": lambda a: Decimal(_moment(a).astimezone(ZONE).hour),
    "MINUTE": lambda a: Decimal(_moment(a).astimezone(ZONE).minute),
    "DAYS": lambda a, b: Decimal((_day(a) - _day(b)).days),
    "HOURS": _apart(3_600),
    "MINUTES": _apart(60),
    "YEARS": _years,
    "SUBTRACTS": lambda first, *rest: first - sum(rest, Decimal(0)),
    "INT": lambda a: a.to_integral_value(ROUND_FLOOR),
    "MOD": _modulo,
    "ROUND": _rounded(ROUND_HALF_UP),
    "ROUNDUP": _rounded(ROUND_UP),
    "SQRT": lambda a: a.sqrt().quantize(TEN_PLACES, ROUND_HALF_UP) if a >= 0 else None,
}
