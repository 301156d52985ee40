"""Reads alone and the executor give the same bytes and the same statements (principle 5)."""

import asyncio
from typing import Any

import pytest

from resolvers.context import RequestContext
from schema.http.answer import Answer, execute_operation, run_reads
from tests.unit.schema.small import EchoPool, context, document, live

FULL = """query($n: String, $w: CustomerWhere!, $b: Boolean!, $f: Int = 5, $ids: [ID!]) {
  a: customers(where: {and: [$w, {name: {contains: $n}}, {id: {in: $ids}}]}, first: $f) {
    totalCount nodes { id x: name name owner @include(if: $b) { id } ...C }
  }
  customer(id: "Customer:1") { ...C followUps { nodes { record { id __typename ... on Customer { name } } } } }
}
fragment C on Customer { id level contacts(first: 2) { nodes { id } } }"""
VARIABLES: dict[str, Any] = {
    "n": "千",
    "w": {"level": {"in": ["A", "B"]}, "or": [{"amount": {"gt": "1.5"}}, {"dealtAt": None}]},
    "b": True,
    "ids": ["Customer:1"],
}
CASES: list[tuple[str, dict[str, Any]]] = [
    ("{ customers { nodes { id name } } }", {}),
    (
        "{ customers(trashed: false, orderBy: [{owner: {name: DESC}}]) { pageInfo { endCursor } } }",
        {},
    ),
    (FULL, VARIABLES),
    (FULL, {**VARIABLES, "b": False}),
    (FULL, {**VARIABLES, "n": None, "f": 7, "w": {}}),
    ("{ customerGroups(groupBy: [{level: true}, {dealtAt: MONTH}]) { key { level } count } }", {}),
    ("query($id: ID!) { node(id: $id) { id ... on Contact { name } } }", {"id": "Contact:3"}),
    ("query($id: ID!) { customerNeighbors(id: $id) { next { id } } }", {"id": "Customer:7"}),
    ('{ customer(id: "nonsense") { id } contact(id: "Contact:1") { id } }', {}),
    ('{ customers(first: 0) { totalCount } contact(id: "Contact:1") { id } }', {}),
    ('{ customer(id: "x") { id } customers(first: 0) { totalCount } }', {}),
]


async def statements(text: str, variables: dict[str, Any]) -> list[int]:
    """How many statements each way asks the database."""
    at, asked = live(), document(text)
    counts = []
    for way in (run_reads, execute_operation):
        pool = EchoPool()
        request = context(pool)
        coerced = asked.coerce(variables)
        request.key = asked.key(coerced)
        await way(at, request, asked, coerced if way is run_reads else variables)
        counts.append(len(pool.asked))
    return counts


async def both(text: str, variables: dict[str, Any], principal: bool = True) -> list[bytes]:
    at, asked = live(), document(text)
    assert asked.reads is not None
    found: list[bytes] = []
    pools: list[EchoPool] = []
    for way in (run_reads, execute_operation):
        pools.append(EchoPool())
        request: RequestContext = context(pools[-1]) if principal else context(pools[-1], None)
        coerced = asked.coerce(variables)
        request.key = asked.key(coerced)
        given = coerced if way is run_reads else variables
        answer: Answer = await way(at, request, asked, given)
        found.append(answer.body())
    return found


@pytest.mark.parametrize("text,variables", CASES)
def test_the_bytes_are_the_same(text: str, variables: dict[str, Any]) -> None:
    one, two = asyncio.run(both(text, variables))
    assert one == two


def test_a_root_field_is_one_statement_however_deep_it_goes() -> None:
    """No resolver below a root field touches the database (principle 5)."""
    deep = """{
      customers { totalCount nodes { owner { id } contacts { nodes { customer { id } } } } }
      customer(id: "Customer:1") { contacts { nodes { id } } followUps { nodes { record { id } } } }
    }"""
    assert asyncio.run(statements(deep, {})) == [2, 2]


def test_nobody_gets_the_same_refusal_both_ways() -> None:
    one, two = asyncio.run(both(*CASES[0], principal=False))
    assert one == two
    assert b"UNAUTHENTICATED" in one


WRITE = "mutation($id: ID!, $input: CustomerPatch!) { updateCustomer(id: $id, input: $input)"


@pytest.mark.parametrize(
    "text,alone",
    [
        (WRITE + " { record { id ...C } } } fragment C on Customer { name }", True),
        (WRITE + " { one: record { id } } }", True),
        (WRITE + " { record { id } again: record { name } } }", False),
        (WRITE + " { __typename record { id } } }", False),
        (WRITE + " { record @include(if: true) { id } } }", False),
        (WRITE + " @include(if: true) { record { id } } }", False),
        (WRITE + ' { record { id } } createContact(input: {name: "n"}) { record { id } } }', False),
        ('mutation { createContact(input: {name: "n"}) { record { id } } }', False),
        ("mutation($ids: [ID!]!) { deleteCustomers(ids: $ids) { done } }", False),
    ],
)
def test_one_write_with_its_record_needs_no_executor(text: str, alone: bool) -> None:
    """Which documents `tests/features/test_writes_both_ways.py` compares."""
    assert (document(text).write is not None) == alone
