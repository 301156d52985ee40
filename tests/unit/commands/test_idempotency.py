"""F8: the same key and body give the same answer; the cases of `engine/commands/idempotency.py`."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from engine.base.clock import now
from engine.base.errors import AppError, Conflict, InvalidInput
from engine.commands.actor import IdempotencyKey
from engine.commands.command import BatchUpdate, CreateRecord, Outcome
from engine.commands.idempotency import load_response, store_response
from tests.unit.commands.company import Office


def key(name: str, body: bytes = b"body", field_index: int = 0) -> IdempotencyKey:
    return IdempotencyKey(name, body, field_index)


def create(name: str) -> CreateRecord:
    return CreateRecord(object="customer", values={"name": name})


def count(office: Office, name: str) -> int:
    found: int = office.value("select count(*) from {s}.customer where name = :name", name=name)
    return found


def test_a_repeat_gives_the_same_record_and_no_effect(office: Office) -> None:
    first = office.run("alice", create("幂等一"), key("k1"))
    before = office.traces()
    assert office.run("alice", create("幂等一"), key("k1")) == first
    assert office.traces() == before


def test_a_repeat_after_a_refusal_runs(office: Office) -> None:
    with pytest.raises(InvalidInput):
        office.run("alice", create(""), key("k2"))
    office.run("alice", create("幂等二"), key("k2"))
    assert count(office, "幂等二") == 1


def test_another_body_is_refused(office: Office) -> None:
    office.run("alice", create("幂等三"), key("k3"))
    with pytest.raises(Conflict) as caught:
        office.run("alice", create("幂等三乙"), key("k3", b"other"))
    assert caught.value.reason == "idempotency_mismatch"
    assert count(office, "幂等三乙") == 0


def test_keys_belong_to_users(office: Office) -> None:
    office.run("alice", create("幂等四甲"), key("k4"))
    office.run("bob", create("幂等四乙"), key("k4", b"other"))
    assert count(office, "幂等四乙") == 1


def test_each_mutation_of_a_request_has_its_own_outcome(office: Office) -> None:
    first = office.run("alice", create("幂等五甲"), key("k5", field_index=0))
    second = office.run("alice", create("幂等五乙"), key("k5", field_index=1))
    assert first.id != second.id


def test_a_key_expires_after_a_day(office: Office) -> None:
    office.run("alice", create("幂等六甲"), key("k6"))
    office.sql("update {s}.idempotency_key set created_at = now() - interval '25 hours'")
    office.run("alice", create("幂等六乙"), key("k6", b"other"))
    assert count(office, "幂等六乙") == 1


def test_twelve_at_once_have_one_effect(office: Office) -> None:
    actor_key = key("k7")

    def attempt(_: int) -> Outcome | AppError:
        try:
            return office.run("alice", create("幂等七"), actor_key)
        except AppError as error:
            return error

    with ThreadPoolExecutor(6) as threads:
        outcomes = list(threads.map(attempt, range(12)))
    assert count(office, "幂等七") == 1
    done = [each for each in outcomes if isinstance(each, Outcome)]
    assert len(done) == 12
    assert len({each.id for each in done}) == 1


def test_failures_of_a_batch_are_replayed_with_their_parameters(office: Office) -> None:
    id = office.create("alice", "customer", name="幂等八")
    command = BatchUpdate(object="customer", ids=(id,), values={"name": ""})
    first = office.run("alice", command, key("k8"))
    again = office.run("alice", command, key("k8"))
    (one,), (two,) = first.failures, again.failures
    assert isinstance(one.error, InvalidInput)
    assert isinstance(two.error, InvalidInput)
    assert two.error.problems == one.error.problems


def test_whole_answers_are_kept_byte_by_byte(office: Office) -> None:
    schema, user = office.company.schema, office.users["alice"]
    with office.engine.begin() as connection:
        assert load_response(connection, schema, user, key("k9"), now()) is None
        store_response(connection, schema, user, key("k9"), b'{"data":1}')
        assert load_response(connection, schema, user, key("k9"), now()) == b'{"data":1}'
        with pytest.raises(Conflict):
            load_response(connection, schema, user, key("k9", b"other"), now())
