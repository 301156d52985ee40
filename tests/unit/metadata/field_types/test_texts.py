"""Texts, numbers of telephones, addresses: what is kept, what is refused (peer fact 1.4)."""

import pytest

from tests.unit.metadata.field_types.fields import a_field, of, parsed, refusal

BAD = ["a\x00", "\ud800", 5, True, ["a"], {"a": 1}]


@pytest.mark.parametrize("type", ["text", "longText", "mobile", "telephone", "email", "website"])
@pytest.mark.parametrize("value", BAD)
def test_what_is_no_text_is_refused(type: str, value: object) -> None:
    assert refusal(a_field(type), value) == "BAD_FORMAT"


@pytest.mark.parametrize("type", ["text", "longText", "mobile", "telephone", "email", "website"])
@pytest.mark.parametrize("value", ["", "  ", "\u200b"])
def test_blank_text_is_no_value(type: str, value: str) -> None:
    assert parsed(a_field(type), value) is None


def test_a_line_has_no_line_ends() -> None:
    assert parsed(a_field("text"), " a\r\nb\tc ") == "a b c"
    assert parsed(a_field("longText"), " a\r\nb ") == "a\nb"


@pytest.mark.parametrize(("type", "longest"), [("text", 255), ("longText", 5000)])
def test_text_has_a_longest_length(type: str, longest: int) -> None:
    assert parsed(a_field(type), "字" * longest) == "字" * longest
    assert refusal(a_field(type), "字" * (longest + 1)) == "TOO_LONG"
    assert refusal(a_field(type, max_length=3), "abcd") == "TOO_LONG"


def test_text_brings_a_sort_key_and_a_search_text() -> None:
    searched = a_field("text", searchable=True)
    assert of(searched).store(searched, "千思 A") == {
        "value": "千思 A",
        "value_sort": "qian si a",
        "value_search": "千思 a qiansi a qs a",
    }
    assert [c.name for c in of(a_field("text")).columns(a_field("text"))] == ["value", "value_sort"]


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("13800000001", "13800000001"),
        ("138 0000-0001", "13800000001"),
        ("+86 138 0000 0001", "13800000001"),
        ("008613800000001", "13800000001"),
        ("１３８０００００００１", "13800000001"),
        ("+1 (415) 555-0100", "+14155550100"),
        ("123456", "123456"),
    ],
)
def test_one_mobile_number_is_one_text(given: str, kept: str) -> None:
    assert parsed(a_field("mobile"), given) == kept


@pytest.mark.parametrize(
    "value", ["12", "abc", "1380000000a", "+12", "1" * 12, "+" + "1" * 16, "++8613800000001"]
)
def test_other_mobile_numbers_are_refused(value: str) -> None:
    assert refusal(a_field("mobile"), value) == "BAD_FORMAT"


@pytest.mark.parametrize(
    "value",
    [
        "0755-1234567",
        "(0755) 12345678",
        "400-800-8820",
        "+86 10 6512 3456",
        "12345678 ext. 9",
        "010-1234567转802",
        "110",
    ],
)
def test_telephones_are_written_as_people_write_them(value: str) -> None:
    assert parsed(a_field("telephone"), value) == value


@pytest.mark.parametrize("value", ["电话", "12", "+", "1;2345", "<b>123</b>"])
def test_other_telephones_are_refused(value: str) -> None:
    assert refusal(a_field("telephone"), value) == "BAD_FORMAT"


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("a@b.cn", "a@b.cn"),
        ("First.Last+tag@Example.COM", "First.Last+tag@example.com"),
        ("o'neil@mail.example.museum", "o'neil@mail.example.museum"),
        ("用户@例子.中国", "用户@例子.中国"),
    ],
)
def test_addresses_are_not_judged_too_strictly(given: str, kept: str) -> None:
    assert parsed(a_field("email"), given) == kept


@pytest.mark.parametrize(
    "value", ["nobody", "a@", "@b.cn", "a@b", "a b@c.cn", "a@b.cn,c@d.cn", "a@b..cn", "<a@b.cn>"]
)
def test_what_is_no_address_is_refused(value: str) -> None:
    assert refusal(a_field("email"), value) == "BAD_FORMAT"


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("example.com", "https://example.com"),
        ("http://example.com", "http://example.com"),
        ("HTTPS://Example.com/路径?q=1", "HTTPS://Example.com/路径?q=1"),
        ("localhost:8000/a.b", "https://localhost:8000/a.b"),
    ],
)
def test_a_website_is_a_link(given: str, kept: str) -> None:
    assert parsed(a_field("website"), given) == kept


@pytest.mark.parametrize(
    "value",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "ftp://a.b",
        "a b.com",
        "https://",
        "word",
        "//a.b",
    ],
)
def test_other_schemes_are_refused(value: str) -> None:
    assert refusal(a_field("website"), value) == "BAD_FORMAT"
