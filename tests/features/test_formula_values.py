"""Random formulas over random rows: PostgreSQL comes to what a plain evaluator comes to."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, text

from metadata.formulas.functions import FUNCTIONS
from metadata.formulas.grammar import parse
from metadata.formulas.kinds import SQL_TYPES, Kind
from metadata.formulas.sql import expression, literal
from metadata.formulas.tree import calls_in
from metadata.formulas.types import check
from tests.harness.formulas import value_of

KINDS = {
    **dict.fromkeys(("na", "nb"), Kind.NUMBER),
    **dict.fromkeys(("ta", "tb"), Kind.TEXT),
    "ba": Kind.BOOLEAN,
    **dict.fromkeys(("da", "db"), Kind.DATE),
    **dict.fromkeys(("ma", "mb"), Kind.DATE_TIME),
}
NUMBERS = st.decimals(-1_000_000, 1_000_000, places=3, allow_nan=False)
TEXTS = st.text(alphabet="aZ9 %'\\:{}$客户\n", min_size=1, max_size=6)
DAYS = st.dates(date(1990, 1, 1), date(2060, 12, 31))
MOMENTS = st.integers(946_684_800 // 60, 2_840_140_800 // 60).map(
    lambda minutes: datetime.fromtimestamp(minutes * 60, UTC)
)
ROWS = st.fixed_dictionaries(
    {
        name: st.none()
        | {
            Kind.NUMBER: NUMBERS,
            Kind.TEXT: TEXTS,
            Kind.BOOLEAN: st.booleans(),
            Kind.DATE: DAYS,
            Kind.DATE_TIME: MOMENTS,
        }[kind]
        for name, kind in KINDS.items()
    }
)
# how formulas of each kind are made: {n} is a number, {t} a text, {b} {d} {m} likewise
PATTERNS: Mapping[str, tuple[str, ...]] = {
    "n": (
        *("({n} + {n})", "({n} - {n})", "({n} * {n})", "({n} / {n})", "-{n}", "INT({n})"),
        *("MOD({n}, {n})", "ROUND({n})", "ROUND({n}, {k})", "ROUNDUP({n}, {k})", "SQRT({n})"),
        *("SUM({n}, {n}, {n})", "AVERAGE({n}, {n}, {n})", "PRODUCT({n}, {n})", "MAX({n}, {n})"),
        *("MIN({n}, {n}, {n})", "COUNT({n}, {t}, {d})", "SUBTRACTS({n}, {n}, {n})", "ROUNDUP({n})"),
        *("LEN({t})", "SEARCH({t}, {t})", "SEARCH({t}, {t}, {k})", "YEAR({d})", "MONTH({m})"),
        *("DAY({m})", "DAYSOFMONTH({d})", "HOUR({m})", "MINUTE({m})", "DAYS({d}, {m})"),
        *("HOURS({m}, {d})", "MINUTES({m}, {m})", "YEARS({d}, {d})", "IF({b}, {n}, {n})"),
        *("CASE({t}, {t}, {n}, {t}, {n}, {n})", "CASE({n}, {n}, {n})", "NULLVALUE({n}, {n})"),
        "IF({b}, {n})",
    ),
    "t": (
        *(
            "({t} & {t})",
            "({n} & {t})",
            "({t} & {d})",
            "({m} & {t})",
            "LEFT({t}, {k})",
            "LEFT({t})",
        ),
        *("MID({t}, {k}, {k})", "LOWER({t})", "UPPER({t})", "REPLACE({t}, {k}, {k}, {t})"),
        *("IF({b}, {t}, BLANK)", "NULLVALUE({t}, {t})", "CASE({d}, {d}, {t}, {t})"),
    ),
    "b": (
        *("({n} < {n})", "({n} <= {n})", "({n} > {n})", "({n} >= {n})", "({n} = {n})"),
        *("({t} = {t})", "({t} <> {t})", "({b} <> {b})", "({d} = {d})", "({d} < {m})"),
        *("({m} >= {m})", "AND({b}, {b}, {b})", "OR({b}, {b})", "NOT({b})", "ISNULL({n})"),
        *("NOTEMPTY({t})", "CONTAINS({t}, {t})", "STARTWITH({t}, {t})", "IF({b}, {b}, {b})"),
        "({t} = BLANK)",
    ),
    "d": (
        *("ADDDAY({d}, {k})", "DATE({m})", "DATE({y}, {k}, {k})", "IF({b}, {d}, {d})"),
        *("MAX({d}, {d})", "MIN({d}, {d})", "NULLVALUE({d}, {d})", "DATE({y}, MONTH({d}), {k})"),
    ),
    "m": ("ADDDAY({m}, {k})", "IF({b}, {m}, {m})", "MAX({m}, {m})", "NULLVALUE({m}, {m})"),
}
LEAVES: Mapping[str, st.SearchStrategy[str]] = {
    "n": st.sampled_from(["na", "nb", "0", "1", "2.5", "100"]),
    "t": st.sampled_from(["ta", "tb"])
    | TEXTS.map(lambda value: '"' + value.replace('"', '""') + '"'),
    "b": st.sampled_from(["ba", "TRUE", "FALSE"]),
    "d": st.sampled_from(["da", "db"]),
    "m": st.sampled_from(["ma", "mb"]),
    "k": st.integers(-3, 14).map(str),
    "y": st.integers(1998, 2050).map(str),
}
RESULTS = {"n": Kind.NUMBER, "t": Kind.TEXT, "b": Kind.BOOLEAN, "d": Kind.DATE, "m": Kind.DATE_TIME}


@st.composite
def formulas(draw: st.DrawFn, letter: str, depth: int) -> str:
    if depth == 0 or letter not in PATTERNS or draw(st.integers(0, 5)) == 0:
        return draw(LEAVES[letter])
    return draw(filled(draw(st.sampled_from(PATTERNS[letter])), depth))


@st.composite
def filled(draw: st.DrawFn, pattern: str, depth: int) -> str:
    """The pattern with formulas in its holes."""
    parts = pattern.split("{")
    made = [parts[0]]
    for part in parts[1:]:
        inner, _, rest = part.partition("}")
        made += [draw(formulas(inner, depth - 1)), rest]
    return "".join(made)


def from_database(engine: Engine, formula: str, kind: Kind, row: Mapping[str, Any]) -> Any:
    typed = check(parse(formula), KINDS, kind)
    found = expression(typed, lambda name: f'r."{name}"', "'Asia/Shanghai'::text")
    values = ", ".join(f':{name} as "{name}"' for name in row)
    for name in row:
        values = values.replace(f":{name} ", f"cast(:{name} as {SQL_TYPES[KINDS[name]]}) ")
    with engine.begin() as connection:
        # the expression as it stands, colons and all
        prepared = text(f"select {found.replace(':', chr(92) + ':')} from (select {values}) r")
        return connection.execute(prepared, dict(row)).scalar_one()


@pytest.mark.parametrize("letter", list(RESULTS))
def test_both_ways_come_to_the_same(engine: Engine, letter: str) -> None:
    @settings(max_examples=250)
    @given(formula=formulas(letter, 4), row=ROWS)
    def compare(formula: str, row: dict[str, Any]) -> None:
        expected = value_of(formula, row)
        assert from_database(engine, formula, RESULTS[letter], row) == expected

    compare()


@pytest.mark.parametrize(
    ("letter", "pattern"),
    [(letter, each) for letter, patterns in PATTERNS.items() for each in patterns],
)
def test_each_function_comes_to_the_same(engine: Engine, letter: str, pattern: str) -> None:
    @settings(max_examples=30)
    @given(formula=filled(pattern, 1), row=ROWS)
    def compare(formula: str, row: dict[str, Any]) -> None:
        expected = value_of(formula, row)
        assert from_database(engine, formula, RESULTS[letter], row) == expected

    compare()


def test_every_function_is_compared() -> None:
    told = {"NOW", "TODAY", "ISNUMBER", "RMBUPPER"}  # below, or what no evaluator can know
    used = {
        name
        for patterns in PATTERNS.values()
        for pattern in patterns
        for name in calls_in(parse(pattern.replace("{", "").replace("}", "")))
    }
    assert used | told | {"+"} == set(FUNCTIONS) | {"+"}


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("0", "零元整"),
        ("0.05", "伍分"),
        ("0.5", "伍角整"),
        ("1", "壹元整"),
        ("10", "壹拾元整"),
        ("101.01", "壹佰零壹元零壹分"),
        ("1234.56", "壹仟贰佰叁拾肆元伍角陆分"),
        ("10203.05", "壹万零贰佰零叁元零伍分"),
        ("100000", "壹拾万元整"),
        ("100000000", "壹亿元整"),
        ("100000001", "壹亿零壹元整"),
        ("1000000000000", "壹万亿元整"),
        ("1000010001", "壹拾亿零壹万零壹元整"),
        ("-3.2", "负叁元贰角整"),
        ("0.004", "零元整"),
        ("-0.004", "零元整"),
    ],
)
def test_amounts_are_written_in_words(engine: Engine, amount: str, words: str) -> None:
    row = {"na": Decimal(amount)}
    assert from_database(engine, "RMBUPPER(na)", Kind.TEXT, row) == words


@pytest.mark.parametrize(
    ("content", "is_number"),
    [("12", True), (" -1.50 ", True), (".5", True), ("1e5", False), ("１", False), ("", False)],
)
def test_a_text_is_a_number_when_it_reads_as_one(
    engine: Engine, content: str, is_number: bool
) -> None:
    assert from_database(engine, "ISNUMBER(ta)", Kind.BOOLEAN, {"ta": content}) is is_number


@pytest.mark.parametrize(
    "formula",
    [
        "ADDDAY(da, 999999999999)",
        "ADDDAY(da, -1000000)",
        "DATE(99999999999, 1, 1)",
        "DATE(2026, 2, 30)",
        "DATE(2026, 13, 1)",
        "ADDDAY(ADDDAY(da, 2000000), 2000000)",
    ],
)
def test_a_day_that_does_not_exist_is_blank(engine: Engine, formula: str) -> None:
    assert from_database(engine, formula, Kind.DATE, {"da": date(2026, 1, 31)}) is None


def test_a_day_among_moments_is_its_midnight(engine: Engine) -> None:
    row = {"da": date(2026, 3, 2), "ma": None}
    for formula in ("IF(TRUE, da, ma)", "MAX(da, ma)", "NULLVALUE(ma, da)", "da"):
        found = from_database(engine, formula, Kind.DATE_TIME, row)
        assert found == datetime(2026, 3, 1, 16, tzinfo=UTC)


def test_a_moment_far_away_is_blank(engine: Engine) -> None:
    row = {"ma": datetime(2026, 1, 31, tzinfo=UTC)}
    for days in ("9999999999", "-1000000", "3000000"):
        formula = f"ADDDAY(ma, {days})"
        assert from_database(engine, formula, Kind.DATE_TIME, row) is None


@given(TEXTS | st.text(alphabet=st.characters(exclude_characters="\0", exclude_categories=["Cs"])))
def test_a_literal_is_itself_whatever_is_in_it(engine: Engine, content: str) -> None:
    with engine.begin() as connection:
        found = connection.exec_driver_sql(f"select {literal(content, Kind.TEXT)}").scalar_one()
    assert found == content
