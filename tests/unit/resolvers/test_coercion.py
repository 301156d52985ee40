"""Input values are coerced exactly as graphql-core does it."""

from typing import Any

import pytest
from graphql import GraphQLNonNull, build_schema
from graphql.utilities import coerce_input_value

from resolvers.coercion import coerced

_SCHEMA = build_schema(
    """
    enum Level { A B }
    input Row { name: String! amount: Float }
    input One @oneOf { a: Int b: String }
    input Plain { a: Int b: String level: Level rows: [Row!] row: Row tags: [String!] one: One }
    input Strict { must: Int! a: Int }
    input Preset { a: Int = 3 b: [Int!] = [1] c: String }
    type Query { x(a: Plain, b: Strict, c: Preset, d: One): Int }
    """
)
_VALUES: tuple[Any, ...] = (
    None,
    1,
    "text",
    [],
    {},
    {"a": 1},
    {"b": "x", "a": 2},
    {"a": None},
    {"a": "one"},
    {"a": 1.5, "c": None},
    {"c": "x"},
    {"must": 1},
    {"must": None},
    {"must": 1, "a": None},
    {"unknown": 1},
    {"level": "A"},
    {"level": "C"},
    {"level": 1},
    {"rows": [{"name": "x"}, {"name": "y", "amount": 2}]},
    {"rows": {"name": "x"}},
    {"rows": [{"amount": 2}]},
    {"rows": [None]},
    {"row": {"name": "x"}},
    {"row": {"amount": 1}},
    {"row": None},
    {"tags": "x"},
    {"tags": ["x", "y"]},
    {"one": {"a": 1}},
    {"one": {"a": 1, "b": "x"}},
    {"one": {"a": None}},
    {"b": [1, 2]},
    {"a": 2**40},
)


@pytest.mark.parametrize("name", ["Plain", "Plain!", "Strict", "Preset", "One", "Row!", "Level"])
def test_values_are_coerced_as_the_reference_does(name: str) -> None:
    kind: Any = _SCHEMA.type_map[name.removesuffix("!")]
    if name.endswith("!"):
        kind = GraphQLNonNull(kind)
    for value in _VALUES:
        expected = coerce_input_value(value, kind)
        for _ in range(2):
            found = coerced(value, kind)
            assert found == expected, value
            assert not isinstance(found, dict) or list(found) == list(expected), value
