"""Physical names from API names; the grammar of API names (E1, M12)."""

import pytest

from engine.base.names import BadName, check_api_name, snake_case


@pytest.mark.parametrize(
    ("name", "column"),
    [
        ("name", "name"),
        ("nextContactAt", "next_contact_at"),
        ("paymentPlan", "payment_plan"),
        ("requestId", "request_id"),
        ("aB", "a_b"),
        ("line2Total", "line2_total"),
    ],
)
def test_humps_become_underscores(name: str, column: str) -> None:
    assert snake_case(name) == column


@pytest.mark.parametrize("name", ["a", "kehuMingcheng", "x1", "a" * 40])
def test_camel_case_is_an_api_name(name: str) -> None:
    assert check_api_name(name) == name


@pytest.mark.parametrize(
    "name",
    [
        "",
        "A",
        "__x",
        "_x",
        "a_b",
        "1a",
        "客户",
        "a b",
        "a" * 41,
        "a\n",
        "id",
        "node",
        "and",
        "true",
    ],
)
def test_other_names_are_refused(name: str) -> None:
    with pytest.raises(BadName):
        check_api_name(name)
