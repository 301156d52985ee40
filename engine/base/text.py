"""What happens to text on its way in, and the forms of it that are sorted and searched.

One policy for all text (D3, F4): stored text is NFC, stripped and free of invisible characters.
Pinyin itself is `pinyin.py`.
"""

import re
import unicodedata
from functools import lru_cache

from engine.base.pinyin import initials, pinyin, syllables

__all__ = [
    "BadText",
    "grams",
    "initials",
    "normalize_text",
    "pinyin",
    "search_query",
    "search_text",
    "sort_key",
]

LONGEST_SORT_KEY = 60
_FIRST_WIDE = "\u2e80"
_NEWLINES = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_REFUSED = re.compile("[\x00\ud800-\udfff]")
_EMOJI = "\u2190-\u2bff\ufe0f\U0001f000-\U0001faff"
# A joiner between two emojis makes one picture of them and stays; everywhere else it is noise.
_INVISIBLE = re.compile(
    "[\x01-\x08\x0e-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b\u200c\u200e\u200f\u202a-\u202e"
    "\u2060-\u2069\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
    f"|(?<![{_EMOJI}])\u200d|\u200d(?![{_EMOJI}])"
)
_SPACES = re.compile(r"\s+")


class BadText(ValueError):
    """Text that no database takes: a NUL character or half of a surrogate pair (M25)."""


def normalize_text(text: str) -> str | None:
    """The text as it is stored; None when nothing is left. Raises BadText.

    Line ends become `\\n`; controls, zero-width and direction marks go; NFC; stripped.
    """
    if text.isascii() and text.isprintable():
        return text.strip() or None
    if _REFUSED.search(text):
        raise BadText("NUL or lone surrogate")
    text = _INVISIBLE.sub("", _NEWLINES.sub("\n", text))
    return unicodedata.normalize("NFC", text).strip() or None


@lru_cache(maxsize=50_000)
def sort_key(text: str) -> str:
    """Lower case, Chinese by its pinyin (OBJ-03), at most 60 characters.

    Syllables are set apart by spaces, so that 李四 (li si) comes before 连 (lian).
    """
    if text.isascii():
        return text[:LONGEST_SORT_KEY].lower()
    return " ".join(syllables(_fold(text)[:LONGEST_SORT_KEY]))[:LONGEST_SORT_KEY]


@lru_cache(maxsize=50_000)
def search_text(text: str) -> str:
    """What the search box looks through: the folded text, its full pinyin, its initials."""
    folded = _fold(text)
    if text.isascii():
        return folded
    full = pinyin(folded)
    return folded if full == folded else f"{folded} {full} {initials(folded)}"


def search_query(text: str) -> str:
    """What a user typed into a search box, in the form of `search_text`. Raises BadText."""
    return _fold(normalize_text(text) or "")


def grams(text: str) -> list[str]:
    """What `qiansi.grams(text)` gives: every two neighbours, and each character ≥ U+2E80."""
    pairs = [text[at : at + 2] for at in range(len(text) - 1)]
    return list(dict.fromkeys([*pairs, *(each for each in text if each >= _FIRST_WIDE)]))


def _fold(text: str) -> str:
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
    return _SPACES.sub(" ", text).strip().lower()
