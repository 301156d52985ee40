"""`python -m bench --part million`: a million customers through HTTP, beside psql.

One client, ours and by hand in turn, for the super admin and for a salesperson who sees 500 of
the million. First both must give the same answer. The salesperson's fields are all readable
here: the search for a fragment of a mobile would have nothing to search otherwise.
"""

import http.client
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine, text

from bench.answers import normalise
from bench.contenders import serve_command
from bench.contest import RESULTS, Run, tell
from bench.database import SALESPERSON, Measured, Viewer, prepare
from bench.million_fields import add_fields
from bench.million_psql import Psql, open_psql
from bench.million_questions import BEYOND, Hand, Question, questions
from bench.million_report import Timed, table, write
from bench.processes import HOST, free_port, running
from engine.base.settings import Settings
from engine.db.companies import Company
from engine.db.quoting import table as table_name
from engine.db.write_engine import make_engine

WARM_UPS = 8  # of each variant: after five runs PostgreSQL has chosen its kind of plan
REQUESTS = 50
SECONDS = 8.0  # at most, for one question of one viewer; never fewer than LEAST requests
LEAST = 12


def run_million(run: Run) -> None:
    """Loads what is missing, compares, measures, prints the table, writes the JSON."""
    services = run.services
    measured = prepare(services["DATABASE_URL"], "1m", tell)
    engine = make_engine(Settings(database_url=services["DATABASE_URL"], write_connections=2))
    try:
        add_fields(engine, measured.company, tell)
        _open_fields(engine, measured.company)
        bound = _row_at(engine, measured.company)
    finally:
        engine.dispose()
    port = free_port()
    environment = {**services, "QIANSI_LOG_FORMAT": "json"}
    with (
        running(serve_command(port), port, environment, run.folder / "million.log"),
        open_psql(services["DATABASE_URL"]) as psql,
    ):
        timed = _measured(psql, port, measured, bound)
    print(table(timed))
    results = RESULTS / "million.json"
    write(results, timed)
    print(f"\nwritten to {results}")


def _measured(psql: Psql, port: int, measured: Measured, bound: tuple[str, int]) -> list[Timed]:
    schema = measured.company.schema
    sides = (
        ("admin", _Client(port, measured.company, measured.admin), Hand(schema, None)),
        (
            "salesperson",
            _Client(port, measured.company, measured.salesperson),
            Hand(schema, SALESPERSON),
        ),
    )
    cursor = sides[0][1].cursor_at(BEYOND)
    found: list[Timed] = []
    for question in questions(cursor, bound):
        tell(f"measuring {question.title}")
        for at, (viewer, client, hand) in enumerate(sides):
            found.append(_Side(client, psql, hand).timed(question, viewer, question.limits_ms[at]))
    return found


@dataclass(frozen=True, slots=True)
class _Side:
    """One viewer through HTTP, and the same by hand."""

    client: "_Client"
    psql: Psql
    hand: Hand

    def timed(self, question: Question, viewer: str, limit_ms: float | None) -> Timed:
        self.client.hang_up()
        pairs = [
            (self.client.body(question, each), question.by_hand(self.hand, each))
            for each in question.variants
        ]
        for body, statement in pairs:
            self._compare(question, body, statement)
            for _ in range(WARM_UPS):
                self.client.ask(body)
        ours: list[float] = []
        by_hand: list[float] = []
        started = time.perf_counter()
        for at in range(REQUESTS):
            if at >= LEAST and time.perf_counter() - started > SECONDS:
                break
            body, statement = pairs[at % len(pairs)]
            ours.append(self.client.ask(body)[1])
            by_hand.append(self.psql.run(statement)[1])
        return Timed(question.key, question.title, viewer, limit_ms, tuple(ours), tuple(by_hand))

    def _compare(self, question: Question, body: bytes, statement: str) -> None:
        data = json.loads(self.client.ask(body)[0])["data"]
        (ours,) = data.values()
        by_hand = json.loads(self.psql.run(statement)[0] or "null")
        if normalise(ours) != normalise(by_hand):
            raise RuntimeError(f"{question.key}: {str(ours)[:500]}\n{str(by_hand)[:500]}")


class _Client:
    """One keep-alive connection, signed in as one viewer."""

    def __init__(self, port: int, company: Company, viewer: Viewer) -> None:
        self._connection = http.client.HTTPConnection(HOST, port, timeout=30)
        self._headers = {
            "Content-Type": "application/json",
            "X-Company": company.domain or "",
            "Authorization": f"Bearer {viewer.token}",
        }

    def body(self, question: Question, variables: Mapping[str, Any]) -> bytes:
        return _body(question.document, variables)

    def hang_up(self) -> None:
        """The next request connects anew: the server ends what was idle for long."""
        self._connection.close()

    def ask(self, body: bytes) -> tuple[bytes, float]:
        """The answer and its milliseconds. RuntimeError when it is refused."""
        started = time.perf_counter()
        self._connection.request("POST", "/graphql", body, self._headers)
        response = self._connection.getresponse()
        answer = response.read()
        milliseconds = (time.perf_counter() - started) * 1_000
        if response.status != 200 or b'"errors"' in answer:
            raise RuntimeError(f"{body.decode()[:500]}: {answer.decode()[:1000]}")
        return answer, milliseconds

    def cursor_at(self, rows: int) -> str:
        document = "query Q($n: Int) { customers(first: 1, offset: $n) { pageInfo { endCursor } } }"
        answer, _ = self.ask(_body(document, {"n": rows - 1}))
        cursor: str = json.loads(answer)["data"]["customers"]["pageInfo"]["endCursor"]
        return cursor


def _body(document: str, variables: Mapping[str, Any]) -> bytes:
    return json.dumps({"query": " ".join(document.split()), "variables": variables}).encode()


def _open_fields(engine: Engine, company: Company) -> None:
    """Takes back what `prepare` restricts for salespeople."""
    access, role = table_name(company.schema, "field_access"), table_name(company.schema, "role")
    state = table_name(company.schema, "state")
    with engine.begin() as connection:
        connection.execute(
            text(
                f"delete from {access} where role_id in"
                f" (select id from {role} where key = 'salesperson')"
                " and object = 'customer' and field in ('mobile', 'website')"
            )
        )
        connection.execute(text(f"update {state} set access_version = access_version + 1"))


def _row_at(engine: Engine, company: Company) -> tuple[str, int]:
    """Moment and number of the row at BEYOND, newest first."""
    with engine.begin() as connection:
        row = connection.execute(
            text(
                f"select created_at, id from {table_name(company.schema, 'customer')}"
                " where deleted_at is null order by created_at desc, id desc"
                " limit 1 offset :rows"
            ),
            {"rows": BEYOND - 1},
        ).one()
    return row.created_at.isoformat(), row.id
