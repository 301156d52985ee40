"""Options, ids, files, places, sub-tables, JSON."""

from decimal import Decimal
from typing import Any

import pytest

from engine.base.identifiers import RecordId
from metadata.field_types.contract import FieldProblem
from tests.unit.metadata.field_types.fields import CHOICES, a_field, of, parsed, refusal
from tests.unit.metadata.field_types.samples import SUB_TABLE

ONE = a_field("choice", choices=CHOICES)
MANY = a_field("multipleChoice", choices=CHOICES)


@pytest.mark.parametrize("value", ["X", "a", "甲", "OLD"])
def test_unknown_and_retired_options_are_refused(value: str) -> None:
    assert refusal(ONE, value) == "UNKNOWN_OPTION"
    assert refusal(MANY, ["A", value]) == "UNKNOWN_OPTION"


def test_options_are_kept_once_in_their_order() -> None:
    assert parsed(MANY, ["B", "A", "B"]) == ("A", "B")
    assert parsed(MANY, []) is None
    assert refusal(MANY, "A") == "BAD_FORMAT"


def test_cells_name_options_by_label() -> None:
    assert of(ONE).from_text(ONE, " 甲 ") == of(ONE).from_text(ONE, "first") == "A"
    assert of(MANY).from_text(MANY, "乙、甲") == ["B", "A"]
    with pytest.raises(FieldProblem):
        of(ONE).from_text(ONE, "丙")


def test_a_retired_option_still_has_a_label() -> None:
    assert of(ONE).export(ONE, "OLD") == "旧"
    assert of(ONE).load(ONE, {"value": "OLD"}) == "OLD"


@pytest.mark.parametrize(
    "value",
    [
        "customer:1",
        "Customer:0",
        "Customer:01",
        "Customer:１",
        "Lead:1",
        "1",
        1,
        ["Customer:1"],
        "Customer:1 ",
    ],
)
def test_an_id_is_as_issued_and_of_the_target(value: object) -> None:
    assert refusal(a_field("relation", target="customer"), value) == "BAD_ID"
    assert refusal(a_field("users", target="customer"), [value]) == "BAD_ID"


def test_a_record_is_of_one_of_the_targets() -> None:
    field = a_field("record", targets=("lead", "customer"))
    assert parsed(field, "Lead:3") == RecordId("lead", 3)
    assert refusal(field, "Product:3") == "BAD_ID"
    assert of(field).store(field, RecordId("lead", 3)) == {"value_object": "lead", "value_id": 3}


def test_several_users_are_kept_once() -> None:
    field = a_field("users", target="user")
    assert parsed(field, ["User:2", "User:1", "User:2"]) == (2, 1)
    assert refusal(field, [f"User:{n}" for n in range(1, 202)]) == "TOO_LONG"


@pytest.mark.parametrize(("type", "most"), [("file", 20), ("image", 9), ("signature", 1)])
def test_files_are_so_many_at_most(type: str, most: int) -> None:
    ids = [f"Attachment:{n}" for n in range(1, most + 2)]
    assert parsed(a_field(type), ids[:most]) == tuple(ids[:most])
    assert refusal(a_field(type), ids) == "TOO_LONG"
    assert refusal(a_field(type), ["Customer:1"]) == "BAD_ID"


def test_a_region_keeps_the_parts_that_say_something() -> None:
    field = a_field("region")
    assert parsed(field, {"province": " 广东省 ", "city": "", "district": None}) == {
        "province": "广东省"
    }
    assert parsed(field, {"province": " "}) is None
    assert refusal(field, {"country": "中国"}) == "BAD_FORMAT"
    assert refusal(field, {"city": "a\x00"}) == "BAD_FORMAT"
    assert of(field).from_text(field, "广东省 深圳市 南山区 科技路 1 号") == {
        "province": "广东省",
        "city": "深圳市",
        "district": "南山区",
        "detail": "科技路 1 号",
    }


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ({"latitude": 91, "longitude": 0}, "OUT_OF_RANGE"),
        ({"latitude": float("nan"), "longitude": 0}, "OUT_OF_RANGE"),
        ({"latitude": 1}, "BAD_FORMAT"),
        ({"latitude": True, "longitude": 0}, "BAD_FORMAT"),
        ({"latitude": "1", "longitude": 0}, "BAD_FORMAT"),
        ({"latitude": 1, "longitude": 0, "x": 1}, "BAD_FORMAT"),
        ("1,1", "BAD_FORMAT"),
    ],
)
def test_a_location_is_on_earth(value: Any, code: str) -> None:
    assert refusal(a_field("location"), value) == code


def test_a_sub_table_keeps_rows_that_say_something() -> None:
    rows = [{"value": " a ", "price": Decimal("1.5")}, {"value": "  "}, {}]
    assert parsed(SUB_TABLE, rows) == ({"value": "a", "price": "1.50"},)
    assert parsed(SUB_TABLE, [{}]) is None


def test_problems_of_a_sub_table_name_row_and_column() -> None:
    with pytest.raises(FieldProblem) as caught:
        parsed(SUB_TABLE, [{"value": "a"}, {"price": "x"}])
    assert (caught.value.code, caught.value.params["row"]) == ("BAD_FORMAT", 2)
    assert refusal(SUB_TABLE, [{"other": 1}]) == "BAD_FORMAT"
    assert refusal(SUB_TABLE, [{}] * 201) == "TOO_LONG"


@pytest.mark.parametrize(
    "value",
    [
        {"a": "\x00"},
        {"\ud800": 1},
        float("inf"),
        object(),
        Decimal(1),
        {1: 2},
        {"a": {"b": object()}},
    ],
)
def test_json_holds_what_json_and_the_database_can(value: object) -> None:
    assert refusal(a_field("json"), value) == "BAD_FORMAT"


def test_json_is_bounded() -> None:
    deep: Any = 1
    for _ in range(25):
        deep = [deep]
    assert refusal(a_field("json"), deep) == "BAD_FORMAT"
    assert refusal(a_field("json"), ["x" * 1000] * 100) == "TOO_LONG"
