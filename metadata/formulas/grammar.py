"""From a formula's text to its tree; knows nothing of fields, functions and types.

comparison := joined ((= | <> | < | <= | > | >=) joined)?
joined := sum (& sum)*      sum := product ((+ | -) product)*      product := sign ((* | /) sign)*
sign := (- | +) sign | value
value := number | text | TRUE | FALSE | BLANK | name | name "(" arguments ")" | "(" comparison ")"
"""

from decimal import Decimal
from functools import lru_cache

from metadata.formulas.tokens import Token, tokens
from metadata.formulas.tree import Call, FormulaProblem, Literal, Name, Node

DEEPEST = 40
MOST_NODES = 500
_WORDS: dict[str, bool | None] = {"TRUE": True, "FALSE": False, "BLANK": None, "NULL": None}
_LEVELS = (("&",), ("+", "-"), ("*", "/"))
_COMPARISONS = ("=", "<>", "<", "<=", ">", ">=")


@lru_cache(maxsize=2_000)
def parse(formula: str) -> Node:
    """The tree. Raises FormulaProblem: FORMULA_SYNTAX, FORMULA_TOO_LONG, FORMULA_TOO_DEEP."""
    reader = _Reader(tokens(formula))
    found = reader.comparison()
    if reader.next.kind != "end":
        raise reader.unexpected()
    return found


class _Reader:
    """Recursive descent over the tokens of one formula."""

    def __init__(self, words: tuple[Token, ...]) -> None:
        self._words = words
        self._at = 0
        self._depth = 0
        self._nodes = 0

    @property
    def next(self) -> Token:
        return self._words[self._at]

    def unexpected(self) -> FormulaProblem:
        if self.next.kind == "end":
            return FormulaProblem("FORMULA_SYNTAX", self.next.at, end=True)
        return FormulaProblem("FORMULA_SYNTAX", self.next.at, found=self.next.text)

    def comparison(self) -> Node:
        self._descend()
        left = self._binary(0)
        if self._is_sign(*_COMPARISONS):
            sign = self._take()
            left = self._call(sign, (left, self._binary(0)))
        self._depth -= 1
        return left

    def _binary(self, level: int) -> Node:
        if level == len(_LEVELS):
            return self._signed()
        left = self._binary(level + 1)
        while self._is_sign(*_LEVELS[level]):
            sign = self._take()
            left = self._call(sign, (left, self._binary(level + 1)))
        return left

    def _signed(self) -> Node:
        if not self._is_sign("-", "+"):
            return self._value()
        self._descend()
        sign = self._take()
        found = self._signed()
        self._depth -= 1
        return self._call(sign, (found,))

    def _value(self) -> Node:
        word = self._take()
        if word.kind == "number":
            return Literal(Decimal(word.text), word.at)
        if word.kind == "text":
            return Literal(word.text, word.at)
        if word.kind == "name":
            return self._named(word)
        if word.text != "(":
            self._at -= 1
            raise self.unexpected()
        found = self.comparison()
        self._expect(")")
        return found

    def _named(self, word: Token) -> Node:
        if self._is_sign("("):
            self._take()
            return self._call(word, self._arguments())
        if word.text.upper() in _WORDS:
            return Literal(_WORDS[word.text.upper()], word.at)
        return Name(word.text, word.at)

    def _arguments(self) -> tuple[Node, ...]:
        found: list[Node] = []
        if not self._is_sign(")"):
            found.append(self.comparison())
            while self._is_sign(","):
                self._take()
                found.append(self.comparison())
        self._expect(")")
        return tuple(found)

    def _call(self, word: Token, arguments: tuple[Node, ...]) -> Call:
        self._nodes += 1
        if self._nodes > MOST_NODES:
            raise FormulaProblem("FORMULA_TOO_DEEP", word.at, maximum=MOST_NODES)
        return Call(word.text.upper(), arguments, word.at)

    def _descend(self) -> None:
        self._depth += 1
        if self._depth > DEEPEST:
            raise FormulaProblem("FORMULA_TOO_DEEP", self.next.at, maximum=DEEPEST)

    def _is_sign(self, *signs: str) -> bool:
        return self.next.kind == "sign" and self.next.text in signs

    def _expect(self, sign: str) -> None:
        if not self._is_sign(sign):
            raise self.unexpected()
        self._take()

    def _take(self) -> Token:
        word = self.next
        if word.kind == "end":
            raise self.unexpected()
        self._at += 1
        return word
