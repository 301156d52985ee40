"""Outbox to broker to actor: nothing lost, nothing twice, late commits found (G1-G3, M5, M9)."""

import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from dramatiq import Worker
from dramatiq.brokers.redis import RedisBroker
from sqlalchemy import Connection, Engine, text

from engine.base.clock import now
from engine.base.errors import SetupError
from engine.base.settings import Settings
from engine.db.companies import Company, load_companies
from engine.db.quoting import table
from engine.db.statements import Statements
from engine.outbox.claim import (
    CLAIM_SECONDS,
    MOST_ATTEMPTS,
    RESEND_SECONDS,
    claim,
    mark_done,
    mark_sent,
    waiting_count,
)
from engine.outbox.write import Message, write_messages
from jobs.broker import make_broker
from jobs.context import JobContext
from jobs.relay import relay_company, run_relay
from metadata.provision import create_company
from tests.conftest import Services
from tests.harness.servers import wait_until, worker_process


@pytest.fixture
def company(engine: Engine) -> Company:
    return create_company(engine, "Jobs")


@pytest.fixture
def broker(services: Services, engine: Engine) -> Iterator[RedisBroker]:
    made = make_broker(services.redis_url, context_of(services, engine))
    made.flush_all()
    with closing(made):
        yield made


def context_of(services: Services, engine: Engine) -> JobContext:
    return JobContext(
        engine, Settings(database_url=services.database_url, redis_url=services.redis_url)
    )


def write(connection: Connection, company: Company, count: int = 1) -> None:
    messages = [Message("record.created", {"id": f"Customer:{n}"}) for n in range(count)]
    found = Statements.on(connection)
    write_messages(found, company.schema, messages, cause="test", at=now())
    found.flush()


def waiting(engine: Engine, company: Company) -> int:
    with engine.begin() as connection:
        return waiting_count(connection, company.schema)[0]


def age(engine: Engine, company: Company, column: str, seconds: int) -> None:
    with engine.begin() as connection:
        outbox = table(company.schema, "outbox")
        connection.execute(
            text(f"update {outbox} set {column} = {column} - make_interval(secs => :s)"),
            {"s": seconds},
        )


def claimed(engine: Engine, company: Company, limit: int = 10) -> list[int]:
    with engine.begin() as connection:
        return [each.id for each in claim(connection, company.schema, "test", limit)]


def test_every_message_is_claimed_once_by_two_relays(engine: Engine, company: Company) -> None:
    with engine.begin() as connection:
        write(connection, company, 7)
    with engine.begin() as one, engine.begin() as other:
        first = claim(one, company.schema, "one", 4)
        second = claim(other, company.schema, "other", 4)
    assert sorted(each.id for each in (*first, *second)) == [1, 2, 3, 4, 5, 6, 7]
    assert claimed(engine, company) == []


def test_a_row_that_commits_late_is_found(engine: Engine, company: Company) -> None:
    with engine.connect() as late, late.begin() as transaction:
        write(late, company)
        with engine.begin() as connection:
            write(connection, company)
        assert claimed(engine, company) == [2]
        transaction.commit()
    assert claimed(engine, company) == [1]


def test_claimed_but_not_sent_is_due_again_after_its_time(engine: Engine, company: Company) -> None:
    with engine.begin() as connection:
        write(connection, company)
    assert claimed(engine, company) == [1]
    age(engine, company, "claimed_at", CLAIM_SECONDS + 1)
    assert claimed(engine, company) == [1]


def test_sent_but_not_done_is_sent_again(engine: Engine, company: Company) -> None:
    with engine.begin() as connection:
        write(connection, company)
    assert claimed(engine, company) == [1]
    with engine.begin() as connection:
        mark_sent(connection, company.schema, [1])
    assert claimed(engine, company) == []
    age(engine, company, "sent_at", RESEND_SECONDS + 1)
    assert claimed(engine, company) == [1]


def test_what_never_succeeds_stays_as_a_dead_letter(engine: Engine, company: Company) -> None:
    with engine.begin() as connection:
        write(connection, company)
        connection.execute(
            text(f"update {table(company.schema, 'outbox')} set attempts = {MOST_ATTEMPTS}")
        )
    assert claimed(engine, company) == []
    with engine.begin() as connection:
        assert waiting_count(connection, company.schema) == (1, 1)


def test_done_is_done_once(engine: Engine, company: Company) -> None:
    with engine.begin() as connection:
        write(connection, company)
    with engine.begin() as connection:
        assert [mark_done(connection, company.schema, 1) for _ in range(2)] == [True, False]


@pytest.fixture
def undisturbed(engine: Engine, company: Company) -> None:
    """Takes away the messages that other tests left: thousands, each with work of its own."""
    with engine.begin() as connection:
        for each in load_companies(connection):
            connection.execute(text(f"delete from {table(each.schema, 'outbox')}"))


@contextmanager
def at_work(context: JobContext, broker: RedisBroker) -> Iterator[None]:
    """A relay and a worker in threads, ended whatever happens: else nothing here would end."""
    stop = threading.Event()
    relay = threading.Thread(target=run_relay, args=(context, broker, stop))
    worker = Worker(broker, worker_threads=2)
    worker.start()
    relay.start()
    try:
        yield
    finally:
        stop.set()
        relay.join()
        worker.stop()


@pytest.mark.usefixtures("undisturbed")
def test_messages_reach_their_actor(
    services: Services, engine: Engine, company: Company, broker: RedisBroker
) -> None:
    with engine.begin() as connection:
        write(connection, company, 500)
    with at_work(context_of(services, engine), broker):
        wait_until(lambda: waiting(engine, company) == 0, "500 events delivered")


@pytest.mark.usefixtures("undisturbed")
def test_what_is_wrong_with_one_company_hinders_no_other(
    services: Services, engine: Engine, company: Company, broker: RedisBroker
) -> None:
    """An error that the relay does not know, in a company that comes first."""
    later = create_company(engine, "Jobs later")
    name = table(company.schema, "outbox")
    with engine.begin() as connection:
        write(connection, later, 1)
        connection.execute(text(f"alter table {name} alter available_at type text"))
    with at_work(context_of(services, engine), broker):
        wait_until(lambda: waiting(engine, later) == 0, "the later company is delivered to")
        with engine.begin() as connection:
            as_before = "alter available_at type timestamptz using available_at::timestamptz"
            connection.execute(text(f"alter table {name} {as_before}"))
            write(connection, company, 1)
        wait_until(lambda: waiting(engine, company) == 0, "and the first one once it is mended")


def test_a_wiped_broker_loses_nothing(
    services: Services, engine: Engine, company: Company, broker: RedisBroker
) -> None:
    context = context_of(services, engine)
    with engine.begin() as connection:
        write(connection, company, 3)
    assert relay_company(context, broker, company, "test") == 3
    broker.flush_all()
    age(engine, company, "sent_at", RESEND_SECONDS + 1)
    assert relay_company(context, broker, company, "test") == 3
    assert waiting(engine, company) == 3


@pytest.mark.usefixtures("undisturbed")
def test_a_killed_worker_leaves_its_messages_to_the_next(
    services: Services, engine: Engine, company: Company, broker: RedisBroker, tmp_path: Path
) -> None:
    log = tmp_path / "worker.log"
    with worker_process(log, services.database_url, services.redis_url):
        with engine.begin() as connection:
            write(connection, company, 300)
        wait_until(lambda: waiting(engine, company) < 300, "the first deliveries")
    age(engine, company, "claimed_at", CLAIM_SECONDS + 1)
    with worker_process(log, services.database_url, services.redis_url) as second:
        wait_until(lambda: waiting(engine, company) == 0, "all delivered")
        second.terminate()
        assert second.wait(20) == 0


def test_what_a_killed_worker_had_fetched_is_fetched_again(
    services: Services, engine: Engine, company: Company, broker: RedisBroker, tmp_path: Path
) -> None:
    """Nothing of the outbox is due again before ten minutes: the broker's knobs do it (M9)."""
    log = tmp_path / "worker.log"
    with engine.begin() as connection:
        write(connection, company, 20)
    relay_company(context_of(services, engine), broker, company, "test")
    left = fetched_count(broker)
    with engine.begin() as holder:
        holder.execute(text(f"lock table {table(company.schema, 'outbox')}"))
        with worker_process(log, services.database_url, services.redis_url):
            wait_until(lambda: fetched_count(broker) > left, "messages fetched, and none done")
    assert waiting(engine, company) == 20
    with worker_process(log, services.database_url, services.redis_url):
        wait_until(lambda: waiting(engine, company) == 0, "all delivered")


def fetched_count(broker: RedisBroker) -> int:
    """How many messages workers, living or killed, have fetched and not acknowledged."""
    keys = broker.client.keys(f"{broker.namespace}:__acks__.*.default")
    return sum(broker.client.scard(key) for key in keys)


def test_no_redis_is_told_in_one_line(services: Services, engine: Engine) -> None:
    with pytest.raises(SetupError, match="the Redis of REDIS_URL does not answer") as told:
        make_broker("redis://127.0.0.1:1/0", context_of(services, engine))
    assert "\n" not in str(told.value)
