"""The product through every way to its database: direct, and a real PgBouncer where there is one.

Two server processes per way, each with its own pools; companies are made beside them.
"""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from typing import Any, NamedTuple

import httpx
import pytest
from sqlalchemy import Engine

from engine.access.passwords import password_hashing
from engine.base.settings import Pooler, Settings
from engine.db.write_engine import make_engine
from metadata.changes import background, size
from tests.conftest import Services
from tests.features.test_both_ways import CASES, NAMES, REQUEST_ID, through_the_executor
from tests.golden.company import fill
from tests.harness.client import Client
from tests.harness.company import TestCompany
from tests.harness.databases import own_database
from tests.harness.pgbouncer import WAYS, reached
from tests.harness.servers import Server, start_server, wait_until

CREATE = "mutation($n: String) { createCustomer(input: {name: $n}) { record { id } } }"
LIST = "{ customers { totalCount nodes { name } } }"
UPDATE = """mutation($id: ID!, $r: String, $v: Int) {
  updateCustomer(id: $id, input: {remark: $r}, version: $v) { record { version } }
}"""
CONNECTIONS = 3  # of each kind, in each process


class Way(NamedTuple):
    pooler: Pooler
    url: str
    servers: list[Server]


@pytest.fixture(scope="module", params=WAYS)
def way(request: pytest.FixtureRequest, services: Services, engine: Engine) -> Iterator[Way]:
    with reached(services.folder, services.database_url, request.param) as url:
        settings = {
            "QIANSI_DATABASE_POOLER": request.param,
            "QIANSI_READ_CONNECTIONS": str(CONNECTIONS),
            "QIANSI_WRITE_CONNECTIONS": str(CONNECTIONS),
            "QIANSI_DIRECT_CONNECTIONS": str(CONNECTIONS),
            "QIANSI_STATEMENT_TIMEOUT_MS": "1500",
            "QIANSI_REQUEST_DEADLINE_MS": "3000",
        }
        started = [
            start_server(services.folder, named(url), services.redis_url, settings)
            for _ in range(2)
        ]
        yield Way(request.param, url, started)
        for server in started:
            server.stop()


def named(url: str) -> str:
    return f"{url}{'&' if '?' in url else '?'}application_name=counted"


@pytest.fixture(scope="module")
def here(way: Way, make_company: Callable[[], TestCompany]) -> TestCompany:
    return replace(make_company(), servers=way.servers)


def alone(client: Client, query: str, **variables: Any) -> dict[str, Any]:
    """One request on an HTTP connection of its own, so that many can be under way."""
    with httpx.Client(timeout=30) as http:
        answer: dict[str, Any] = replace(client, http=http).post(query, variables).json()
        return answer


def code(answer: dict[str, Any]) -> str:
    errors = answer.get("errors")
    return errors[0]["extensions"]["code"] if errors else ""


def together(work: list[Callable[[], Any]]) -> list[Any]:
    with ThreadPoolExecutor(len(work)) as threads:
        return [each.result() for each in [threads.submit(each) for each in work]]


@contextmanager
def held_customers(company: TestCompany) -> Iterator[None]:
    """Whoever reads customers waits in the database."""
    with company.engine.begin() as connection:
        schema = company.company.schema
        connection.exec_driver_sql(f"lock table {schema}.customer in access exclusive mode")
        yield


def waiting(company: TestCompany) -> int:
    found: int = company.value(
        "select count(*) from pg_stat_activity"
        " where datname = current_database() and wait_event_type = 'Lock'"
    )
    return found


def test_one_signs_in_reads_and_writes(here: TestCompany) -> None:
    password = "Qsi-9 kranich"
    here.sql(
        "insert into {s}.credential (user_id, password_hash) values (:u, :h)",
        u=here.people["bob"].number,
        h=password_hashing(1).hash(password),
    )
    token = here.client("").run(
        'mutation($p: String!) { signIn(account: "13900000003", password: $p) { token } }',
        p=password,
    )["signIn"]["token"]
    bob = replace(here.client("bob", 1), token=token)
    ids = [bob.run(CREATE, n=f"巴布 {n}")["createCustomer"]["record"]["id"] for n in range(5)]
    for query in (LIST, LIST, through_the_executor(LIST)):
        assert bob.run(query)["customers"]["totalCount"] == 5
    batch = """mutation($ids: [ID!]!) {
      batchUpdateCustomers(ids: $ids, input: {remark: "一起"}) { done failed { code } }
    }"""
    assert bob.run(batch, ids=ids)["batchUpdateCustomers"]["failed"] == []
    assert here.value("select count(*) from {s}.customer where remark = '一起'") == 5


@pytest.fixture(scope="module")
def filled(here: TestCompany, make_company: Callable[[], TestCompany]) -> TestCompany:
    company = replace(make_company(), servers=here.servers)
    fill(company)
    return company


def test_the_golden_corpus_has_the_same_answers(filled: TestCompany, servers: list[Server]) -> None:
    for name in NAMES:
        text = (CASES / f"{name}.graphql").read_text()
        person, *told = [line[1:].strip() for line in text.splitlines() if line.startswith("#")]
        variables = json.loads(told[0]) if told else {}
        client = filled.client(person)
        direct = client.at(servers[0].url).post(text, variables).text
        answers = [client.post(text, variables).text for _ in range(2)]
        answers.append(client.post(through_the_executor(text), variables).text)
        found = {REQUEST_ID.sub("", each) for each in (direct, *answers)}
        assert len(found) == 1, name


def test_of_many_editors_with_one_version_one_wins(here: TestCompany) -> None:
    made = here.client("alice").run(CREATE, n="许多编辑")["createCustomer"]["record"]["id"]
    answers = together(
        [
            partial(alone, here.client("alice", n % 2), UPDATE, id=made, r=f"第 {n}", v=1)
            for n in range(12)
        ]
    )
    assert sorted(map(code, answers)) == ["", *["CONFLICT"] * 11]


def test_of_many_creators_of_one_name_one_wins(here: TestCompany) -> None:
    answers = together(
        [partial(alone, here.client("alice", n % 2), CREATE, n="同名公司") for n in range(20)]
    )
    assert sorted(map(code, answers)) == ["", *["INVALID_INPUT"] * 19]


def test_whoever_is_disabled_is_refused_at_once_everywhere(here: TestCompany) -> None:
    for server in (0, 1):
        here.client("carol", server).run(LIST)
    disable = "mutation($u: [ID!]!) { setUserStatus(users: $u, status: DISABLED) { done } }"
    here.client("clerk").run(disable, u=[here.people["carol"].id])
    assert [here.client("carol", server).refused(LIST).code for server in (0, 1)] == [
        "UNAUTHENTICATED"
    ] * 2


def test_a_read_past_its_time_ends_and_later_ones_work(here: TestCompany) -> None:
    with held_customers(here):
        assert here.client("alice").refused(LIST).code == "TIMEOUT"
        wait_until(lambda: waiting(here) == 0, "no statement is left in the database")
    assert here.client("alice").run(LIST)


def test_a_client_that_leaves_takes_its_statement_along(here: TestCompany) -> None:
    client = here.client("alice")
    with held_customers(here):
        with httpx.Client(timeout=0.6) as http, pytest.raises(httpx.ReadTimeout):
            replace(client, http=http).run(LIST)
        wait_until(lambda: waiting(here) == 0, "no statement is left in the database")
    assert client.run(LIST)


def test_a_killed_process_takes_its_statements_along(
    here: TestCompany, way: Way, services: Services
) -> None:
    server = start_server(
        services.folder,
        way.url,
        services.redis_url,
        {
            "QIANSI_DATABASE_POOLER": way.pooler,
            "QIANSI_STATEMENT_TIMEOUT_MS": "60000",
            "QIANSI_REQUEST_DEADLINE_MS": "60000",
        },
    )
    client = here.client("alice").at(server.url)
    client.run("{ viewer { isSuper } }")
    with held_customers(here), ThreadPoolExecutor(1) as threads:
        asked = threads.submit(alone, client, LIST)
        wait_until(lambda: waiting(here) == 1, "the statement waits")
        server.kill()
        with pytest.raises(httpx.TransportError):
            asked.result()
        wait_until(lambda: waiting(here) == 0, "no statement is left in the database")


def test_more_requests_than_connections_wait_their_turn_or_are_told(
    here: TestCompany, way: Way
) -> None:
    """N processes never open more than N times the sum of their pools; waiting has an end."""
    here.client("alice").run(CREATE, n="等待")
    with held_customers(here):
        reads = [partial(alone, here.client("alice", n % 2), LIST) for n in range(30)]
        writes = [
            partial(alone, here.client("alice", n % 2), CREATE, n=f"等待 {n}") for n in range(20)
        ]
        with ThreadPoolExecutor(50) as threads:
            asked = [threads.submit(each) for each in (*reads, *writes)]
            most = 0
            while not all(each.done() for each in asked):
                most = max(most, counted(here))
        assert {code(each.result()) for each in asked} <= {"TIMEOUT", "UNAVAILABLE", "CONFLICT"}
    if way.pooler is Pooler.NONE:  # a pooler has connections of its own, which it bounds itself
        # each process has one more, which listens for new versions
        assert 0 < most <= 2 * (3 * CONNECTIONS + 1)
    for server in (0, 1):
        assert here.client("alice", server).run(LIST)
    # what had no connection in time is not done later
    done = here.value("select count(*) from {s}.customer where name like '等待 %'")
    assert done == 0


def counted(company: TestCompany) -> int:
    found: int = company.value(
        "select count(*) from pg_stat_activity where application_name = 'counted'"
    )
    return found


def test_many_companies_at_once_see_their_own(
    way: Way, make_company: Callable[[], TestCompany]
) -> None:
    companies = [replace(make_company(), servers=way.servers) for _ in range(4)]
    for company in companies:
        company.client("alice").run(CREATE, n=f"属于 {company.company.id}")
    work = [
        (company, partial(alone, company.client("alice", n % 2), LIST))
        for n in range(8)
        for company in companies
    ]
    answers = together([each for _, each in work])
    for (company, _), answer in zip(work, answers, strict=True):
        names = [node["name"] for node in answer["data"]["customers"]["nodes"]]
        assert names == [f"属于 {company.company.id}"]


@pytest.mark.parametrize("large", [-1, 8_000_000], ids=["beside writers", "at once"])
def test_a_missing_index_is_made_and_nothing_stays_locked(
    here: TestCompany, way: Way, large: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(size, "LARGE_TABLE_BYTES", large)
    (found,) = here.sql(
        "select indexname from pg_indexes where schemaname = :s and tablename = 'customer'"
        " and indexdef like 'CREATE INDEX%' order by 1 limit 1",
        s=here.company.schema,
    )
    here.sql(f"drop index {{s}}.{found['indexname']}")
    made = make_engine(Settings(database_url=way.url, database_pooler=way.pooler))
    done = together(
        [lambda: background.complete_tables(made, here.company.schema) for _ in range(3)]
    )
    made.dispose()
    assert sum(done) == 1
    held = "select count(*) from pg_locks where locktype = 'advisory' and pid <> pg_backend_pid()"
    assert here.value(held) == 0


def test_the_doctor_says_whether_the_setting_fits(way: Way, services: Services) -> None:
    with (
        own_database(services.database_url, "qiansi_doctor") as own,
        reached(services.folder, own, way.pooler) as url,
    ):
        check_doctor(way.pooler, url)


def check_doctor(way: Pooler, url: str) -> None:
    def doctor(pooler: Pooler) -> tuple[int, str]:
        environment = {
            **os.environ,
            "DATABASE_URL": url,
            "REDIS_URL": "",
            "QIANSI_DATABASE_POOLER": pooler,
            "QIANSI_READ_CONNECTIONS": "3",
        }
        ran = subprocess.run(
            [sys.executable, "-m", "qiansi", "doctor"],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        return ran.returncode, ran.stdout + ran.stderr

    assert re.search(rf"^ok    connections, pooler {way}$", doctor(way)[1], re.M)
    for pooler in Pooler:
        if pooler is not way:
            status, told = doctor(pooler)
            assert status != 0
            assert f"set QIANSI_DATABASE_POOLER={way}" in told
