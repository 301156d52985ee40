"""M5, G1–G3: what is committed is delivered, however late; what is not leaves no message."""

import threading
from collections.abc import Iterator
from contextlib import closing

import pytest
from dramatiq.brokers.redis import RedisBroker

from engine.base.clock import now
from engine.base.settings import Settings
from engine.db.statements import Statements
from engine.outbox.claim import CLAIM_SECONDS
from engine.outbox.write import Message, write_messages
from jobs.broker import make_broker
from jobs.context import JobContext
from jobs.relay import relay_company
from tests.conftest import Services
from tests.harness.company import TestCompany

CREATE = "mutation($n: String) { createLead(input: {name: $n}) { record { id } } }"


@pytest.fixture
def context(services: Services, company: TestCompany) -> JobContext:
    company.sql("delete from {s}.outbox")
    urls = {"database_url": services.database_url, "redis_url": services.redis_url}
    return JobContext(company.engine, Settings(**urls))  # type: ignore[arg-type]


@pytest.fixture
def broker(services: Services, context: JobContext) -> Iterator[RedisBroker]:
    made = make_broker(services.redis_url, context)
    made.flush_all()
    with closing(made):
        yield made


def sent(company: TestCompany) -> list[int]:
    rows = company.sql("select id from {s}.outbox where sent_at is not null order by id")
    return [row["id"] for row in rows]


def test_a_transaction_that_commits_late_is_still_delivered(
    company: TestCompany, context: JobContext, broker: RedisBroker
) -> None:
    """The later id is sent first; the earlier one, committed afterwards, is not passed over."""
    message = Message("record.created", {"id": "Lead:1"})
    with company.engine.connect() as slow, slow.begin() as transaction:
        statements = Statements.on(slow)
        write_messages(statements, company.company.schema, [message], cause="slow", at=now())
        statements.flush()
        company.client("alice").run(CREATE, n="快")
        delivered = relay_company(context, broker, company.company, "one")
        assert delivered == len(sent(company)) >= 1
        transaction.commit()
    early = company.value("select min(id) from {s}.outbox")
    assert early not in sent(company)
    assert relay_company(context, broker, company.company, "one") == 1
    assert early in sent(company)
    assert relay_company(context, broker, company.company, "one") == 0


def test_an_effect_and_its_message_commit_together(
    company: TestCompany, context: JobContext
) -> None:
    record = company.client("alice").run(CREATE, n="一起")["createLead"]["record"]["id"]
    (row,) = company.sql("select kind, payload, cause, attempts from {s}.outbox")
    assert (row["kind"], row["payload"]["id"], row["attempts"]) == ("record.created", record, 0)
    assert row["cause"]


@pytest.mark.parametrize("person", ["alice", "finance"])
def test_a_refused_command_sends_nothing(
    company: TestCompany, context: JobContext, person: str
) -> None:
    """Refused by validation or by rights."""
    company.client(person).refused(CREATE, n="" if person == "alice" else "财务")
    assert company.value("select count(*) from {s}.outbox") == 0


def test_a_failed_row_of_a_batch_sends_nothing_its_neighbours_do(
    company: TestCompany, context: JobContext
) -> None:
    client = company.client("alice")
    mine = client.run(CREATE, n="批量")["createLead"]["record"]["id"]
    number = company.insert("lead", name="别人的", owner=company.people["carol"].number)
    company.sql("delete from {s}.outbox")
    done = client.run(
        'mutation($ids: [ID!]!) { batchUpdateLeads(ids: $ids, input: {remark: "x"})'
        " { done failed { id code } } }",
        ids=[mine, f"Lead:{number}"],
    )["batchUpdateLeads"]
    assert done == {"done": [mine], "failed": [{"id": f"Lead:{number}", "code": "NOT_FOUND"}]}
    payloads = [row["payload"] for row in company.sql("select payload from {s}.outbox")]
    assert [payload["id"] for payload in payloads] == [mine]


def test_relays_at_once_send_each_message_once(
    company: TestCompany, context: JobContext, broker: RedisBroker
) -> None:
    messages = [Message("record.created", {"id": f"Lead:{n}"}) for n in range(300)]
    with company.engine.begin() as connection:
        statements = Statements.on(connection)
        write_messages(statements, company.company.schema, messages, cause="many", at=now())
        statements.flush()
    counts: list[int] = []

    def relay(name: str) -> None:
        while count := relay_company(context, broker, company.company, name):
            counts.append(count)

    threads = [threading.Thread(target=relay, args=(f"relay {n}",)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(counts) == 300 == len(sent(company))
    assert company.value("select max(attempts) from {s}.outbox") == 1


def test_a_relay_that_dies_after_claiming_is_followed_by_another(
    company: TestCompany, context: JobContext, broker: RedisBroker, monkeypatch: pytest.MonkeyPatch
) -> None:
    company.client("alice").run(CREATE, n="中断")

    def die(*given: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr("jobs.relay.send", die)
        relay_company(context, broker, company.company, "dies")
    assert relay_company(context, broker, company.company, "next") == 0
    company.sql(
        "update {s}.outbox set claimed_at = claimed_at - make_interval(secs => :s)",
        s=CLAIM_SECONDS + 1,
    )
    assert relay_company(context, broker, company.company, "next") == 1
