"""Requests of a session that find who asks stale together share a load, never one from before."""

import asyncio
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, cast

import pytest
from sqlalchemy import event

from engine.access.place import AccessPlace, Caller
from engine.access.principals import PrincipalCache
from engine.access.sessions import SessionUse, open_session, token_hash
from engine.base.errors import TimedOut
from engine.query.plans import PlanCache
from metadata.snapshot import Snapshot
from resolvers.context import RequestContext, RequestFacts, Services
from schema.http.reloading import Reloading
from tests.unit.access.conftest import People


@pytest.fixture(scope="module")
def shared(place: AccessPlace) -> Iterator[Services]:
    with ThreadPoolExecutor(8) as writers:
        kept = (PlanCache(), PrincipalCache(), SessionUse())
        yield Services(place.settings, place.engine, cast(Any, None), writers, *kept)


@pytest.fixture
def session(place: AccessPlace, people: People, mobile: Callable[[], str]) -> bytes:
    user = people.add(mobile(), password=None)
    with place.engine.begin() as connection:
        return token_hash(open_session(connection, place, user, Caller("10.0.0.1")).token)


def requests(
    place: AccessPlace, shared: Services, count: int, seconds: float = 30
) -> list[RequestContext]:
    facts = RequestFacts("request", "10.0.0.1", "tests", "en", time.monotonic() + seconds)
    snapshot = Snapshot(1, ())
    return [RequestContext(shared, place.company, snapshot, None, facts) for _ in range(count)]


@contextmanager
def counted_loads(place: AccessPlace) -> Iterator[list[str]]:
    """The statements that looked for who is behind a session."""
    found: list[str] = []

    def note(_1: object, _2: object, statement: str, *_rest: object) -> None:
        if "subordinate_ids" in statement:
            found.append(statement)

    event.listen(place.engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(place.engine, "before_cursor_execute", note)


def test_requests_that_are_stale_together_share_a_load(
    place: AccessPlace, shared: Services, people: People, session: bytes
) -> None:
    async def reload_all(contexts: list[RequestContext]) -> None:
        reloading = Reloading()
        await asyncio.gather(*(reloading.reload(each, session) for each in contexts))

    contexts = requests(place, shared, 16)
    with counted_loads(place) as loads:
        asyncio.run(reload_all(contexts))
        assert len(loads) == 2  # the first one, and one that began when all had asked
        people.sql("update {s}.state set access_version = access_version + 1")
        asyncio.run(reload_all(contexts))
        assert len(loads) == 4
    now = people.sql("select access_version from {s}.state")
    assert {each.viewer().access_version for each in contexts} == {now}


def test_what_nobody_loaded_since_is_loaded(
    place: AccessPlace, shared: Services, session: bytes
) -> None:
    (context,) = requests(place, shared, 1)
    with counted_loads(place) as loads:
        for _ in range(3):
            asyncio.run(Reloading().reload(context, session))
    assert len(loads) == 3


def test_what_another_request_loaded_before_is_not_taken_for_current(
    place: AccessPlace, shared: Services, people: People, session: bytes
) -> None:
    stale, other = requests(place, shared, 2)
    reloading = Reloading()
    asyncio.run(reloading.reload(stale, session))
    people.sql("update {s}.state set access_version = access_version + 1")
    asyncio.run(reloading.reload(other, session))
    people.sql("update {s}.session set revoked_at = now() where token_hash = :h", h=session)
    asyncio.run(reloading.reload(stale, session))
    assert stale.principal is None


def test_the_end_of_a_session_is_seen_by_all_of_its_requests(
    place: AccessPlace, shared: Services, people: People, session: bytes
) -> None:
    contexts = requests(place, shared, 4)

    async def reload_all() -> None:
        reloading = Reloading()
        await asyncio.gather(*(reloading.reload(each, session) for each in contexts))

    asyncio.run(reload_all())
    people.sql("update {s}.session set revoked_at = now() where token_hash = :h", h=session)
    asyncio.run(reload_all())
    assert [each.principal for each in contexts] == [None] * 4


def test_who_waits_for_the_turn_waits_no_longer_than_the_request(
    place: AccessPlace, shared: Services, session: bytes
) -> None:
    async def wait() -> None:
        reloading = Reloading()
        (first,), (second,) = (requests(place, shared, 1, s) for s in (30, 0.05))
        kept = asyncio.create_task(reloading.reload(first, session))
        with place.engine.begin() as holder:
            holder.exec_driver_sql(f"lock table {place.company.schema}.session")
            await asyncio.sleep(0)
            with pytest.raises(TimedOut):
                await reloading.reload(second, session)
        await kept

    asyncio.run(wait())
