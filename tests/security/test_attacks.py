"""C1–C5, C7, C11: every attack of the corpus is refused by its code before any work, or is legal
and answered; none leaves a trace.

A side session locks every table that requests are about: what reached one of them would wait, and
end as TIMEOUT. Session and rights may be looked at, since invalid documents are explained to the
signed in alone. How long a refusal takes is measured by the benchmark (`bench/attacks.py`).
"""

from collections.abc import Iterator

import psycopg2
import pytest

from bench.attack_corpus import ANSWERED, BY_SERVER, CORPUS, Attack
from bench.attacks import send
from engine.db.quoting import quote, table
from tests.conftest import Services
from tests.harness.client import Client
from tests.harness.company import TestCompany

REFUSED = [each for each in CORPUS if each.code != ANSWERED]
LEGAL = [each for each in CORPUS if each.code == ANSWERED]
ABOUT_SESSIONS = ("session", "state")
ABOUT_RIGHTS = ("user", "department", "role", "role_permission", "field_access", "user_role")


def port_of(client: Client) -> int:
    return int(client.url.rsplit(":", 1)[1])


def tables(company: TestCompany) -> list[str]:
    found = company.value(
        "select array_agg(tablename::text order by tablename) from pg_tables"
        " where schemaname = :schema",
        schema=company.company.schema,
    )
    return list(found)


def fingerprint(company: TestCompany) -> dict[str, object]:
    """Every table's number of rows and newest transaction; sessions note their use."""
    return {
        name: company.value(
            f"select (count(*), max(xmin::text::bigint))::text from {{s}}.{quote(name)}"
        )
        for name in tables(company)
        if name not in ABOUT_SESSIONS
    }


@pytest.fixture(scope="module", autouse=True)
def no_trace(company: TestCompany) -> Iterator[None]:
    """Both servers know the company before, and have changed nothing of it after."""
    for at in (0, 1):
        company.client("alice", at).run("{ viewer { isSuper } }")
    before = fingerprint(company)
    yield
    assert fingerprint(company) == before
    for server in company.servers:
        assert server.process.poll() is None
    assert company.client("alice").run("{ customers { totalCount } }")


@pytest.fixture
def nothing_to_read(services: Services, company: TestCompany) -> Iterator[None]:
    """Records, what hangs on them, the outbox and kept answers are locked."""
    names = [each for each in tables(company) if each not in (*ABOUT_SESSIONS, *ABOUT_RIGHTS)]
    assert {"customer", "follow_up", "outbox", "idempotency_key"} <= set(names)
    side = psycopg2.connect(services.database_url)
    try:
        with side.cursor() as cursor:
            places = ", ".join(table(company.company.schema, each) for each in names)
            cursor.execute(f"lock table {places} in access exclusive mode")
        yield
    finally:
        side.close()


@pytest.mark.parametrize("attack", REFUSED, ids=str)
def test_it_is_refused_before_any_work(
    company: TestCompany, nothing_to_read: None, attack: Attack
) -> None:
    client = company.client("alice")
    reply = send(port_of(client), attack, client.headers())
    assert reply.code == attack.code
    assert reply.status < 500


@pytest.mark.parametrize("attack", LEGAL, ids=str)
def test_what_is_legal_is_answered(company: TestCompany, attack: Attack) -> None:
    client = company.client("alice")
    reply = send(port_of(client), attack, client.headers())
    assert (reply.status, reply.code) == (200, ANSWERED)


def test_a_stranger_gets_no_further(company: TestCompany, nothing_to_read: None) -> None:
    client = company.client("", server=1)
    for attack in CORPUS:
        reply = send(port_of(client), attack, client.headers())
        assert reply.code in (attack.code, "UNAUTHENTICATED"), attack
        assert reply.status < 500


def test_the_corpus_is_large() -> None:
    assert len(CORPUS) == len({str(each) for each in CORPUS}) > 100
    assert sum(each.code == BY_SERVER for each in CORPUS) < 5


@pytest.mark.parametrize(
    ("query", "reason", "estimate"),
    [
        (
            "{ customers(first: 200) { nodes { contacts(first: 100) { nodes { id } }"
            " opportunities(first: 100) { nodes { id } } } } }",
            "nodes",
            200 + 2 * 200 * 100,
        ),
        (
            "{ "
            + " ".join(f"a{n}: customers(first: 200) {{ nodes {{ id }} }}" for n in range(29))
            + " b: contacts(first: 200) { nodes { opportunities(first: 80) { nodes { id } } } } }",
            "nodes",
            30 * 200 + 200 * 80,
        ),
        (
            "{ " + " ".join(f"a{n}: customers {{ totalCount }}" for n in range(26)) + " }",
            "rows",
            26 * 2_000,
        ),
        (
            "{ viewer { isSuper } "
            + " ".join(
                f"a{n}: customers {{ aggregate {{ count }} }} b{n}: customerGroups("
                "groupBy: [{level: true}], first: 5) { count }"
                for n in range(13)
            )
            + " }",
            "rows",
            13 * 2_000 + 13 * 2_005,
        ),
        (
            "{ customers(first: 200) { nodes { contacts(first: 60) { nodes {"
            " opportunities { totalCount } } } } } }",
            "rows",
            200 + 200 * 60 + 200 * 60 * 10,
        ),
    ],
)
def test_the_error_tells_the_limit_and_the_estimate(
    company: TestCompany, query: str, reason: str, estimate: int
) -> None:
    """The cost is that of all root fields together, whichever way the document is run."""
    answer = company.client("alice").post(query).json()
    told = answer["errors"][0]["extensions"]
    limits = {"nodes": 20_000, "rows": 50_000}
    assert (told["code"], told["reason"]) == ("TOO_COMPLEX", reason)
    assert (told["limit"], told["estimate"]) == (limits[reason], estimate)
