"""Texts become trees as written down in the grammar; what cannot be read says where."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metadata.formulas.grammar import DEEPEST, MOST_NODES, parse
from metadata.formulas.tokens import LONGEST
from metadata.formulas.tree import Call, FormulaProblem, Literal, Name, Node


def shown(node: Node) -> str:
    """The tree with all its brackets."""
    if isinstance(node, Call):
        return f"{node.function}({' '.join(map(shown, node.arguments))})"
    return node.name if isinstance(node, Name) else repr(node.value)


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("a + b * c", "+(a *(b c))"),
        ("a - b - c", "-(-(a b) c)"),
        ("(a + b) * c", "*(+(a b) c)"),
        ("-a * b", "*(-(a) b)"),
        ("a & b + c = d", "=(&(a +(b c)) d)"),
        ("a <> b", "<>(a b)"),
        ("a != b", "<>(a b)"),
        ("if(a >= 1, TODAY(), blank)", "IF(>=(a Decimal('1')) TODAY() None)"),
        ('"say ""hi"""', "'say \"hi\"'"),
        ("'it''s'", '"it\'s"'),
        ("真".join(['"', '"']), "'真'"),
        ("SUM（a，1）", "SUM(a Decimal('1'))"),
        ("true", "True"),
    ],
)
def test_operators_bind_as_in_a_spreadsheet(text: str, tree: str) -> None:
    assert shown(parse(text)) == tree


@pytest.mark.parametrize(
    ("text", "position", "found"),
    [
        ("", 1, ""),
        ("a +", 4, ""),
        ("a b", 3, "b"),
        ("a < b < c", 7, "<"),
        ("f(a,)", 5, ")"),
        ("(a", 3, ""),
        ('"open', 1, '"'),
        ("a; drop table", 2, ";"),
        ("金额 + 1", 1, "金"),
        ('"\0"', 1, '"'),
    ],
)
def test_what_cannot_be_read_says_where(text: str, position: int, found: str) -> None:
    with pytest.raises(FormulaProblem) as problem:
        parse(text)
    assert problem.value.code == "FORMULA_SYNTAX"
    told = {"found": found} if found else {"end": True}
    assert problem.value.params == {"position": position, **told}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("(" * (DEEPEST + 1), "FORMULA_TOO_DEEP"),
        ("-" * (DEEPEST + 1) + "1", "FORMULA_TOO_DEEP"),
        ("+".join("1" * (MOST_NODES + 2)), "FORMULA_TOO_DEEP"),
        (" " * (LONGEST + 1), "FORMULA_TOO_LONG"),
    ],
)
def test_what_is_too_much_is_refused(text: str, code: str) -> None:
    with pytest.raises(FormulaProblem) as problem:
        parse(text)
    assert problem.value.code == code


@given(st.text(max_size=60))
def test_any_text_is_a_tree_or_a_problem(text: str) -> None:
    try:
        parse(text)
    except FormulaProblem as problem:
        assert problem.code == "FORMULA_SYNTAX"


@given(st.text(alphabet=st.characters(exclude_characters="\0", exclude_categories=["Cs"])))
def test_a_text_in_quotes_is_itself(text: str) -> None:
    quoted = '"' + text.replace('"', '""') + '"'
    assert parse(quoted) == Literal(text)


def test_numbers_keep_every_digit() -> None:
    assert parse("0.1000000000000000000001") == Literal(Decimal("0.1000000000000000000001"))
