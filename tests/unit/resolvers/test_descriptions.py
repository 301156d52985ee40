"""What is described beside the loop is what an executor would have said, and it has a bound."""

import asyncio
from dataclasses import replace
from typing import Any

import orjson
import pytest
from graphql import execute_sync, get_introspection_query, parse

from engine.access.model import AccessProfile
from metadata.snapshot import Snapshot
from metadata.standard import STANDARD
from resolvers import descriptions
from resolvers.descriptions import Texts
from resolvers.metadata import view_metadata
from resolvers.reads import Info
from schema.build import build_schema
from schema.execution import execute_document
from tests.unit.schema.small import EchoPool, context

SCHEMA = build_schema(Snapshot(1, STANDARD.objects)).graphql
DOCUMENTS = {
    "all": (get_introspection_query(), {}),
    "newest": (
        get_introspection_query(
            specified_by_url=True,
            directive_is_repeatable=True,
            schema_description=True,
            input_value_deprecation=True,
            one_of=True,
        ),
        {},
    ),
    "fragments, aliases, directives": (
        """query($old: Boolean!, $not: Boolean = false) {
          s: __schema { __typename ...S types { ... on __Type { n: name kind } } }
        } fragment S on __Schema {
          queryType { n: name fields(includeDeprecated: $old) { name isDeprecated } }
          mutationType @include(if: $not) { name } directives @skip(if: $not) { name locations }
        }""",
        {"old": True},
    ),
    "one type": ('{ __type(name: "Customer") { name interfaces { name } ofType { name } } }', {}),
    "an enumeration": ('{ __type(name: "CacheControl") { name } }', {}),
    "both": ('{ __schema { description } __type(name: "Node") { possibleTypes { name } } }', {}),
}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_introspection_is_the_executors(name: str) -> None:
    text, variables = DOCUMENTS[name]
    ours = asyncio.run(execute_document(SCHEMA, parse(text), variables, None, context(EchoPool())))
    theirs = execute_sync(SCHEMA, parse(text), variable_values=variables)
    assert ours.errors is None and theirs.errors is None
    assert orjson.loads(orjson.dumps(ours.data)) == theirs.data
    assert orjson.dumps(ours.data) == orjson.dumps(theirs.data)


def test_metadata_have_every_value_of_the_view(monkeypatch: pytest.MonkeyPatch) -> None:
    """Names are those of GraphQL, numbers with decimals are texts, what is asked twice is equal."""
    view = view_metadata(Snapshot(3, STANDARD.objects), AccessProfile("a", is_super=True), "en")
    text = """{ metadata { version language objects { name totals fields { name typeLabel minimum
      required choices { value retired } rows { name maxLength } } relations { target } } } }"""
    field = SCHEMA.query_type.fields["metadata"] if SCHEMA.query_type else None
    assert field is not None
    monkeypatch.setattr(field, "resolve", lambda _root, _info: view)
    result = asyncio.run(execute_document(SCHEMA, parse(text), {}, None, context(EchoPool())))
    assert result.errors is None and result.data is not None
    found = orjson.loads(orjson.dumps(result.data["metadata"]))
    assert (found["version"], found["language"]) == (3, "en")
    assert [each["name"] for each in found["objects"]] == [each.name for each in view.objects]
    for shown, meant in zip(found["objects"], view.objects, strict=True):
        assert shown["totals"] == list(meant.totals)
        assert [each["target"] for each in shown["relations"]] == [
            r.target for r in meant.relations
        ]
        for field_shown, field_meant in zip(shown["fields"], meant.fields, strict=True):
            assert field_shown["typeLabel"] == field_meant.type_label
            assert field_shown["required"] is field_meant.required
            minimum = field_meant.minimum
            assert field_shown["minimum"] == (None if minimum is None else f"{minimum:f}")
            assert [each["maxLength"] for each in field_shown["rows"]] == [
                each.max_length for each in field_meant.rows
            ]


def test_a_description_is_limited_by_the_size_of_the_schema(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(descriptions, "VALUES_PER_TYPE", 20)
    document = parse(get_introspection_query())
    result = asyncio.run(execute_document(SCHEMA, document, {}, None, context(EchoPool())))
    assert result.data is None and result.errors is not None
    assert type(result.errors[0].original_error).__name__ == "TooComplex"


def test_a_text_is_made_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same document again takes the text that is there; other variables do not."""
    made: list[bytes] = []
    real = descriptions._described

    def noted(info: Info, source: Any) -> bytes:
        made.append(real(info, source))
        return made[-1]

    monkeypatch.setattr(descriptions, "_texts", Texts())
    monkeypatch.setattr(descriptions, "_described", noted)
    text = (
        "query($d: Boolean) { __schema { queryType { fields(includeDeprecated: $d) { name } } } }"
    )
    for variables in ({"d": True}, {"d": True}, {"d": False}):
        one = replace(context(EchoPool()), key=(1, "document"))
        assert asyncio.run(execute_document(SCHEMA, parse(text), variables, None, one)).data
    assert len(made) == 2


def test_texts_are_bounded_by_their_bytes() -> None:
    texts = Texts(max_bytes=100)
    for number in range(10):
        texts.store(number, b"x" * 30)
        texts.find(0)
    assert texts.bytes == 90
    assert texts.find(0) is not None and texts.find(1) is None
    texts.store("large", b"x" * 101)
    assert texts.bytes == 0
