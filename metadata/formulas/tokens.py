"""A formula's text as words: numbers, texts in quotes, names and signs, with their positions."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from metadata.formulas.tree import FormulaProblem

LONGEST = 4_000
_TOKEN = re.compile(
    r"(?P<space>\s+)"
    r"|(?P<number>\d+(?:\.\d+)?|\.\d+)"
    r"|(?P<text>\"(?:[^\"]|\"\")*\"|'(?:[^']|'')*')"
    r"|(?P<name>[A-Za-z][A-Za-z0-9]*)"
    r"|(?P<sign><=|>=|<>|!=|==|[-+*/&=<>(),])",
    re.ASCII,
)
_LONGEST_NUMBER = 30
_SAME_SIGN = {"==": "=", "!=": "<>"}
# what people type with a Chinese keyboard
_WIDE = str.maketrans("（），＝＞＜＋－＊／＆", "(),=><+-*/&")


@dataclass(frozen=True, slots=True)
class Token:
    """`kind` is number, text, name, sign or end; `text` is without its quotes."""

    kind: str
    text: str
    at: int


def tokens(formula: str) -> tuple[Token, ...]:
    """All words and an end. Raises FormulaProblem (FORMULA_SYNTAX, FORMULA_TOO_LONG)."""
    if len(formula) > LONGEST:
        raise FormulaProblem("FORMULA_TOO_LONG", LONGEST, maximum=LONGEST)
    return (*_words(formula), Token("end", "", len(formula)))


def _words(formula: str) -> Iterator[Token]:
    at = 0
    while at < len(formula):
        found = _TOKEN.match(formula, at) or _TOKEN.match(formula[at].translate(_WIDE))
        if found is None or found.lastgroup is None or "\0" in found[0]:
            raise FormulaProblem("FORMULA_SYNTAX", at, found=formula[at])
        if found.lastgroup == "number" and len(found[0]) > _LONGEST_NUMBER:
            raise FormulaProblem("FORMULA_SYNTAX", at, found=found[0])
        if found.lastgroup != "space":
            yield Token(found.lastgroup, _bare(found.lastgroup, found[0]), at)
        at += len(found[0])


def _bare(kind: str, word: str) -> str:
    if kind == "text":
        return word[1:-1].replace(word[0] * 2, word[0])
    return _SAME_SIGN.get(word, word)
