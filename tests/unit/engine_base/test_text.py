"""The text policy (D3, F4, M25), sort and search forms, the grams of the index."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.base.text import (
    BadText,
    grams,
    normalize_text,
    search_query,
    search_text,
    sort_key,
)

CLEAN = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"))


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("  a  ", "a"),
        ("\u3000千思\u00a0", "千思"),
        ("A\u200bB\ufeff", "AB"),
        ("a\r\nb\rc\u2028d", "a\nb\nc\nd"),
        ("a\tb\x07\x1b", "a\tb"),
        ("e\u0301", "é"),
        ("\u202eevil", "evil"),
        ("👨\u200d👩", "👨\u200d👩"),
        ("क\u200dष", "कष"),
        ("𠮷", "𠮷"),
    ],
)
def test_text_is_kept_in_one_form(given: str, kept: str) -> None:
    assert normalize_text(given) == kept


@pytest.mark.parametrize("blank", ["", "   ", "\u200b", "\n\r\n", "\u3000"])
def test_blank_is_no_text(blank: str) -> None:
    assert normalize_text(blank) is None


@pytest.mark.parametrize("bad", ["a\x00", "\ud800", "x\udfffy"])
def test_what_no_database_takes_is_refused(bad: str) -> None:
    with pytest.raises(BadText):
        normalize_text(bad)


@given(CLEAN)
def test_normalising_twice_changes_nothing(text: str) -> None:
    once = normalize_text(text)
    assert once is None or normalize_text(once) == once


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("Acme", "acme"),
        ("李四", "li si"),
        ("重庆", "chong qing"),
        ("重量", "zhong liang"),
        ("千思A1集团", "qian si a1 ji tuan"),
        ("绿地", "lv di"),
        ("ＡＢ", "ab"),
    ],
)
def test_text_sorts_by_its_letters(text: str, key: str) -> None:
    assert sort_key(text) == key


def test_syllables_are_compared_whole() -> None:
    """李四 comes before 连 though "lis" would come after "lia"."""
    assert sorted(["连一", "李四", "阿里", "张伟"], key=sort_key) == [
        "阿里",
        "李四",
        "连一",
        "张伟",
    ]


@given(CLEAN)
def test_a_sort_key_is_at_most_sixty_characters(text: str) -> None:
    assert len(sort_key(text)) <= 60


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Acme  Ltd", "acme ltd"),
        ("千思", "千思 qiansi qs"),
        ("千思 CRM", "千思 crm qiansi crm qs crm"),
        ("Café", "café"),
        ("カナ", "カナ"),
    ],
)
def test_search_text_holds_pinyin_and_initials(text: str, found: str) -> None:
    assert search_text(text) == found


def test_a_query_is_folded_like_what_it_searches() -> None:
    assert search_query("  ＱｉａｎＳｉ  ") == "qiansi"
    assert search_query("\u200b") == ""


def test_a_query_with_nul_is_refused() -> None:
    with pytest.raises(BadText):
        search_query("a\x00")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", []),
        ("a", []),
        ("ab", ["ab"]),
        ("aaa", ["aa"]),
        ("千", ["千"]),
        ("千思", ["千思", "千", "思"]),
        ("a千", ["a千", "千"]),
    ],
)
def test_grams_are_pairs_and_single_wide_characters(text: str, found: list[str]) -> None:
    assert grams(text) == found


@given(CLEAN, CLEAN, CLEAN)
def test_the_grams_of_a_part_are_among_those_of_the_whole(
    before: str, part: str, after: str
) -> None:
    assert set(grams(part)) <= set(grams(before + part + after))
