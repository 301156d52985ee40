"""What an administrator may not do is refused with the true reason, and leaves no trace."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from tests.harness.client import Client
from tests.harness.company import TestCompany
from tests.harness.metadata import (
    COPY,
    CREATE,
    CREATE_OBJECT,
    REORDER,
    UPDATE,
    applied,
    change,
    field,
    of_field,
    of_object,
)

READS = (
    "{ metadataFile }",
    "{ metadataHistory { nodes { version } } }",
    "{ metadataWork { object } }",
    """mutation { createField(object: "customer", input: {label: {zh: "新"}, type: "text"}) {
         applied } }""",
)


@pytest.fixture(autouse=True)
def untouched(company: TestCompany) -> Iterator[None]:
    """Each refusal leaves the metadata as they were."""
    state = "select (select metadata_version from {s}.state)"
    before = company.value(state)
    yield
    assert company.value(state) == before


@pytest.fixture(scope="module")
def admin(company: TestCompany) -> Client:
    client = company.client("admin")
    applied(client, CREATE, o="customer", f=field("旧传真", "text", name="fax"))
    applied(client, CREATE_OBJECT, f={"label": {"zh": "设备"}, "name": "device"})
    return client


def messages(client: Client, mutation: str, **variables: Any) -> list[tuple[str, str, str]]:
    """Path, code and text of each problem."""
    found = change(client, mutation, **variables)
    assert not found["applied"], found
    return [(".".join(e["path"]), e["code"], e["message"]) for e in found["problems"]]


@pytest.mark.parametrize("query", READS)
def test_who_may_not_manage_the_configuration_is_told_which_right_that_takes(
    company: TestCompany, query: str
) -> None:
    alice = company.client("alice")
    (error,) = alice.refused(query).errors
    assert (error["extensions"]["code"], error["message"]) == (
        "FORBIDDEN",
        "You are not allowed to manage the configuration: that takes the right to update roles",
    )
    (error,) = replace(alice, language="zh").refused(query).errors
    assert error["message"] == "没有管理系统配置的权限，需要“编辑角色”的权限"


@pytest.mark.parametrize("verb", ["restoreField", "purgeField"])
def test_a_living_field_is_neither_restored_nor_purged(admin: Client, verb: str) -> None:
    text = "{} is not deleted; only what was deleted can be restored or purged"
    for name in ("source", "fax"):
        found = messages(admin, of_field(verb), o="customer", n=name)
        assert found == [("name", "NOT_DELETED", text.format(name))]
    found = messages(admin, of_field(verb), o="customer", n="nope")
    assert found == [("name", "UNKNOWN_FIELD", "There is no field nope")]


@pytest.mark.parametrize("verb", ["restoreObject", "purgeObject"])
def test_a_living_object_is_neither_restored_nor_purged(admin: Client, verb: str) -> None:
    assert [code for _, code, _ in messages(admin, of_object(verb), n="device")] == ["NOT_DELETED"]
    assert [code for _, code, _ in messages(admin, of_object(verb), n="nope")] == ["UNKNOWN_OBJECT"]


def test_a_field_named_twice_in_an_order_is_told_so(admin: Client) -> None:
    names = ["fax", "mobile", "nope", "mobile"]
    assert messages(admin, REORDER, o="customer", n=names) == [
        ("names.2", "UNKNOWN_FIELD", "There is no field nope"),
        ("names.3", "NAMED_TWICE", "mobile is named twice"),
    ]


def test_a_reserved_word_is_told_as_one(admin: Client) -> None:
    given = field("与", "text", name="and")
    assert messages(admin, CREATE, o="customer", f=given) == [
        ("input.name", "BAD_NAME", "and is a reserved word")
    ]
    (told,) = messages(replace(admin, language="zh"), CREATE, o="customer", f=given)
    assert told[2] == "and是保留字，不能用作名称"


@pytest.mark.parametrize(
    ("given", "text"),
    [
        (
            {"type": "number", "formula": "name"},
            "The result is text, but the field needs a number",
        ),
        (
            {"type": "date", "formula": "LEN(name) + 1"},
            "The result is a number, but the field needs a date",
        ),
        (
            {"type": "text", "rollUp": {"relation": "opportunities", "function": "count"}},
            "The result is a number, but the field needs text",
        ),
        (
            {"type": "number", "formula": "LEN(name) +"},
            "The formula is not complete: it ends at character 12",
        ),
    ],
)
def test_what_does_not_fit_a_computed_field_is_named(
    admin: Client, given: dict[str, Any], text: str
) -> None:
    made = field("算", name="computed", **given)
    assert [each[2] for each in messages(admin, CREATE, o="customer", f=made)] == [text]


@pytest.mark.parametrize(
    ("type", "formula", "codes"),
    [
        ("number", "LEN(name)", ["COMPUTED_ATTRIBUTE"]),
        ("number", "nope", ["FORMULA_UNKNOWN_FIELD", "COMPUTED_ATTRIBUTE"]),
        ("autoNumber", "name", ["FORMULA_RESULT", "COMPUTED_ATTRIBUTE"]),
    ],
)
def test_a_number_rule_of_a_computed_field_is_told_beside_the_formula(
    admin: Client, type: str, formula: str, codes: list[str]
) -> None:
    rule = {"parts": [{"kind": "COUNTER"}]}
    given = field("编", type, name="numbered", formula=formula, numberRule=rule)
    found = messages(admin, CREATE, o="customer", f=given)
    assert [code for _, code, _ in found] == codes
    assert found[-1][0] == "input.numberRule"


@pytest.mark.parametrize(
    "color", ["redd", "red", "#12", "#12345", "#1234567", "#ggg", "#123\n", "＃123"]
)
def test_a_colour_is_one(admin: Client, color: str) -> None:
    choices = [{"value": "a", "label": {"zh": "甲"}, "color": color}]
    given = field("彩", "choice", choices=choices)
    assert messages(admin, CREATE, o="customer", f=given) == [
        (
            "input.choices.0.color",
            "BAD_FORMAT",
            "A colour is written as one of: #rgb, #rrggbb",
        )
    ]


@pytest.mark.parametrize("label", [{"zh": " 旧传真"}, {"zh": "新传真", "en": "旧传真"}])
def test_two_fields_of_an_object_have_no_label_in_common(
    admin: Client, label: dict[str, str]
) -> None:
    language = "en" if "en" in label else "zh"
    text = f"The label {label[language]} is that of the field fax already"
    told = [(f"input.label.{language}", "LABEL_TAKEN", text)]
    assert messages(admin, CREATE, o="customer", f={"label": label, "type": "text"}) == told
    assert messages(admin, UPDATE, o="customer", n="mobile", f={"label": label}) == told
    copy = {"label": label}
    assert messages(admin, COPY, o="customer", n="level", f=copy) == told
    elsewhere = {"label": label, "type": "text"}
    assert change(admin, CREATE, o="lead", f=elsewhere, dry=True)["problems"] == []


@pytest.mark.parametrize(
    "name", ["operationLog", "teamMember", "follower", "attachment", "role", "department"]
)
def test_what_nobody_fills_in_gets_no_fields(admin: Client, name: str) -> None:
    (told,) = messages(admin, CREATE, o=name, f=field("多", "text"))
    assert told[:2] == ("object", "NOT_EXTENSIBLE")
