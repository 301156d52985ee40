"""Pinyin of Chinese text without tones, fast enough for millions of names.

Readings come from pypinyin's dictionaries; of its phrases only those count in which a character
is read otherwise than alone (重庆 is chong qing). Everything that is not Chinese stays.
"""

import unicodedata
from collections.abc import Iterable
from functools import lru_cache

_FIRST_CHINESE = "\u3007"


def pinyin(text: str) -> str:
    """`"重庆 A1"` → `"chongqing A1"`."""
    return text if text.isascii() else "".join(_readings(text))


def initials(text: str) -> str:
    """`"重庆 A1"` → `"cq A1"`: the first letter of each syllable."""
    if text.isascii():
        return text
    return "".join(
        reading[:1] if reading != character else character
        for character, reading in zip(text, _readings(text), strict=True)
    )


def syllables(text: str) -> list[str]:
    """`"千思a1集团"` → `["qian", "si", "a1", "ji", "tuan"]`, split at blanks too."""
    return "".join(
        [
            character if reading == character else f" {reading} "
            for character, reading in zip(text, _readings(text), strict=True)
        ]
    ).split()


# sort key, full pinyin and initials of one text are wanted one after the other
@lru_cache(maxsize=1_000)
def _readings(text: str) -> tuple[str, ...]:
    """Per character its pinyin, or the character itself when it has none."""
    alone, phrases = _dictionaries()
    found = [alone.get(each, each) if each >= _FIRST_CHINESE else each for each in text]
    end = 0
    for at in range(len(text) - 1):
        for phrase, readings in phrases.get(text[at : at + 2], ()):
            if at >= end and text.startswith(phrase, at):
                end = at + len(phrase)
                found[at:end] = readings
                break
    return tuple(found)


_Phrases = dict[str, list[tuple[str, list[str]]]]


@lru_cache(maxsize=1)
def _dictionaries() -> tuple[dict[str, str], _Phrases]:
    """Readings of single characters; phrases by their first two characters, longest first."""
    from pypinyin.constants import PHRASES_DICT, PINYIN_DICT  # 0.3 s and 20 MB, once needed

    alone = {chr(code): _plain(marks.split(",", 1)[0]) for code, marks in PINYIN_DICT.items()}
    phrases: _Phrases = {}
    for phrase, marks in PHRASES_DICT.items():
        readings = [_plain(each[0]) for each in marks]
        if len(phrase) == len(readings) and readings != [alone.get(each) for each in phrase]:
            phrases.setdefault(phrase[:2], []).append((phrase, readings))
    for same in phrases.values():
        same.sort(key=lambda pair: -len(pair[0]))
    return alone, phrases


@lru_cache(maxsize=4_000)
def _plain(marked: str) -> str:
    """`"zhòng"` → `"zhong"`, `"lǜ"` → `"lv"`, as it is typed."""
    letters: Iterable[str] = unicodedata.normalize("NFD", marked.lower())
    plain = "".join(letters).replace("u\u0308", "v").replace("e\u0302", "e")
    return "".join(each for each in plain if each.isascii() and each.isalpha())
