"""M1, C6, C7, M11, M20: slow work holds nobody else up, ends in time, and leaves nothing behind.

Slowness is made by a side session that locks a table; nothing here depends on a fast machine.
"""

import asyncio
import http.client
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import httpx
import psycopg2
import pytest

from engine.base.settings import Settings
from engine.db.quoting import quote
from engine.db.read_pool import ReadPool
from engine.db.write_engine import make_engine, transaction
from tests.conftest import Services
from tests.harness.client import Client
from tests.harness.company import TestCompany
from tests.harness.servers import Server, start_server, wait_until

LIST = "{ customers { totalCount } }"
WAYS = {
    "one read": LIST,
    "several reads": "{ a: customers { totalCount } b: customers { totalCount } }",
    "the executor": "{ viewer { isSuper } customers { totalCount } }",
}
READ_CONNECTIONS = 3


@pytest.fixture(scope="module")
def hurried(services: Services, company: TestCompany) -> Iterator[Server]:
    """A server whose statements may take two seconds, with few connections."""
    settings = {
        "QIANSI_STATEMENT_TIMEOUT_MS": "2000",
        "QIANSI_REQUEST_DEADLINE_MS": "4000",
        "QIANSI_READ_CONNECTIONS": str(READ_CONNECTIONS),
    }
    server = start_server(services.folder, services.database_url, services.redis_url, settings)
    yield server
    server.stop()


@contextmanager
def locked(services: Services, company: TestCompany, name: str) -> Iterator[None]:
    """A side session holds the table: whoever reads it waits."""
    side = psycopg2.connect(services.database_url)
    try:
        with side.cursor() as cursor:
            place = f"{quote(company.company.schema)}.{quote(name)}"
            cursor.execute(f"lock table {place} in access exclusive mode")
        yield
    finally:
        side.close()


def waiting(company: TestCompany) -> int:
    """Statements of this database that wait for a lock now."""
    count: int = company.value(
        "select count(*) from pg_stat_activity where wait_event_type = 'Lock'"
        " and datname = current_database() and pid <> pg_backend_pid()"
    )
    return count


def in_background(work: Callable[[], Any], count: int) -> tuple[list[threading.Thread], list[Any]]:
    found: list[Any] = []
    threads = [threading.Thread(target=lambda: found.append(work())) for _ in range(count)]
    for thread in threads:
        thread.start()
    return threads, found


def ask(client: Client, query: str) -> Any:
    """The code of one request on a connection of its own; "" when it was answered."""
    with httpx.Client(timeout=60) as session:
        own = Client(session, client.url, client.company, client.token, client.language)
        answer = own.post(query).json()
    return answer["errors"][0]["extensions"]["code"] if answer.get("errors") else ""


def asked_by_one_who_leaves(client: Client, query: str) -> http.client.HTTPConnection:
    """A connection on which a request was sent, and no answer read."""
    connection = http.client.HTTPConnection(client.url.removeprefix("http://"))
    headers = {"Content-Type": "application/json", **client.headers()}
    connection.request("POST", "/graphql", json.dumps({"query": query}), headers)
    return connection


def test_slow_reads_and_commands_leave_the_process_answering(
    services: Services, company: TestCompany, hurried: Server
) -> None:
    """M1, C7: all read connections wait, two commands too; health is told all the while."""
    client = company.client("alice").at(hurried.url)
    create = 'mutation { createLead(input: {name: "慢"}) { record { id } } }'
    client.run(LIST)
    slowest = 0.0
    with locked(services, company, "customer"), locked(services, company, "lead"):
        reads, _ = in_background(lambda: ask(client, LIST), READ_CONNECTIONS)
        writes, _ = in_background(lambda: ask(client, create), 2)
        wait_until(lambda: waiting(company) >= READ_CONNECTIONS, "reads that wait")
        with httpx.Client(timeout=30) as session:
            for _ in range(30):
                start = time.perf_counter()
                assert session.get(f"{hurried.url}/healthz").status_code == 200
                slowest = max(slowest, time.perf_counter() - start)
        assert any(thread.is_alive() for thread in reads)
    for thread in (*reads, *writes):
        thread.join()
    assert slowest < 1


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("known", [False, True], ids=["planned anew", "by a known plan"])
def test_a_query_that_runs_too_long_ends_in_the_database_too(
    services: Services, company: TestCompany, hurried: Server, way: str, known: bool
) -> None:
    """C6: TIMEOUT for the client, no statement left in the server, the connection works on."""
    client = company.client("alice").at(hurried.url)
    query = f"{WAYS[way]} # {known}"
    if known:
        assert ask(client, query) == ""
    with locked(services, company, "customer"):
        start = time.monotonic()
        assert ask(client, query) == "TIMEOUT"
        assert time.monotonic() - start < 8
        wait_until(lambda: waiting(company) == 0, "the statement is gone", 3)
    for _ in range(2 * READ_CONNECTIONS):
        assert ask(client, query) == ""


def test_a_command_that_waits_too_long_ends_too(
    services: Services, company: TestCompany, hurried: Server
) -> None:
    client = company.client("alice").at(hurried.url)
    before = company.value("select count(*) from {s}.lead")
    with locked(services, company, "lead"):
        query = 'mutation { createLead(input: {name: "迟"}) { record { id } } }'
        assert ask(client, query) in ("TIMEOUT", "CONFLICT")
        wait_until(lambda: waiting(company) == 0, "the statement is gone", 3)
    assert company.value("select count(*) from {s}.lead") == before


@pytest.mark.parametrize("way", WAYS)
def test_a_client_that_leaves_takes_its_query_along(
    services: Services, company: TestCompany, way: str
) -> None:
    """M11, C6, at an ordinary server, where the statement could run for five seconds; what
    another client asks of the other process is waited for and answered."""
    client, other = company.client("alice"), company.client("bob", server=1)
    client.run(WAYS[way])
    other.run(LIST)
    with locked(services, company, "customer"):
        (thread,), codes = in_background(lambda: ask(other, LIST), 1)
        wait_until(lambda: waiting(company) == 1, "the other client's query")
        leaving = asked_by_one_who_leaves(client, WAYS[way])
        wait_until(lambda: waiting(company) > 1, "the query")
        leaving.close()
        wait_until(lambda: waiting(company) == 1, "the statement is gone", 2.5)
        assert thread.is_alive()
    thread.join()
    assert codes == [""]


def test_a_command_runs_to_its_end_whoever_waits(services: Services, company: TestCompany) -> None:
    """A client that leaves cannot know what became of its command: it is done, once. A query that
    is left at the same time shows that the process has noticed."""
    client = company.client("alice")
    create = 'mutation { createLead(input: {name: "走了"}) { record { id } } }'
    with locked(services, company, "customer"), locked(services, company, "lead"):
        both = [asked_by_one_who_leaves(client, each) for each in (create, LIST)]
        wait_until(lambda: waiting(company) == 2, "command and query")
        for each in both:
            each.close()
        wait_until(lambda: waiting(company) == 1, "the query is gone", 2.5)
    count = "select count(*) from {s}.lead where name = '走了'"
    wait_until(lambda: company.value(count) == 1, "the lead")


def test_a_killed_server_takes_its_statements_along(
    services: Services, company: TestCompany
) -> None:
    """M11: the database itself finds out that nobody waits for the answer of a read, nor for
    that of a command, which is then undone."""
    settings = {"QIANSI_STATEMENT_TIMEOUT_MS": "60000", "QIANSI_REQUEST_DEADLINE_MS": "60000"}
    server = start_server(services.folder, services.database_url, services.redis_url, settings)
    client = company.client("alice").at(server.url)
    create = 'mutation { createLead(input: {name: "杀"}) { record { id } } }'
    asked = [*WAYS.values(), create]
    with locked(services, company, "customer"), locked(services, company, "lead"):
        threads = [in_background(partial(_quietly, client, each), 1)[0][0] for each in asked]
        # of the reads one waits twice, side by side
        wait_until(lambda: waiting(company) >= len(asked) + 1, "statements that wait")
        server.kill()
        wait_until(lambda: waiting(company) == 0, "the statements are gone", 10)
    for thread in threads:
        thread.join()
    assert company.value("select count(*) from {s}.lead where name = '杀'") == 0


def test_both_pools_let_the_database_look_after_its_clients(services: Services) -> None:
    """M11: whatever the server's own configuration says."""
    settings = Settings(database_url=services.database_url)
    query = "select current_setting('client_connection_check_interval')"

    async def read() -> str | None:
        pool = ReadPool(settings)
        await pool.start()
        try:
            return await pool.fetch_text(query, (), 1_000)
        finally:
            await pool.stop()

    engine = make_engine(settings)
    with engine.connect() as connection:
        assert connection.exec_driver_sql(query).scalar() == "1s"
    engine.dispose()
    assert asyncio.run(read()) == "1s"


def _quietly(client: Client, query: str) -> None:
    with pytest.raises(httpx.TransportError):
        ask(client, query)


def test_nothing_of_a_request_stays_on_its_connection(
    services: Services, make_company: Callable[[], TestCompany]
) -> None:
    """M20: with one connection for all, settings are the same after requests of two companies."""
    first, second = make_company(), make_company()
    settings = {f"QIANSI_{kind}_CONNECTIONS": "1" for kind in ("READ", "WRITE", "DIRECT")}
    server = start_server(services.folder, services.database_url, services.redis_url, settings)
    try:
        for name in ("甲", "乙"):
            for company in (first, second):
                client = company.client("alice").at(server.url)
                made = client.run(
                    "mutation($n: String) { createLead(input: {name: $n}) { record { id } } }",
                    n=f"{name} {company.company.schema}",
                )
                change = "mutation($id: ID!, $r: String) {" + (
                    "updateLead(id: $id, input: {remark: $r}) { record { remark } } }"
                )
                id = made["createLead"]["record"]["id"]
                for remark in ("一", company.company.schema):
                    done = client.run(change, id=id, r=remark)
                    assert done["updateLead"]["record"]["remark"] == remark
                shown = client.run("{ leads { nodes { name } } }")["leads"]["nodes"]
                assert {each["name"].split()[1] for each in shown} == {company.company.schema}
                assert ask(client, "mutation { createLead(input: {}) { record { id } } }")
        assert _leads(first) == _leads(second) == 2
    finally:
        server.stop()


def _leads(company: TestCompany) -> int:
    count: int = company.value("select count(*) from {s}.lead")
    return count


def test_a_transaction_leaves_no_setting_on_a_pooled_connection(services: Services) -> None:
    """M20: the limits of a command are gone with its transaction."""
    query = "select name || '=' || setting from pg_settings order by name"
    pool = make_engine(Settings(database_url=services.database_url, write_connections=1))
    with pool.connect() as connection:
        pid = connection.exec_driver_sql("select pg_backend_pid()").scalar()
        before = connection.exec_driver_sql(query).scalars().all()
    with transaction(pool, time.monotonic() + 1.5) as connection:
        assert connection.exec_driver_sql("select pg_backend_pid()").scalar() == pid
        assert connection.exec_driver_sql(query).scalars().all() != before
    with pool.connect() as connection:
        assert connection.exec_driver_sql("select pg_backend_pid()").scalar() == pid
        assert connection.exec_driver_sql(query).scalars().all() == before
    pool.dispose()
