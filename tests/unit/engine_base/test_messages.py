"""Every code speaks both languages, and nothing of a value is interpreted."""

import ast
import string
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from engine.base import errors, impact_texts, message_texts
from engine.base.errors import AppError, Forbidden, InvalidInput, Problem, StillReferenced
from engine.base.messages import (
    PROBLEMS,
    impact_detail,
    impact_name,
    message,
    problem_message,
)
from metadata.model import Label

ROOT = Path(__file__).parents[3]
NAME = Label("客户名称", "Name")


def app_errors() -> list[type[AppError]]:
    return [
        each
        for each in vars(errors).values()
        if isinstance(each, type) and issubclass(each, AppError) and each is not InvalidInput
    ]


@pytest.mark.parametrize("kind", app_errors())
def test_every_error_has_a_text(kind: type[AppError]) -> None:
    assert kind.code in message_texts.ERRORS
    assert message(kind(), "zh") != message(kind(), "en")


@pytest.mark.parametrize(
    "texts",
    [message_texts.ERRORS, PROBLEMS, impact_texts.IMPACT_DETAILS, impact_texts.IMPACT_NAMES],
)
def test_both_languages_tell_the_same_values(texts: message_texts.Texts) -> None:
    for zh, en in texts.values():
        assert _names(zh) == _names(en)


def _names(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_a_single_problem_is_the_message() -> None:
    error = InvalidInput([Problem(("input", "name"), "REQUIRED", {"field": NAME})])
    assert message(error, "zh") == "客户名称为必填项"
    assert message(error, "en") == "Name is required"


def test_several_problems_are_counted() -> None:
    error = InvalidInput([Problem((), "REQUIRED"), Problem((), "BAD_ID")])
    assert message(error, "zh") == "输入有 2 处问题"


@pytest.mark.parametrize(
    ("code", "params", "text"),
    [
        ("OUT_OF_RANGE", {}, "Name is out of range"),
        ("OUT_OF_RANGE", {"minimum": Decimal("0.00")}, "Name must be at least 0"),
        ("OUT_OF_RANGE", {"minimum": 1, "maximum": Decimal(100)}, "Name must be between 1 and 100"),
        ("TOO_LONG", {"maximum": 255}, "Name must not be longer than 255"),
        ("TOO_PRECISE", {"scale": 2}, "Name takes at most 2 decimals"),
        ("UNKNOWN_OPTION", {"value": "{0.__class__}"}, "Name has no such option"),
        (
            "BAD_FORMAT",
            {"row": 2, "column": Label("数量", "Quantity")},
            "Row 2: Quantity has a wrong format",
        ),
        ("NEVER_HEARD_OF", {}, "Name has a wrong format"),
    ],
)
def test_a_problem_says_what_is_allowed(code: str, params: dict[str, Any], text: str) -> None:
    assert problem_message(Problem((), code, {"field": NAME, **params}), "en") == text


def test_values_are_never_templates() -> None:
    assert "{action}" in message(Forbidden("object", object="{action}", action="x"), "en")


def test_labels_and_actions_are_said_in_the_language() -> None:
    error = Forbidden("action", object=Label("客户", "customers"), action="delete")
    assert message(error, "zh") == "没有对客户执行“删除”的权限"
    assert message(error, "en") == "You are not allowed to delete customers"
    refused = StillReferenced(labels=(Label("联系人", "Contact"), Label("合同", "Contract")))
    assert message(refused, "zh") == "存在关联的联系人、合同，不能删除"


def test_an_unknown_reason_falls_back_to_the_code() -> None:
    assert message(Forbidden("whatever"), "zh") == message(Forbidden(), "zh")


def test_an_unknown_language_is_chinese() -> None:
    assert message(Forbidden(), "fr") == message(Forbidden(), "zh")


def reasons() -> list[tuple[str, str]]:
    """(code, reason) of every error that the product raises with a reason written out."""
    codes = {each.__name__: each.code for each in app_errors()} | {"violated": "RULE_VIOLATED"}
    found = set()
    for folder in ("engine", "resolvers", "schema", "metadata", "jobs"):
        for path in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
                    continue
                first = node.args[0] if node.args else None
                if node.func.id in codes and isinstance(first, ast.Constant) and first.value:
                    found.add((codes[node.func.id], str(first.value)))
    return sorted(found)


@pytest.mark.parametrize(("code", "reason"), reasons())
def test_every_reason_has_a_text(code: str, reason: str) -> None:
    assert {f"{code}.{reason}", f"{code}.{reason.lower()}"} & message_texts.ERRORS.keys()


def details() -> list[str]:
    """The code of every detail of an impact that is written out."""
    found = set()
    for path in (ROOT / "metadata").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "Impact":
                given = [constant for each in node.args[2:3] for constant in ast.walk(each)]
                found |= {str(e.value) for e in given if isinstance(e, ast.Constant)}
    return sorted(found)


@pytest.mark.parametrize("code", details())
def test_every_detail_of_an_impact_has_a_text(code: str) -> None:
    assert code in impact_texts.IMPACT_DETAILS


def test_an_impact_is_told_in_the_language() -> None:
    assert impact_detail("ROWS_WITH_VALUES", {"count": 3}, "zh") == "3 行有值"
    assert impact_detail("ROWS_WITH_VALUES", {"count": 3}, "en") == "3 rows have values"
    assert impact_name("scene", "customer: {x}", {}, "zh") == "customer: {x}"
    assert impact_name("scene", "", {"count": 2}, "zh") == "2 个员工自己的场景"
