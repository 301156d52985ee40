"""Principle 5: a cached plan and the executor give the same bytes, over the whole golden corpus.

A directive on a root field sends a document through the executor; without one the plan answers.
"""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from graphql import FieldNode, OperationDefinitionNode, parse

from tests.golden.company import fill
from tests.harness.company import TestCompany

CASES = Path(__file__).parents[1] / "golden" / "cases"
NAMES = sorted(path.stem for path in CASES.glob("*.graphql"))
REQUEST_ID = re.compile(r'"requestId":"[^"]*"')


@pytest.fixture(scope="module")
def filled(make_company: Callable[[], TestCompany]) -> TestCompany:
    company = make_company()
    fill(company)
    return company


def through_the_executor(text: str) -> str:
    """The same document with `@include(if: true)` on its root fields."""
    places = [
        field.selection_set.loc.start
        for definition in parse(text).definitions
        if isinstance(definition, OperationDefinitionNode)
        for field in definition.selection_set.selections
        if isinstance(field, FieldNode) and field.selection_set and field.selection_set.loc
    ]
    for place in reversed(places):
        text = f"{text[:place]}@include(if: true) {text[place:]}"
    return text


@pytest.mark.parametrize("name", NAMES)
def test_the_plan_and_the_executor_answer_with_the_same_bytes(
    filled: TestCompany, name: str
) -> None:
    text = (CASES / f"{name}.graphql").read_text()
    person, *comments = [line[1:].strip() for line in text.splitlines() if line.startswith("#")]
    variables = json.loads(comments[0]) if comments else {}
    client = filled.client(person)
    by_plan = client.post(text, variables)
    again = client.post(text, variables)
    by_executor = client.post(through_the_executor(text), variables)
    answers = {REQUEST_ID.sub("", each.text) for each in (by_plan, again, by_executor)}
    assert len(answers) == 1
    assert by_plan.json().get("data") or name == "no_right_below", by_plan.text
