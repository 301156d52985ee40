"""Pinyin: phrases decide between readings; what is not Chinese stays."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.base.pinyin import initials, pinyin, syllables


@pytest.mark.parametrize(
    ("text", "full", "first"),
    [
        ("张伟", "zhangwei", "zw"),
        ("重庆银行", "chongqingyinhang", "cqyh"),
        ("a千1", "aqian1", "aq1"),
        ("plain", "plain", "plain"),
        ("か", "か", "か"),
        ("〇", "ling", "l"),
    ],
)
def test_pinyin_and_initials(text: str, full: str, first: str) -> None:
    assert (pinyin(text), initials(text)) == (full, first)


@given(st.text())
def test_any_text_has_a_pinyin(text: str) -> None:
    assert len(initials(text)) == len(text)
    assert all(syllables(text))


@given(st.text(st.characters(max_codepoint=0x2FFF)))
def test_text_without_chinese_is_unchanged(text: str) -> None:
    assert pinyin(text) == text
