"""FLD-08 by mutation: an administrator makes formulas and roll-ups, and is told what cannot be."""

from typing import Any

import pytest

from tests.harness.company import TestCompany
from tests.harness.metadata import (
    CREATE,
    UPDATE,
    applied,
    change,
    differences,
    field,
    of_field,
    of_object,
    problems,
)

COUNT = {"relation": "opportunities", "function": "count"}


def create(company: TestCompany, zh: str, type: str, **rest: Any) -> str:
    made = applied(company.client("admin"), CREATE, o="customer", f=field(zh, type, **rest))
    name: str = made["name"]
    return name


def values(company: TestCompany, fields: str) -> Any:
    found = company.client("admin", server=1).run(f"{{ customers {{ nodes {{ {fields} }} }} }}")
    return found["customers"]["nodes"]


@pytest.fixture(scope="module")
def shop(company: TestCompany) -> TestCompany:
    """A customer with one deal."""
    owner = company.people["alice"].number
    number = company.insert("customer", name="千丝万缕", owner=owner)
    company.insert("opportunity", name="商机", customer=number, owner=owner, amount=100)
    return company


def test_fields_made_by_mutation_compute_and_follow_a_change(shop: TestCompany) -> None:
    create(shop, "商机数", "integer", name="dealCount", rollUp=COUNT)
    create(shop, "加权", "number", name="weight", formula="dealCount * 2 + LEN(name)")
    create(shop, "天数", "integer", name="daysOpen", formula="DAYS(TODAY(), createdAt)")
    assert values(shop, "dealCount weight daysOpen") == [
        {"dealCount": 1, "weight": "6.0000", "daysOpen": 0}
    ]
    admin = shop.client("admin")
    applied(admin, UPDATE, o="customer", n="weight", f={"formula": "dealCount / 3"})
    assert values(shop, "weight") == [{"weight": "0.3333"}]
    rolled = {**COUNT, "where": '{"amount": {"gt": "100"}}'}
    applied(admin, UPDATE, o="customer", n="dealCount", f={"rollUp": rolled})
    assert values(shop, "dealCount weight") == [{"dealCount": 0, "weight": "0.0000"}]
    assert differences(shop) == []


def test_the_description_says_how_they_are_computed(shop: TestCompany) -> None:
    create(shop, "大写", "text", name="upper", formula="UPPER(name)")
    create(
        shop, "总额", "amount", name="total", rollUp={**COUNT, "function": "sum", "field": "amount"}
    )
    objects = shop.client("admin").run(
        "{ metadata { objects { name fields { name formula readOnly rollUp { relation function"
        " field where } } } } }"
    )["metadata"]["objects"]
    (fields,) = [each["fields"] for each in objects if each["name"] == "customer"]
    found = {each.pop("name"): each for each in fields}
    assert found["upper"] == {"formula": "UPPER(name)", "readOnly": True, "rollUp": None}
    assert found["total"]["rollUp"] == {
        "relation": "opportunities",
        "function": "sum",
        "field": "amount",
        "where": "",
    }
    assert found["name"] == {"formula": None, "readOnly": False, "rollUp": None}


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ({"type": "number", "formula": "name +"}, ("input.formula", "FORMULA_SYNTAX")),
        ({"type": "number", "formula": "name + 1"}, ("input.formula", "FORMULA_TYPE")),
        ({"type": "number", "formula": "nope"}, ("input.formula", "FORMULA_UNKNOWN_FIELD")),
        (
            {"type": "number", "formula": "own + 1", "name": "own"},
            ("input.formula", "FORMULA_CYCLE"),
        ),
        (
            {"type": "integer", "rollUp": {**COUNT, "relation": "nope"}},
            ("input.rollUp", "ROLL_UP_RELATION"),
        ),
        (
            {"type": "integer", "rollUp": {**COUNT, "where": "{"}},
            ("input.rollUp", "ROLL_UP_FILTER"),
        ),
        (
            {"type": "number", "formula": "1", "required": True},
            ("input.formula", "COMPUTED_ATTRIBUTE"),
        ),
    ],
)
def test_what_cannot_be_computed_is_refused_with_its_place(
    shop: TestCompany, given: dict[str, Any], problem: tuple[str, str]
) -> None:
    assert problems(shop.client("admin"), CREATE, o="customer", f=field("新", **given)) == [problem]


def test_a_message_names_the_position(shop: TestCompany) -> None:
    given = field("新", "number", formula="LEN(name) + * 2")
    found = change(shop.client("admin"), CREATE, o="customer", f=given)
    assert found["problems"][0]["message"] == "The formula cannot be read at character 13: *"


def test_a_circle_made_by_a_change_is_refused(shop: TestCompany) -> None:
    create(shop, "甲", "number", name="first", formula="LEN(name)")
    create(shop, "乙", "number", name="second", formula="first + 1")
    found = problems(
        shop.client("admin"), UPDATE, o="customer", n="first", f={"formula": "second + 1"}
    )
    assert [code for _, code in found] == ["FORMULA_CYCLE"]


def test_what_is_used_is_not_deleted_and_says_by_what(shop: TestCompany) -> None:
    create(shop, "底", "number", name="base", formula="LEN(name)")
    create(shop, "上", "number", name="above", formula="base * 2")
    found = change(shop.client("admin"), of_field("deleteField"), o="customer", n="base", dry=True)
    assert [(p["path"], p["code"]) for p in found["problems"]] == [
        (["customer", "above"], "FORMULA_UNKNOWN_FIELD")
    ]
    assert {"kind": "formula", "name": "customer.above", "detail": "is computed from it"} in found[
        "impact"
    ]


def test_a_deleted_formula_comes_back_with_true_values(shop: TestCompany) -> None:
    admin = shop.client("admin")
    create(shop, "长度", "integer", name="size", formula="LEN(name)")
    applied(admin, of_field("deleteField"), o="customer", n="size")
    assert differences(shop) == []
    shop.sql("update {s}.customer set name = name || '一二'")
    applied(admin, of_field("restoreField"), o="customer", n="size")
    assert values(shop, "size") == [{"size": 6}]
    applied(admin, of_field("deleteField"), o="customer", n="size")
    applied(admin, of_field("purgeField"), o="customer", n="size")
    assert differences(shop) == []


def test_what_is_stored_does_not_begin_to_move_with_time(shop: TestCompany) -> None:
    create(shop, "年", "integer", name="years", formula="YEAR(createdAt)")
    found = problems(
        shop.client("admin"), UPDATE, o="customer", n="years", f={"formula": "YEAR(TODAY())"}
    )
    assert found == [("input.formula", "FORMULA_MOVES")]


def test_what_no_longer_moves_with_time_gets_a_column_of_its_own(shop: TestCompany) -> None:
    create(shop, "动", "amount", name="moving", formula="IF(ISNULL(TODAY()), 0, 4)")
    create(shop, "定", "integer", name="settled", formula="LEN(LEFT(name, 4)) * 10")
    admin = shop.client("admin")
    applied(admin, UPDATE, o="customer", n="moving", f={"formula": "LEN(LEFT(name, 4)) + 1"})
    assert values(shop, "moving settled") == [{"moving": "5.00", "settled": 40}]
    assert differences(shop) == []


def test_what_was_stored_does_not_come_back_moving_with_time(shop: TestCompany) -> None:
    create(shop, "天", "number", name="span", formula="LEN(name)")
    create(shop, "倍", "number", name="twice", formula="span * 2")
    admin = shop.client("admin")
    for name in ("twice", "span"):
        applied(admin, of_field("deleteField"), o="customer", n=name)
    create(shop, "天", "number", name="span", formula="DAYS(TODAY(), createdAt)")
    assert problems(admin, of_field("restoreField"), o="customer", n="twice") == [
        ("input.formula", "FORMULA_MOVES")
    ]
    assert differences(shop) == []


def test_typed_and_computed_fields_do_not_become_one_another(shop: TestCompany) -> None:
    admin = shop.client("admin")
    create(shop, "手填", "number", name="typed")
    assert problems(admin, UPDATE, o="customer", n="typed", f={"formula": "1 + 1"}) == [
        ("input.formula", "NOT_CHANGEABLE")
    ]


def test_an_object_that_is_rolled_up_is_not_deleted(shop: TestCompany) -> None:
    admin = shop.client("admin")
    made = applied(
        admin,
        'mutation { createObject(input: {label: {zh: "设备"}, name: "device"}) { applied name'
        " problems { path code } } }",
    )
    assert made["name"] == "device"
    owner = {"target": "customer", "inverse": "devices", "name": "customer"}
    applied(admin, CREATE, o="device", f=field("客户", "relation", **owner))
    create(shop, "设备数", "integer", name="devices2", rollUp={**COUNT, "relation": "devices"})
    found = problems(admin, of_object("deleteObject"), n="device")
    assert ("customer.devices2", "ROLL_UP_RELATION") in found
    assert values(shop, "devices2") == [{"devices2": 0}]
    assert differences(shop) == []
