"""A server killed while it writes, and a database that hangs up: nothing half, nothing lost."""

import threading
from typing import Any

import httpx
import pytest

from tests.conftest import Services
from tests.harness.client import Client
from tests.harness.company import TestCompany
from tests.harness.servers import start_server, wait_until

CREATE = "mutation($n: String) { createLead(input: {name: $n}) { record { id } } }"
LIST = "{ leads { totalCount } }"


def test_a_killed_server_leaves_whole_commands_only(
    services: Services, company: TestCompany
) -> None:
    """G1: each row has its log entry and its message; what was confirmed is there."""
    server = start_server(services.folder, services.database_url, services.redis_url)
    client = company.client("alice").at(server.url)
    confirmed: list[str] = []

    def work(worker: int) -> None:
        with httpx.Client(timeout=10) as http:
            own = Client(http, client.url, client.company, client.token)
            for number in range(10_000):
                try:
                    made = own.run(CREATE, n=f"线索 {worker}-{number}")
                except httpx.TransportError:
                    return
                confirmed.append(made["createLead"]["record"]["id"])

    threads = [threading.Thread(target=work, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    wait_until(lambda: len(confirmed) > 40, "some leads are made")
    server.kill()
    for thread in threads:
        thread.join()
    wait_until(lambda: not open_transactions(company), "the database noticed", 15)
    rows = {f"Lead:{row['id']}" for row in company.sql("select id from {s}.lead")}
    logged = company.sql(
        "select record_id from {s}.operation_log where record_object = 'lead' and action = 'create'"
    )
    sent = company.sql("select payload from {s}.outbox where kind = 'record.created'")
    assert set(confirmed) <= rows
    assert {f"Lead:{row['record_id']}" for row in logged} == rows
    assert len(logged) == len(rows)
    assert sorted(row["payload"]["id"] for row in sent) == sorted(rows)


def open_transactions(company: TestCompany) -> int:
    count: int = company.value(
        "select count(*) from pg_stat_activity where datname = current_database()"
        " and xact_start is not null and pid <> pg_backend_pid()"
    )
    return count


@pytest.mark.parametrize("round", range(2))
def test_a_database_that_hung_up_is_found_again(company: TestCompany, round: int) -> None:
    """I2, M30: errors at most in the moment itself, and then of the retryable kind."""
    clients = [company.client("alice", server) for server in (0, 1)]
    for client in clients:
        client.run(LIST)
    company.sql(
        "select pg_terminate_backend(pid) from pg_stat_activity"
        " where datname = current_database() and pid <> pg_backend_pid()"
    )
    for client in clients:
        for query, variables in ((LIST, {}), (CREATE, {"n": "之后"})):
            body = client.post(query, variables).json()
            assert not body.get("errors") or code(body) == "UNAVAILABLE", body
        assert client.run(LIST)["leads"]["totalCount"] >= 0
        assert client.run(CREATE, n="恢复")["createLead"]["record"]["id"]


def code(body: dict[str, Any]) -> str:
    found: str = body["errors"][0]["extensions"]["code"]
    return found
