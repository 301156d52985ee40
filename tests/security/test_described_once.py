"""The description of a company's objects is large: asked for many times it is refused (C2, C7)."""

import pytest
from graphql import get_introspection_query

from tests.harness.company import TestCompany

FIELDS = "fragment F on Metadata { objects { name fields { name label operators } } }"


@pytest.mark.parametrize(
    "query",
    [
        "{ " + " ".join(f"m{at}: metadata {{ ...F }}" for at in range(20)) + " } " + FIELDS,
        "{ metadata { " + " ".join(f"o{at}: objects {{ name }}" for at in range(20)) + " } }",
        "{ metadata { ...G } } fragment G on Metadata { a: objects { name } b: objects { name } }",
        "{ " + " ".join(f"s{at}: __schema {{ types {{ name }} }}" for at in range(20)) + " }",
        "{ __schema { a: types { name } b: types { name } } }",
        '{ a: __type(name: "Customer") { name } b: __type(name: "Customer") { name } }',
    ],
)
def test_a_description_asked_for_again_and_again_is_refused(
    company: TestCompany, query: str
) -> None:
    assert company.client("alice").refused(query).code == "TOO_COMPLEX"


def test_one_description_is_given(company: TestCompany) -> None:
    alice = company.client("alice")
    assert alice.run("{ m: metadata { ...F } viewer { isSuper } } " + FIELDS)["m"]["objects"]
    assert alice.run(get_introspection_query())["__schema"]["types"]
