"""Commands against a floor of hand-written SQL that does the same writes: who takes part, and
whether both write the same.

Works in a company of its own, loaded once, so that what is written never meets the reads that
are measured elsewhere; new rows are removed after the run (the operation log keeps its own).
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import orjson
from sqlalchemy import Connection, Engine, text

from bench.answers import answer
from bench.command_queries import (
    BATCH,
    BATCH_UPDATE,
    COMMANDS,
    CREATE,
    PREFIX,
    UPDATE,
    Writes,
)
from bench.contenders import Contender, floor, ours
from bench.contest import RESULTS, Run, contest, started, tell
from bench.database import DOMAIN, Measured, prepare
from bench.load import SERIAL
from bench.processes import Running
from bench.queries import Query
from engine.base.settings import Settings
from engine.db.companies import Company
from engine.db.quoting import table
from engine.db.write_engine import make_engine

COMMANDS_DOMAIN = f"commands.{DOMAIN}"
BATCHES = 48
SINGLES = 800
# what differs between two runs of the same command, by table
_WRITTEN: Mapping[str, Sequence[str]] = {
    "customer": ("id", "created_at", "updated_at"),
    "operation_log": ("id", "record_id", "at", "request_id", "request_id_sort"),
    "outbox": ("id", "cause", "created_at", "available_at"),
}
_Rows = Mapping[str, list[dict[str, Any]]]


def run_commands(run: Run) -> None:
    """Prepares, compares what is written, measures, reports."""
    url = run.services["DATABASE_URL"]
    measured = prepare(url, run.size, tell, COMMANDS_DOMAIN)
    with (
        commands_company(url, measured.company) as commands,
        started(run, measured, commands.contenders(measured)) as servers,
    ):
        commands.compare(servers)
        tell("same records, log rows, messages and answers from both")
        contest(run, servers, COMMANDS, RESULTS / "commands.json")


@contextmanager
def commands_company(database_url: str, company: Company) -> Iterator["Commands"]:
    """The commands on a company, which is left without the rows that they added."""
    engine = make_engine(Settings(database_url=database_url, write_connections=1))
    commands = Commands(engine, company)
    try:
        commands.clean()
        yield commands
    finally:
        commands.clean()
        engine.dispose()


class Commands:
    """The three commands on one company."""

    def __init__(self, engine: Engine, company: Company) -> None:
        self._engine, self._company = engine, company
        batched = BATCH * BATCHES
        customer = table(company.schema, "customer")
        with engine.begin() as connection:
            numbers = connection.execute(
                text(f"select id from {customer} order by id limit :most"),
                {"most": batched + SINGLES},
            ).scalars()
            found = numbers.all()
        if len(found) < batched + SINGLES:
            raise RuntimeError("commands are measured with --size 100k or 1m")
        batches = [found[at : at + BATCH] for at in range(0, batched, BATCH)]
        self.writes = Writes(found[batched:], batches)

    def contenders(self, measured: Measured) -> list[Contender]:
        """The floor and this product, signed in as the super admin; both ask the same."""
        headers = {"X-Company": self._company.domain or ""}
        return [
            floor(self.writes, "bench.command_floor:app"),
            ours("admin", "ours, super admin", measured.admin, headers, self.writes),
        ]

    def compare(self, servers: Sequence[tuple[Contender, Running]]) -> None:
        """RuntimeError unless all leave the same records, log rows, messages and answers."""
        for query in COMMANDS:
            found = {
                contender.key: self._effect(query, contender, server)
                for contender, server in servers
            }
            (first, expected), *others = found.items()
            for key, effect in others:
                if effect != expected:
                    raise RuntimeError(_difference(query, {first: expected, key: effect}))

    def clean(self) -> None:
        """Removes new customers and messages; the names of the others were never touched."""
        customer, outbox = (table(self._company.schema, each) for each in ("customer", "outbox"))
        with self._engine.begin() as connection:
            connection.execute(
                text(f"delete from {customer} where name like :prefix"), {"prefix": f"{PREFIX}%"}
            )
            connection.execute(text(f"truncate {outbox}"))
        autocommit = self._engine.execution_options(isolation_level="AUTOCOMMIT")
        with autocommit.connect() as connection:
            connection.execute(text("set statement_timeout = 0"))
            connection.execute(text(f"vacuum (analyze) {customer}"))

    def _effect(self, query: Query, contender: Contender, server: Running) -> Any:
        """What one command answers and leaves behind, without what no two runs share."""
        self._reset()
        with self._engine.begin() as connection:
            marks = {each: self._last(connection, each) for each in _WRITTEN}
        variables = orjson.loads(
            orjson.dumps(self.writes.variables(query)[0]).decode().replace(SERIAL, "1" * 16)
        )
        told = answer(contender, server.port, query, variables)
        with self._engine.begin() as connection:
            rows = {each: self._rows(connection, each, marks[each]) for each in _WRITTEN}
            rows["customer"] += self._changed(connection, query)
        return {"answer": _comparable(query, told), "rows": rows}

    def _reset(self) -> None:
        """The customers that are compared, as they were before."""
        customer = table(self._company.schema, "customer")
        numbers = [self.writes.customers[0], *self.writes.batches[0]]
        with self._engine.begin() as connection:
            connection.execute(
                text(
                    f"update {customer} set email = 'a@example.com', remark = 'before', version = 1"
                    " where id = any(:numbers)"
                ),
                {"numbers": numbers},
            )
            connection.execute(
                text(f"delete from {customer} where name like :prefix"), {"prefix": f"{PREFIX}%"}
            )

    def _last(self, connection: Connection, name: str) -> int:
        where = table(self._company.schema, name)
        found: int = connection.execute(
            text(f"select coalesce(max(id), 0) from {where}")
        ).scalar_one()
        return found

    def _rows(self, connection: Connection, name: str, after: int) -> list[dict[str, Any]]:
        where = table(self._company.schema, name)
        rows = connection.execute(
            text(f"select * from {where} where id > :after order by id"), {"after": after}
        )
        return [_without(name, dict(row)) for row in rows.mappings()]

    def _changed(self, connection: Connection, query: Query) -> list[dict[str, Any]]:
        numbers = {UPDATE: self.writes.customers[:1], BATCH_UPDATE: self.writes.batches[0]}
        rows = connection.execute(
            text(
                f"select * from {table(self._company.schema, 'customer')}"
                " where id = any(:numbers) order by id"
            ),
            {"numbers": list(numbers.get(query, ()))},
        )
        return [_without("customer", dict(row)) for row in rows.mappings()]


def _without(name: str, row: dict[str, Any]) -> dict[str, Any]:
    """The row as it is compared; a new record's id is in the outbox too."""
    kept = {key: value for key, value in row.items() if key not in _WRITTEN[name]}
    if name == "outbox" and kept["kind"] == "record.created":
        kept["payload"] = {**kept["payload"], "id": ""}
    return kept


def _comparable(query: Query, told: Any) -> Any:
    """The answer without what no two runs share."""
    if query is BATCH_UPDATE:
        return told
    (payload,) = told.values()
    varying = ("id", "createdAt") if query is CREATE else ("updatedAt",)
    return {key: value for key, value in payload["record"].items() if key not in varying}


def _difference(query: Query, effects: Mapping[str, Any]) -> str:
    lines = [f"{query.title}: not the same"]
    first, second = effects.values()
    for name in ("answer", *_WRITTEN):
        pair = [
            each["answer"] if name == "answer" else each["rows"][name] for each in (first, second)
        ]
        if pair[0] != pair[1]:
            lines += [
                f"{name}, {key}: {str(value)[:2000]}"
                for key, value in zip(effects, pair, strict=True)
            ]
    return "\n".join(lines)
