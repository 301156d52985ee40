"""Records reached from Python: one read for a record, one for many of one object (principle 7)."""

import asyncio
import json
from collections.abc import Sequence
from typing import Any, cast

import orjson
import pytest
from graphql import FieldNode, GraphQLResolveInfo, OperationDefinitionNode, parse
from graphql.pyutils import Path

from engine.base.errors import SchemaChanged, StaleVersion
from engine.base.identifiers import RecordId
from engine.query.request import ReadKind
from resolvers.context import RequestContext
from resolvers.loaders import OWN_KEY, load_record
from resolvers.staleness import again_when_stale
from tests.unit.schema.small import SCHEMA, EchoPool, context


class RecordPool(EchoPool):
    """Knows customers 1 to 3 by name."""

    async def fetch_text(self, sql: str, arguments: Sequence[Any], timeout_ms: int) -> str | None:
        self.asked.append((sql, list(arguments)))
        numbers = next((each for each in arguments if isinstance(each, list)), None)
        if numbers is None:
            return '{"name": "one"}'
        known = [number for number in numbers if number in (1, 2, 3)]
        nodes = [{"name": str(number), OWN_KEY: f"Customer:{number}"} for number in known]
        return json.dumps({"nodes": nodes})


class FakeInfo:
    """As much of the executor's info as a loader looks at."""

    def __init__(self, of: RequestContext) -> None:
        operation = parse("{ customers { nodes { name } } }").definitions[0]
        assert isinstance(operation, OperationDefinitionNode)
        node: Any = operation.selection_set.selections[0]
        self.context, self.schema = of, SCHEMA.graphql
        self.fragments: dict[str, Any] = {}
        self.variable_values: dict[str, Any] = {}
        self.field_nodes: list[FieldNode] = [node.selection_set.selections[0]]
        self.return_type = SCHEMA.graphql.type_map["Customer"]
        self.path = Path(None, "record", None)


def load(pool: EchoPool, *numbers: int) -> list[object]:
    info = cast(GraphQLResolveInfo[RequestContext], FakeInfo(context(pool)))

    async def work() -> list[object]:
        reads = (load_record(info, RecordId("customer", number)) for number in numbers)
        found = await asyncio.gather(*reads)
        return [None if each is None else orjson.dumps(each) for each in found]

    return asyncio.run(work())


def test_one_record_passes_through_as_the_database_wrote_it() -> None:
    pool = RecordPool()
    assert load(pool, 1) == [b'{"name": "one"}']
    assert len(pool.asked) == 1


def test_many_records_take_one_statement_and_keep_their_order() -> None:
    pool = RecordPool()
    assert load(pool, 3, 9, 1, 3) == [b'{"name":"3"}', None, b'{"name":"1"}', b'{"name":"3"}']
    assert len(pool.asked) == 1


def test_a_read_that_stays_stale_tells_the_client_to_try_again() -> None:
    tries: list[ReadKind] = []

    async def stale() -> str:
        tries.append(ReadKind.RECORD)
        raise StaleVersion

    with pytest.raises(SchemaChanged):
        asyncio.run(again_when_stale(context(EchoPool()), stale))
    assert len(tries) == 2
