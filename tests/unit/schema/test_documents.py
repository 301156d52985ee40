"""Documents are measured before they are validated, and classified once (C1, C2, M24)."""

import gc

import pytest
from graphql import get_introspection_query

from engine.base.errors import AppError, InvalidInput, TooComplex, ValidationFailed
from engine.query.request import Bound
from resolvers.documents import Document, selecting
from resolvers.limits import check_variables, parse_text
from tests.unit.schema.small import SCHEMA, SETTINGS, SNAPSHOT, document


def test_a_query_of_generated_reads_needs_no_executor() -> None:
    assert document('{ customers { totalCount } node(id: "User:1") { id } }').reads is not None
    assert document("{ customers { totalCount } viewer { isSuper } }").reads is None
    assert document("query($b: Boolean!) { customers @skip(if: $b) { totalCount } }").reads is None


def test_the_introspection_of_clients_is_within_the_limits() -> None:
    assert document(get_introspection_query()).roots == (("__schema", "__schema"),)


def test_a_parsed_document_that_is_let_go_waits_for_no_collection() -> None:
    gc.collect()
    gc.disable()
    try:
        parse_text("query($b: Boolean!) { customers @skip(if: $b) { totalCount } }", SETTINGS)
        assert gc.collect() == 0
    finally:
        gc.enable()


@pytest.mark.parametrize(
    "text",
    [
        "{ customers { nodes { " + "id " * 2_000 + "} } }",
        "{ " + " ".join(f"a{n}: customers {{ totalCount }}" for n in range(31)) + " }",
        "{ customers { totalCount " + "@include(if: true) " * 60 + "} }",
        "{ customers { nodes { "
        + "contacts { nodes { customer { " * 4
        + "id"
        + " } } }" * 4
        + " } } }",
        "{ customers { nodes { ...f0 } } } "
        + " ".join(
            f"fragment f{n} on Customer {{ contacts {{ nodes {{ customer {{ ...f{n + 1} }} }} }} }}"
            for n in range(4)
        )
        + " fragment f4 on Customer { id }",
        "mutation { " + " ".join(f"a{n}: signOut {{ done }}" for n in range(5)) + " }",
    ],
)
def test_too_much_is_refused(text: str) -> None:
    with pytest.raises(TooComplex):
        document(text)


@pytest.mark.parametrize(
    "text",
    [
        "{ customers { ...a } } fragment a on CustomerConnection { ...a }",
        "{ customers { ...missing } }",
        "{ customers { nam } }",
        "query a { __typename } query b { __typename }",
        "fragment a on Customer { id }",
        "{",
        "",
        "subscription { a }",
    ],
)
def test_a_wrong_document_is_a_clean_error(text: str) -> None:
    with pytest.raises(AppError):
        document(text)


def test_no_suggestion_is_made() -> None:
    with pytest.raises(ValidationFailed) as caught:
        document("{ customers { nodes { nam } } }")
    assert "mean" not in str(caught.value.params["errors"])


def test_long_lists_and_many_objects_in_variables_are_refused() -> None:
    check_variables({"a": [1] * 1_000}, SETTINGS)
    cases: list[dict[str, object]] = [
        {"a": [1] * 1_001},
        {"a": [{}] * 101},
        {str(n): [1] * 900 for n in range(6)},
    ]
    for variables in cases:
        with pytest.raises(TooComplex):
            check_variables(variables, SETTINGS)


def test_a_wrong_variable_is_told_with_its_path_and_without_its_value() -> None:
    asked = document("query($w: CustomerWhere) { customers(where: $w) { totalCount } }")
    with pytest.raises(InvalidInput) as caught:
        asked.coerce({"w": {"amount": {"gt": "geheim"}, "owner_": 1}})
    assert {(each.path, each.code) for each in caught.value.problems} == {
        (("w", "amount", "gt"), "BAD_FORMAT"),
        (("w",), "BAD_FORMAT"),
    }


ASKED = """query($w: CustomerWhere!, $n: String, $first: Int) {
  customers(where: {and: [$w, {name: {contains: $n}}]}, first: $first, offset: 0) { totalCount }
}"""


def arguments(asked: Document, **variables: object) -> object:
    coerced = asked.coerce(variables)
    assert asked.reads is not None
    root = asked.reads[0]
    return (
        selecting(asked, SCHEMA.graphql, SNAPSHOT, coerced).root(root.parent, root.nodes).arguments
    )


def test_scalars_of_variables_are_bound_and_objects_stay_structure() -> None:
    found = arguments(document(ASKED), w={"level": {"in": ["A"]}, "dealtAt": {"during": "TODAY"}})
    assert found == {
        "where": {
            "and": [
                {
                    "level": {"in": Bound(("w", "level", "in"), ["A"])},
                    "dealtAt": {"during": "TODAY"},
                },
                {"name": {}},
            ]
        },
        "offset": 0,
        "trashed": False,
    }


def test_the_key_holds_structure_and_not_values() -> None:
    asked = document(ASKED)

    def key(**variables: object) -> object:
        return asked.key(asked.coerce(variables))

    assert key(w={"level": {"eq": "A"}}, n="x") == key(w={"level": {"eq": "B"}}, n=None)
    assert key(w={"level": {"eq": "A"}}) != key(w={"level": {"eq": "A"}}, n="x")
    assert key(w={"level": {"eq": "A"}}) != key(w={"level": {"ne": "A"}})
    during = [key(w={"dealtAt": {"during": each}}) for each in ("TODAY", "THIS_YEAR")]
    assert during[0] != during[1]


def test_a_variable_that_decides_about_a_field_is_part_of_the_key() -> None:
    asked = document("query($b: Boolean!) { customers { totalCount @include(if: $b) } }")
    assert asked.key({"b": True}) != asked.key({"b": False})
