"""I2, M30: PostgreSQL dies under load and comes back; everything goes on by itself.

Two server processes and a worker on a database of their own, reached in every way there is.
"""

import os
import signal
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import psycopg2
import pytest

from engine.base.settings import Pooler, Settings
from engine.db.embedded import Embedded, start_embedded
from engine.db.platform import install_platform
from engine.db.write_engine import make_engine
from metadata.provision import create_company
from tests.harness.client import Client
from tests.harness.company import TestCompany, open_company
from tests.harness.pgbouncer import WAYS, reached
from tests.harness.servers import start_server, wait_until, worker_process

CREATE = "mutation($n: String) { createLead(input: {name: $n}) { record { id } } }"
LIST = "{ leads { totalCount } }"
CLIENTS = 8
RETRYABLE = {"UNAVAILABLE", "TIMEOUT", "CONFLICT"}
POOLER_PAUSE_SECONDS = 3.0  # PgBouncer refuses for server_login_retry after a failed attempt


@dataclass(frozen=True)
class Asked:
    """One request: when it began and ended, and the code of its error, "" for none."""

    began: float
    ended: float
    code: str

    def ran_within(self, start: float, end: float) -> bool:
        """Whether a part of it did."""
        return self.began < end and self.ended > start


@dataclass
class Load:
    """Clients that read and create in turn until told to stop."""

    clients: list[Client]
    asked: list[Asked] = field(default_factory=list)
    confirmed: list[str] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> "Load":
        self.threads = [
            threading.Thread(target=self._work, args=(number, client))
            for number, client in enumerate(self.clients)
        ]
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.over.set()
        for thread in self.threads:
            thread.join()

    def successes_since(self, moment: float) -> int:
        return sum(not each.code for each in list(self.asked) if each.began > moment)

    def failed(self) -> int:
        return sum(bool(each.code) for each in list(self.asked))

    def _work(self, worker: int, client: Client) -> None:
        with httpx.Client(timeout=30) as http:
            own = replace(client, http=http)
            number = 0
            while not self.over.is_set():
                number += 1
                self._ask(own, LIST, {})
                made = self._ask(own, CREATE, {"n": f"线索 {worker}-{number}"})
                if made is not None:
                    self.confirmed.append(made["createLead"]["record"]["id"])

    def _ask(self, client: Client, query: str, variables: dict[str, Any]) -> Any:
        began = time.monotonic()
        body = client.post(query, variables).json()
        errors = body.get("errors")
        code = errors[0]["extensions"]["code"] if errors else ""
        self.asked.append(Asked(began, time.monotonic(), code))
        if errors:
            time.sleep(0.05)  # as a client does before it tries again
        return None if errors else body["data"]


@dataclass
class Place:
    """The database of a test, the company in it, and how it is reached."""

    embedded: Embedded
    company: TestCompany
    pooler: Pooler

    def clients(self) -> list[Client]:
        return [self.company.client("alice", at % 2) for at in range(CLIENTS)]


@pytest.fixture(params=WAYS)
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    for parent in (tmp_path, *tmp_path.parents[:2]):
        parent.chmod(0o755)
    embedded = start_embedded(tmp_path / "data")
    engine = make_engine(Settings(database_url=embedded.database_url))
    with engine.begin() as connection:
        install_platform(connection)
    made = create_company(engine, "重启公司", domain="restart.test")
    with (
        reached(tmp_path, embedded.database_url, request.param) as url,
        httpx.Client(timeout=30) as http,
    ):
        settings = {"QIANSI_DATABASE_POOLER": str(request.param)}
        servers = [start_server(tmp_path, url, embedded.redis_url, settings) for _ in range(2)]
        with worker_process(tmp_path / "worker.log", url, embedded.redis_url, settings):
            yield Place(embedded, open_company(engine, made, servers, http), request.param)
        for server in servers:
            server.kill()
    engine.dispose()
    embedded.stop()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL], ids=["restarted", "killed"])
def test_a_restart_under_load_is_survived(place: Place, number: int) -> None:
    company = place.company
    with Load(place.clients()) as load:
        wait_until(lambda: len(load.confirmed) > 40, "some leads are made")
        wait_until(partial(delivering, company), "the worker delivers messages")
        down = time.monotonic()
        os.kill(place.embedded.postgres.pid, number)
        wait_until(lambda: load.failed() > 0, "somebody noticed")
        wait_until(lambda: not place.embedded.postgres.running, "it is down")
        place.embedded.revive()
        up = time.monotonic() + (0 if place.pooler is Pooler.NONE else POOLER_PAUSE_SECONDS)
        wait_until(lambda: load.successes_since(up) > 20 * CLIENTS, "they work again", 60)
    refused = [each for each in load.asked if each.code]
    assert {each.code for each in refused} <= RETRYABLE
    assert not [each for each in refused if not each.ran_within(down, up)]
    whole(company, load.confirmed)


def delivering(company: TestCompany) -> bool:
    """Fewer messages wait than leads were made."""
    found: bool = company.value(
        "select (select count(*) from {s}.lead) > (select count(*) from {s}.outbox)"
    )
    return found


def whole(company: TestCompany, confirmed: list[str]) -> None:
    """What was confirmed is there, each row has its log entry, and every message is delivered."""
    rows = {f"Lead:{row['id']}" for row in company.sql("select id from {s}.lead")}
    logged = company.sql(
        "select record_id from {s}.operation_log where record_object = 'lead' and action = 'create'"
    )
    assert set(confirmed) <= rows
    assert sorted(f"Lead:{row['record_id']}" for row in logged) == sorted(rows)
    # the time that a claim has to be sent is over
    company.sql(
        "update {s}.outbox set claimed_at = claimed_at - interval '1 minute' where sent_at is null"
    )
    wait_until(
        lambda: company.value("select count(*) from {s}.outbox") == 0,
        "the worker delivers all messages",
        60,
    )
    for server in company.servers:
        assert httpx.get(f"{server.url}/readyz", timeout=10).status_code == 200


def test_a_server_that_takes_no_more_connections_is_survived(place: Place) -> None:
    """max_connections reached: served with what there is or told to retry, then as before."""
    url = place.embedded.database_url
    taken: list[Any] = []
    with Load(place.clients()) as load:
        wait_until(lambda: len(load.confirmed) > 10, "some leads are made")
        wait_until(partial(delivering, place.company), "the worker delivers messages")
        full = time.monotonic()
        with pytest.raises(psycopg2.OperationalError):
            while len(taken) < 200:
                taken.append(psycopg2.connect(url))
        place.company.engine.dispose()
        # whoever holds a connection now loses it, and cannot have another
        terminate(taken[0])
        wait_until(lambda: len([a for a in list(load.asked) if a.began > full]) > 50, "they ask")
        for each in taken:
            each.close()
        free = time.monotonic() + (0.5 if place.pooler is Pooler.NONE else POOLER_PAUSE_SECONDS)
        wait_until(lambda: load.successes_since(free) > 20 * CLIENTS, "they work again", 60)
    refused = [each for each in load.asked if each.code]
    assert {each.code for each in refused} <= RETRYABLE
    assert not [each for each in refused if not each.ran_within(full, free)]
    whole(place.company, load.confirmed)


def terminate(connection: Any) -> None:
    """Ends the server processes of Qiansi, and takes their places at once."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity"
            " where application_name = 'qiansi' or application_name like 'pgbouncer%'"
        )
    connection.rollback()
