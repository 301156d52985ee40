"""The functions and operators of formulas (peer fact 1.12): what they take, give, and are in SQL.

Blank is a value: `=` and `<>` compare it, order comparisons with it are false, a condition that
is blank is false. Arithmetic with blank is blank; SUM and its like pass over it. What has no
result (division by zero, a day that does not exist) is blank. `engine/db/formula_functions.py`
has those that are no plain SQL.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from metadata.formulas.kinds import Kind

Sql = Callable[[Sequence[str], str], str]
VALUES = frozenset({Kind.NUMBER, Kind.TEXT, Kind.BOOLEAN, Kind.DATE, Kind.DATE_TIME})
# texts have no order that is the same in every database
ORDERED = frozenset({Kind.NUMBER, Kind.DATE, Kind.DATE_TIME})
DAY = "day"  # a date, or the day of a moment in the company's time zone
SAME = "same"  # any kind of `of`, the same for all such arguments

N, T, B, D, M = Kind.NUMBER, Kind.TEXT, Kind.BOOLEAN, Kind.DATE, Kind.DATE_TIME
ANY = "any"
PRINTED = "printed"  # a text, or what is written as one
Parameter = Kind | str


@dataclass(frozen=True, slots=True)
class Function:
    """`parameters` in order; the last `optional` may be left out, the last `repeated` repeat.

    `result` None is the kind of the SAME arguments; `of` says which kinds those may be.
    `sql(arguments, zone)` must not evaluate to an error whatever the arguments are.
    """

    parameters: tuple[Parameter, ...]
    result: Kind | None
    sql: Sql
    optional: int = 0
    repeated: int = 0
    of: frozenset[Kind] = VALUES
    timed: bool = False


def _f(pattern: str) -> Sql:
    """A pattern with {0}, {1} … for arguments and {z} for the time zone."""
    return lambda a, z: pattern.format(*a, z=z)


def _each(pattern: str) -> Sql:
    """A pattern with {} for all arguments, separated by commas. A function takes 100 at most,
    an array any number."""
    return lambda a, z: pattern.format(", ".join(a))


def _count(a: Sequence[str], z: str) -> str:
    # values of several kinds are no array; whether each is there is
    there = ", ".join(f"nullif({each} is not null, false)" for each in a)
    return f"num_nonnulls(variadic array[{there}])::numeric"


def _joined(word: str) -> Sql:
    return lambda a, z: "(" + f" {word} ".join(f"({each}) is true" for each in a) + ")"


def _order(sign: str) -> Function:
    return Function((SAME, SAME), B, _f(f"(({{0}} {sign} {{1}}) is true)"), of=ORDERED)


def _if(a: Sequence[str], z: str) -> str:
    last = f" else {a[2]}" if len(a) > 2 else ""
    return f"(case when {a[0]} then {a[1]}{last} end)"


def case(a: Sequence[str], z: str) -> str:
    """CASE with its arguments in order: value, (case, result)…, perhaps what holds else.

    The value is written once, or nested ones would double at every level; in an array, where
    PostgreSQL takes blank and blank as equal.
    """
    pairs = list(zip(a[1::2], a[2::2], strict=False))
    whens = "".join(f" when array[{at}] then {found}" for at, found in pairs)
    last = f" else {a[-1]}" if len(a) > 1 + 2 * len(pairs) else ""
    return f"(case array[{a[0]}]{whens}{last} end)"


def _left(a: Sequence[str], z: str) -> str:
    return f"qiansi.text_part({a[0]}, 1, {a[1] if len(a) > 1 else '1'})"


def _search(a: Sequence[str], z: str) -> str:
    return f"qiansi.text_search({a[0]}, {a[1]}, {a[2] if len(a) > 2 else '1'})"


def _round(a: Sequence[str], z: str) -> str:
    return f"qiansi.number_round({a[0]}, {a[1] if len(a) > 1 else '0'})"


def _round_up(a: Sequence[str], z: str) -> str:
    return f"qiansi.number_round_up({a[0]}, {a[1] if len(a) > 1 else '0'})"


FUNCTIONS: Mapping[str, tuple[Function, ...]] = {
    "+": (Function((N, N), N, _f("({0} + {1})")), Function((N,), N, _f("{0}"))),
    "-": (Function((N, N), N, _f("({0} - {1})")), Function((N,), N, _f("(- {0})"))),
    "*": (Function((N, N), N, _f("({0} * {1})")),),
    "/": (Function((N, N), N, _f("qiansi.number_divide({0}, {1})")),),
    "&": (Function((PRINTED, PRINTED), T, _f("qiansi.text_join({0}, {1})")),),
    "=": (Function((SAME, SAME), B, _f("({0} is not distinct from {1})")),),
    "<>": (Function((SAME, SAME), B, _f("({0} is distinct from {1})")),),
    "<": (_order("<"),),
    "<=": (_order("<="),),
    ">": (_order(">"),),
    ">=": (_order(">="),),
    "AND": (Function((B,), B, _joined("and"), repeated=1),),
    "OR": (Function((B,), B, _joined("or"), repeated=1),),
    "NOT": (Function((B,), B, _f("(({0}) is not true)")),),
    "IF": (Function((B, SAME, SAME), None, _if, optional=1),),
    "CASE": (),  # its arguments come in pairs: `types.py`
    "ISNULL": (Function((ANY,), B, _f("({0} is null)")),),
    "NOTEMPTY": (Function((ANY,), B, _f("({0} is not null)")),),
    "ISNUMBER": (
        Function((N,), B, _f("({0} is not null)")),
        Function((T,), B, _f("qiansi.text_is_number({0})")),
    ),
    "NULLVALUE": (Function((SAME, SAME), None, _f("coalesce({0}, {1})")),),
    "CONTAINS": (Function((T, T), B, _f("coalesce(strpos({0}, {1}) > 0, false)")),),
    "STARTWITH": (Function((T, T), B, _f("coalesce(starts_with({0}, {1}), false)")),),
    "LEFT": (Function((T, N), T, _left, optional=1),),
    "MID": (Function((T, N, N), T, _f("qiansi.text_part({0}, {1}, {2})")),),
    "LEN": (Function((T,), N, _f("coalesce(char_length({0}), 0)::numeric")),),
    "LOWER": (Function((T,), T, _f("lower({0})")),),
    "UPPER": (Function((T,), T, _f("upper({0})")),),
    "REPLACE": (Function((T, N, N, T), T, _f("qiansi.text_replace({0}, {1}, {2}, {3})")),),
    "SEARCH": (Function((T, T, N), N, _search, optional=1),),
    "RMBUPPER": (Function((N,), T, _f("qiansi.number_in_words({0})")),),
    "ADDDAY": (
        Function((D, N), D, _f("qiansi.day_add({0}, {1})")),
        Function((M, N), M, _f("qiansi.moment_add({0}, {1}, {z})")),
    ),
    "DATE": (
        Function((N, N, N), D, _f("qiansi.day_of({0}, {1}, {2})")),
        Function((DAY,), D, _f("{0}")),
    ),
    "YEAR": (Function((DAY,), N, _f("extract(year from {0})")),),
    "MONTH": (Function((DAY,), N, _f("extract(month from {0})")),),
    "DAY": (Function((DAY,), N, _f("extract(day from {0})")),),
    "DAYSOFMONTH": (Function((DAY,), N, _f("qiansi.day_count({0})")),),
    "HOUR": (Function((M,), N, _f("extract(hour from {0} at time zone {z})")),),
    "MINUTE": (Function((M,), N, _f("extract(minute from {0} at time zone {z})")),),
    "DAYS": (Function((DAY, DAY), N, _f("({0} - {1})::numeric")),),
    "HOURS": (Function((M, M), N, _f("qiansi.moment_distance({0}, {1}, 3600)")),),
    "MINUTES": (Function((M, M), N, _f("qiansi.moment_distance({0}, {1}, 60)")),),
    "YEARS": (Function((DAY, DAY), N, _f("qiansi.day_years({0}, {1})")),),
    "NOW": (Function((), M, _f("now()"), timed=True),),
    "TODAY": (Function((), D, _f("(now() at time zone {z})::date"), timed=True),),
    "SUM": (Function((N,), N, _each("qiansi.number_sum(variadic array[{}])"), repeated=1),),
    "AVERAGE": (Function((N,), N, _each("qiansi.number_average(variadic array[{}])"), repeated=1),),
    "PRODUCT": (Function((N,), N, _each("qiansi.number_product(variadic array[{}])"), repeated=1),),
    "COUNT": (Function((ANY,), N, _count, repeated=1),),
    "MAX": (Function((SAME,), None, _each("greatest({})"), repeated=1, of=ORDERED),),
    "MIN": (Function((SAME,), None, _each("least({})"), repeated=1, of=ORDERED),),
    "SUBTRACTS": (Function((N, N), N, lambda a, z: "(" + " - ".join(a) + ")", repeated=1),),
    "INT": (Function((N,), N, _f("floor({0})")),),
    "MOD": (Function((N, N), N, _f("qiansi.number_mod({0}, {1})")),),
    "ROUND": (Function((N, N), N, _round, optional=1),),
    "ROUNDUP": (Function((N, N), N, _round_up, optional=1),),
    "SQRT": (Function((N,), N, _f("qiansi.number_root({0})")),),
}
