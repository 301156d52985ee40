"""A replica that dies, freezes or hangs up costs time and no answer; without the primary there
are no reads, since nobody could say what has been revoked."""

import signal
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import httpx
from sqlalchemy import text

from engine.db.quoting import table
from tests.harness.client import Client
from tests.harness.company import TestCompany
from tests.harness.servers import wait_until
from tests.replica.conftest import Place, metric, reads, uses_replica

LIST = "{ customers(first: 5) { totalCount nodes { name owner { name } } } }"
READERS = 4


class Readers:
    """What the readers got: how many answers, and every one that was not right."""

    def __init__(self) -> None:
        self.answers = 0
        self.wrong: list[Any] = []
        self.over = threading.Event()

    def read(self, client: Client) -> None:
        with httpx.Client(timeout=30) as http:
            own = Client(http, client.url, client.company, client.token)
            while not self.over.is_set():
                try:
                    body = own.post(LIST).json()
                except httpx.HTTPError as error:
                    body = {"errors": [repr(error)]}
                if body.get("errors"):
                    self.wrong.append(body)
                self.answers += 1

    def some_more(self) -> None:
        """Returns when every reader has surely begun and ended further reads."""
        before = self.answers
        wait_until(lambda: self.answers > before + 5 * READERS, "the readers go on")


@contextmanager
def readers(company: TestCompany) -> Iterator[Readers]:
    """Reads without end at both processes, during the block."""
    found = Readers()
    threads = [
        threading.Thread(target=found.read, args=(company.client("manager", number % 2),))
        for number in range(READERS)
    ]
    for thread in threads:
        thread.start()
    try:
        yield found
    finally:
        found.over.set()
        for thread in threads:
            thread.join()


def set_aside(company: TestCompany) -> None:
    for server in company.servers:
        wait_until(lambda: metric(server, "qiansi_replica_usable") == 0, "it is set aside")  # noqa: B023


def test_a_killed_replica_is_not_noticed_and_used_again(office: TestCompany, place: Place) -> None:
    with readers(office) as seen:
        seen.some_more()
        place.pair.replica.kill()
        seen.some_more()
        set_aside(office)
        for server in office.servers:
            assert office.http.get(f"{server.url}/readyz").status_code == 200
        with place.serve(usable=False) as late:
            assert office.client("manager").at(late.url).run(LIST)
            place.pair.replica.start()
            uses_replica([*office.servers, late])
        before = [reads(server) for server in office.servers]
        seen.some_more()
    assert seen.wrong == []
    assert all(reads(server) > count for server, count in zip(office.servers, before, strict=True))


def test_a_frozen_replica_is_given_up_and_used_again(office: TestCompany, place: Place) -> None:
    """It accepts connections and statements, and answers none of them."""
    with readers(office) as seen:
        seen.some_more()
        place.pair.replica.signal(signal.SIGSTOP)
        try:
            set_aside(office)
            seen.some_more()
        finally:
            place.pair.replica.signal(signal.SIGCONT)
        uses_replica(office.servers)
        seen.some_more()
    assert seen.wrong == []


def test_statements_that_the_replica_ends_are_answered_by_the_primary(
    office: TestCompany, place: Place
) -> None:
    """As a conflict with replay ends them, or an administrator."""
    end = (
        "select count(pg_terminate_backend(pid)) from pg_stat_activity"
        " where application_name = 'qiansi'"
    )
    with readers(office) as seen:
        for _ in range(5):
            seen.some_more()
            assert place.pair.replica.value(end) > 0
            uses_replica(office.servers)
    assert seen.wrong == []


def test_a_read_that_the_replica_cancels_is_answered_by_the_primary(
    office: TestCompany, place: Place
) -> None:
    """It waits for a lock whose release is not replayed; the primary has no such lock any more."""
    replica, server = place.pair.replica, office.servers[0]
    held = "select count(*) > 0 from pg_locks where mode = 'AccessExclusiveLock' and granted"
    waiting = "from pg_stat_activity where application_name = 'qiansi' and wait_event_type = 'Lock'"
    before = reads(server, "primary", "failed")
    with office.engine.connect() as connection:
        connection.execute(text(f"lock table {table(office.company.schema, 'customer')}"))
        # a commit beside it, so that the record of the lock is sent without delay
        place.pair.primary.value("select pg_logical_emit_message(true, 'sent', '')::text")
        wait_until(lambda: bool(replica.value(held)), "the lock is replayed")
        place.pair.pause()
        connection.rollback()
    try:
        with ThreadPoolExecutor(1) as thread:
            answer = thread.submit(office.client("manager").run, LIST)
            wait_until(lambda: replica.value(f"select count(*) {waiting}") > 0, "the read waits")
            replica.value(f"select count(pg_cancel_backend(pid)) {waiting}")
            assert answer.result()["customers"]["totalCount"] >= 0
        assert reads(server, "primary", "failed") == before + 1
    finally:
        place.pair.resume()


def test_nothing_is_read_from_the_replica_while_the_primary_is_down(
    office: TestCompany, place: Place
) -> None:
    manager = office.client("manager")
    manager.run(LIST)
    place.pair.primary.stop()
    try:
        assert manager.refused(LIST).code == "UNAVAILABLE"
    finally:
        place.pair.primary.start()
    uses_replica(office.servers)
    office.engine.dispose()
    assert manager.run(LIST)["customers"]["totalCount"] >= 0
