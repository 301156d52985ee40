"""When the answer of a replica is taken, and what is done when it is not."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from typing import Any, cast

import pytest

from engine.access.model import AccessProfile, Principal
from engine.base.errors import SchemaChanged, TimedOut, Unavailable
from engine.db.replica import Lag, Replica
from engine.db.sqlstate import TryAgain
from engine.query.replica_reads import ReplicaReads

SQL = "select 'x' from s where $1::bytea is not null"
MARKS = "0/5 0/3"


class FakePrimary:
    """Answers the check with `marks` and reads with `present`."""

    def __init__(self, marks: str | Exception | None = MARKS) -> None:
        self.marks, self.reads = marks, 0

    async def fetch_text(self, sql: str, arguments: Sequence[Any], timeout_ms: int) -> str | None:
        if sql == SQL:
            self.reads += 1
            return "present"
        if isinstance(self.marks, Exception):
            raise self.marks
        return self.marks


class FakeReplica:
    """Answers every read with `answer`, or never when that is None and `silent`."""

    def __init__(self, answer: str | Exception | None, *, silent: bool = False) -> None:
        self.usable, self.reads = True, Counter[tuple[str, str]]()
        self.answer, self.silent = answer, silent
        self.task: asyncio.Task[str | None] | None = None

    def begin(
        self, _sql: str, _arguments: Sequence[Any], _timeout_ms: int
    ) -> asyncio.Task[str | None]:
        async def work() -> str | None:
            if self.silent:
                await asyncio.Event().wait()
            if isinstance(self.answer, Exception):
                raise self.answer
            return self.answer

        self.task = asyncio.get_running_loop().create_task(work())
        self.task.add_done_callback(lambda task: task.cancelled() or task.exception())
        return self.task

    def set_aside(self) -> None:
        self.usable = False


def read(replica: FakeReplica, primary: FakePrimary, timeout_ms: int = 1_000) -> str | None:
    async def main() -> str | None:
        routed = ReplicaReads(cast(Replica, replica), primary, principal())
        return await routed.fetch_text(SQL, (b"hash",), timeout_ms)

    return asyncio.run(main())


def principal() -> Principal:
    return Principal(
        user_id=1,
        company_id=1,
        schema="t_1",
        time_zone="Asia/Shanghai",
        language="zh",
        session_hash=b"hash",
        access_version=1,
        metadata_version=1,
        profile=AccessProfile(key="any", is_super=True),
        department_id=None,
        department_tree=(),
        subordinate_ids=(),
        scope_users={},
    )


def test_the_same_marks_let_the_answer_count() -> None:
    replica, primary = FakeReplica(f'{MARKS}\n{{"a":\n1}}'), FakePrimary()
    assert read(replica, primary) == '{"a":\n1}'
    assert (primary.reads, replica.reads) == (0, {("replica", ""): 1})


@pytest.mark.parametrize("answer", ["0/4 0/3\nold", "0/5 \nold", " \nold", None])
def test_other_marks_or_no_row_send_the_read_to_the_primary(answer: str | None) -> None:
    replica, primary = FakeReplica(answer), FakePrimary()
    assert read(replica, primary) == "present"
    assert replica.reads == {("primary", "behind"): 1}


@pytest.mark.parametrize("error", [TryAgain(), SchemaChanged(), Unavailable(), RuntimeError("odd")])
def test_whatever_the_replica_fails_with_the_primary_answers(error: Exception) -> None:
    """Only a replica that is not there is set aside for those that follow."""
    replica, primary = FakeReplica(error), FakePrimary()
    assert read(replica, primary) == "present"
    assert replica.reads == {("primary", "failed"): 1}
    assert replica.usable is not isinstance(error, Unavailable)


def test_a_failed_check_ends_the_read_without_waiting_for_the_replica() -> None:
    replica, primary = FakeReplica(None, silent=True), FakePrimary(marks=None)
    assert read(replica, primary) is None
    assert replica.task is not None
    assert replica.task.cancelled()


def test_a_primary_that_cannot_be_asked_ends_the_read() -> None:
    """Though the replica has answered: nobody knows what was revoked."""
    replica = FakeReplica(f"{MARKS}\nold")
    with pytest.raises(Unavailable):
        read(replica, FakePrimary(marks=Unavailable()))


def test_a_read_out_of_time_is_not_begun_again() -> None:
    primary = FakePrimary()
    with pytest.raises(TimedOut):
        read(FakeReplica(TimedOut()), primary, timeout_ms=0)
    assert primary.reads == 0


def test_a_read_given_up_by_its_client_is_given_up_at_the_replica() -> None:
    replica = FakeReplica(None, silent=True)

    async def main() -> None:
        routed = ReplicaReads(cast(Replica, replica), FakePrimary(), principal())
        reading = asyncio.get_running_loop().create_task(routed.fetch_text(SQL, (b"hash",), 1_000))
        await asyncio.sleep(0)  # it begins
        assert replica.task is not None
        reading.cancel()
        with pytest.raises(asyncio.CancelledError):
            await reading
        with pytest.raises(asyncio.CancelledError):
            await replica.task

    asyncio.run(main())


def test_a_replica_set_aside_is_not_asked() -> None:
    replica, primary = FakeReplica(f"{MARKS}\nold"), FakePrimary()
    replica.usable = False
    assert read(replica, primary) == "present"
    assert replica.task is None


def lag_of(*probes: tuple[float, int, int]) -> list[float | None]:
    lag = Lag()
    return [lag.seconds(at, f"7 {here}", f"7 {there}") for at, here, there in probes]


@pytest.mark.parametrize(
    ("probes", "seconds"),
    [
        ([(0.0, 10, 10), (1.0, 20, 20)], [0.0, 0.0]),
        ([(0.0, 10, 10), (1.0, 20, 10), (2.0, 30, 10), (3.0, 30, 25)], [0.0, 1.0, 2.0, 2.0]),
        ([(0.0, 10, 5), (1.0, 20, 9), (2.0, 30, 12)], [None, None, 2.0]),
        ([(0.0, 10, 10), (9.0, 10, 10)], [0.0, 0.0]),
    ],
)
def test_lag_is_the_time_since_the_primary_was_where_the_replica_is(
    probes: Sequence[tuple[float, int, int]], seconds: list[float | None]
) -> None:
    """Unknown until the replica has passed a position that was seen; an idle primary has none."""
    assert lag_of(*probes) == seconds


@pytest.mark.parametrize("there", ["8 10", "7 ", ""])
def test_what_is_no_replica_of_this_primary_has_no_lag(there: str) -> None:
    """Another system, or one that replays nothing because it is a primary itself."""
    assert Lag().seconds(0.0, "7 10", there) is None
