"""M12, E1: labels are values, API names have one grammar, physical names come from these alone."""

import pytest

from engine.base.names import BadName, check_api_name, snake_case
from metadata.field_types.registry import field_type
from tests.harness.client import GraphQLFailure
from tests.harness.company import TestCompany

NAMES = ["中" * 23 + "甲", "中" * 23 + "乙"]  # 72 bytes, alike in the first 69
BAD_NAMES = [
    *NAMES,
    "__typename",
    "__x",
    "id",
    "node",
    "and",
    "not",
    "Name",
    "foo_bar",
    "1st",
    "a b",
    'a"b',
    "a;drop",
    "%(x)s",
    "a:b",
    "é",
    "a" * 41,
    "",
    "null",
    "аmount",
]


@pytest.mark.parametrize("name", BAD_NAMES)
def test_a_label_is_no_api_name(name: str) -> None:
    """M12, E1."""
    with pytest.raises(BadName):
        check_api_name(name)


def test_api_names_stay_apart_as_physical_names() -> None:
    longest = ["a" * 39 + "b", "a" * 39 + "c"]
    assert len({snake_case(check_api_name(name)) for name in longest}) == 2
    assert all(len(snake_case("aB" * 20).encode()) <= 63 for _ in longest)


def test_long_chinese_labels_are_values_like_any_other(company: TestCompany) -> None:
    """M12: two names of 72 bytes that differ in the last character are two names."""
    client = company.client("admin")
    for name in NAMES:
        client.run(
            "mutation($n: String) { createRole(input: {name: $n}) { record { id } } }", n=name
        )
        client.run(
            "mutation($n: String) { createCustomer(input: {name: $n}) { record { id } } }", n=name
        )
    found = client.run(
        "query($n: String) { customers(where: {name: {eq: $n}}) { nodes { name } } }", n=NAMES[0]
    )
    assert found["customers"]["nodes"] == [{"name": NAMES[0]}]
    with pytest.raises(GraphQLFailure) as failure:
        client.run(
            "mutation($n: String) { createCustomer(input: {name: $n}) { record { id } } }",
            n=NAMES[1],
        )
    assert [problem["code"] for problem in failure.value.problems] == ["NOT_UNIQUE"]


def test_no_column_is_named_after_a_label(company: TestCompany) -> None:
    for definition in company.snapshot.objects:
        names = [c.name for f in definition.fields for c in field_type(f.type).columns(f)]
        assert len(names) == len({name[:63] for name in names})
        assert all(name.isascii() and len(name) <= 63 for name in names)
