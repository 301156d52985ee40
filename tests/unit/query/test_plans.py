"""Plans are shared where they hold and nowhere else; runs check session and versions."""

import asyncio
import json
import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from engine.base.errors import Forbidden, InvalidInput, StaleVersion, TimedOut, TooComplex
from engine.query.plans import PlanCache
from engine.query.request import Baked, Parameter, ReadPlan
from engine.query.run import Reader, run_read
from engine.query.sql import Shape
from tests.golden.company import PROFILES, SETTINGS, Crm
from tests.golden.documents import document_case


def plan_tied_to(value: Any, sql: str = "select 1") -> ReadPlan:
    baked = Baked(("v",), lambda given: given is None, value)
    return ReadPlan(sql, (), (baked,), 1)


def test_a_plan_is_found_by_what_it_is_tied_to() -> None:
    """Same key, other shape of the value: another plan."""
    cache = PlanCache()
    for_null, for_value = plan_tied_to(True), plan_tied_to(False)
    cache.store("key", for_null)
    cache.store("key", for_value)
    assert cache.find("key", {"v": None}) is for_null
    assert cache.find("key", {}) is for_null
    assert cache.find("key", {"v": 3}) is for_value
    assert cache.find("other", {"v": 3}) is None


def test_the_cache_is_bounded_in_number_and_bytes() -> None:
    """Least recently used keys go first; what is left is accounted for."""
    cache = PlanCache(max_keys=2)
    for key in "ab":
        cache.store(key, plan_tied_to(True))
    cache.find("a", {})
    cache.store("c", plan_tied_to(True))
    assert cache.find("b", {}) is None
    assert len(cache) == 2
    small = PlanCache(max_bytes=2_000)
    for number in range(50):
        small.store(number, plan_tied_to(True, "x" * 500))
    assert small.bytes <= 2_000


def test_one_key_cannot_hoard_plans() -> None:
    """A client that varies a baked value replaces its own plans only."""
    cache = PlanCache()
    for number in range(100):
        cache.store("key", plan_tied_to(number))
    assert cache.bytes < 100 * 300


def test_unused_parameters_leave_the_statement() -> None:
    """Numbers close up, and the same value twice is one parameter."""
    shape = Shape()
    shape.constant("unused", "text")
    first = shape.constant("a", "text")
    assert shape.constant("a", "text") == first
    shape.value(None, "bigint")
    last = shape.principal("user_id", "bigint")
    sql, parameters = shape.finished(f"select {first}, {last}, {first}")
    assert sql == "select $1::text, $2::bigint, $1::text"
    assert parameters == (Parameter("constant", "a"), Parameter("principal", "user_id"))


def test_response_keys_that_would_be_cut_are_refused(crm: Crm) -> None:
    """PostgreSQL cuts identifiers at 63 bytes; two long keys must not become one."""
    with pytest.raises(TooComplex):
        crm.run(f"{{ customers {{ nodes {{ {'k' * 64}: name }} }} }}")
    (node, *_) = crm.run(f"{{ customers {{ nodes {{ {'k' * 63}: name }} }} }}")["nodes"]
    assert list(node) == ["k" * 63]


class OnePool:
    """Runs plans on the test's connection; counts them."""

    def __init__(self, crm: Crm) -> None:
        self.crm, self.statements = crm, list[str]()

    async def fetch_text(self, sql: str, arguments: Sequence[Any], timeout_ms: int) -> str | None:
        self.statements.append(sql)
        parameters = tuple(Parameter("constant", each) for each in arguments)
        return self.crm.text(ReadPlan(sql, parameters, (), 0), {}, self.crm.principal("admin"))


def reader(crm: Crm, person: str = "admin", seconds: float = 10) -> Reader:
    principal = crm.principal(person)
    deadline = time.monotonic() + seconds
    snapshot = crm.company.snapshot
    return Reader(OnePool(crm), principal, snapshot, PlanCache(), SETTINGS, deadline)


def test_a_repeated_read_asks_for_no_request(crm: Crm) -> None:
    """The second run with a key needs its variables alone."""
    document = "query($n: Int) { customers(first: $n) { nodes { id } } }"
    case = document_case(document, crm.company.snapshot, "admin", {"n": 2})
    (request,) = case.requests.values()
    made = reader(crm)

    def never() -> Any:
        raise AssertionError

    first = asyncio.run(run_read(request, made, "key", {"n": 2}))
    assert asyncio.run(run_read(never, made, "key", {"n": 2})) == first
    assert len(json.loads(first)["nodes"]) == 2
    case = document_case(document, crm.company.snapshot, "admin", {"n": 1})
    (request,) = case.requests.values()
    other = asyncio.run(run_read(request, made, "key", {"n": 1}))
    assert len(json.loads(other)["nodes"]) == 1


def test_one_plan_serves_two_people_of_equal_rights(crm: Crm) -> None:
    """The plan knows no user: another one binds other values to it."""
    document = "{ customers { nodes { owner { id } } totalCount } }"
    (request,) = document_case(document, crm.company.snapshot, "alice").requests.values()
    plan = crm.plan(request, "alice")
    bob = replace(crm.principal("admin"), profile=PROFILES["alice"])
    bob = replace(bob, user_id=crm.company.people["bob"].number)
    answer = json.loads(crm.text(plan, {}, bob) or "")
    assert {node["owner"]["id"] for node in answer["nodes"]} == {crm.company.people["bob"].id}


@pytest.mark.parametrize(
    "moved",
    [{"metadata_version": -1}, {"access_version": -1}, {"session_hash": b"nobody"}],
)
def test_a_read_with_old_versions_gives_nothing(crm: Crm, moved: dict[str, Any]) -> None:
    """The check rides in the statement (principle 9)."""
    (request,) = document_case(
        "{ customers { totalCount } }", crm.company.snapshot
    ).requests.values()
    made = reader(crm)
    stale = made._replace(principal=replace(made.principal, **moved))
    with pytest.raises(StaleVersion):
        asyncio.run(run_read(request, stale, None, {}))


def test_no_statement_runs_after_the_deadline(crm: Crm) -> None:
    """Time that is up is up before the database is asked."""
    (request,) = document_case(
        "{ customers { totalCount } }", crm.company.snapshot
    ).requests.values()
    made = reader(crm, seconds=0)
    with pytest.raises(TimedOut):
        asyncio.run(run_read(request, made, None, {}))
    assert isinstance(made.pool, OnePool) and made.pool.statements == []


def test_an_object_without_the_right_is_refused(crm: Crm) -> None:
    """Root fields are refused, what is reached below is empty."""
    with pytest.raises(Forbidden):
        crm.run("{ contacts { totalCount } }", "carol")
    with pytest.raises(Forbidden):
        crm.run('{ node(id: "Contact:1") { id } }', "carol")
    with pytest.raises(Forbidden):
        crm.run("{ customers(trashed: true) { totalCount } }", "carol")


@pytest.mark.parametrize("number", ["Customer:0", "Nothing:1", "customer:1", "Customer:1 ", "1"])
def test_ids_are_as_issued_or_refused(crm: Crm, number: str) -> None:
    """No other spelling of an id finds a record (M16)."""
    with pytest.raises(InvalidInput) as refused:
        crm.run("query($id: ID!) { node(id: $id) { id } }", id=number)
    assert refused.value.problems[0].code == "BAD_ID"


def test_out_of_scope_looks_like_absent(crm: Crm) -> None:
    """Another's record, a trashed one and none at all give the same null (B13)."""
    for number in ("Customer:3", "Customer:6", "Customer:999"):
        document = "query($id: ID!) { customer(id: $id) { id } }"
        assert crm.run(document, "alice", id=number) is None
