"""What goes together is taken, what does not is told with its position."""

import pytest

from metadata.formulas.grammar import parse
from metadata.formulas.kinds import Kind
from metadata.formulas.tree import FormulaProblem
from metadata.formulas.types import check

KINDS = {
    "n": Kind.NUMBER,
    "t": Kind.TEXT,
    "b": Kind.BOOLEAN,
    "d": Kind.DATE,
    "m": Kind.DATE_TIME,
    "r": Kind.OTHER,
}


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("n + 1", Kind.NUMBER),
        ("t & n & d & m", Kind.TEXT),
        ("IF(b, n, BLANK)", Kind.NUMBER),
        ("IF(b, BLANK, t)", Kind.TEXT),
        ("IF(n > 1, d, m)", Kind.DATE_TIME),
        ("CASE(t, 'A', 1, 'B', 2)", Kind.NUMBER),
        ("CASE(n, 1, d, 2, d, d)", Kind.DATE),
        ("ISNULL(r)", Kind.BOOLEAN),
        ("MAX(d, ADDDAY(d, 3), TODAY())", Kind.DATE),
        ("ADDDAY(m, 1)", Kind.DATE_TIME),
        ("YEAR(m) + YEAR(d)", Kind.NUMBER),
        ("DATE(m)", Kind.DATE),
        ("m > d", Kind.BOOLEAN),
        ("t = BLANK", Kind.BOOLEAN),
        ("ISNUMBER(t)", Kind.BOOLEAN),
        ("d", Kind.DATE_TIME),
    ],
)
def test_a_formula_has_the_kind_of_its_result(text: str, kind: Kind) -> None:
    assert check(parse(text), KINDS, kind).kind is kind


@pytest.mark.parametrize(
    ("text", "code", "position"),
    [
        ("n + t", "FORMULA_TYPE", 5),
        ("IF(n, 1, 2)", "FORMULA_TYPE", 4),
        ("IF(b, 1, 't')", "FORMULA_TYPE", 10),
        ("t > n", "FORMULA_TYPE", 5),
        ("b > b", "FORMULA_TYPE", 1),
        ("BLANK = BLANK", "FORMULA_TYPE", 1),
        ("MAX(t, t)", "FORMULA_TYPE", 5),
        ("r = r", "FORMULA_TYPE", 1),
        ("ISNULL(missing)", "FORMULA_UNKNOWN_FIELD", 8),
        ("1 + NOPE(n)", "FORMULA_UNKNOWN_FUNCTION", 5),
        ("LEFT()", "FORMULA_ARGUMENTS", 1),
        ("MID(t, 1)", "FORMULA_ARGUMENTS", 1),
        ("SUM()", "FORMULA_ARGUMENTS", 1),
        ("CASE(t, 'A')", "FORMULA_ARGUMENTS", 1),
        ("t", "FORMULA_TYPE", 1),
        ("m", "FORMULA_TYPE", 1),
    ],
)
def test_what_does_not_go_together_says_where(text: str, code: str, position: int) -> None:
    with pytest.raises(FormulaProblem) as problem:
        check(parse(text), KINDS, Kind.NUMBER if text in "tm" else Kind.BOOLEAN)
    assert (problem.value.code, problem.value.params["position"]) == (code, position)
