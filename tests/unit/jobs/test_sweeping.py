"""The hourly jobs: what they remove, what they leave."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine, text

from engine.base.clock import now
from engine.base.settings import Settings
from engine.db.companies import Company
from engine.db.quoting import quote
from jobs.actors import purge_trash, sweep_sessions
from jobs.context import JobContext
from metadata.provision import create_company
from metadata.rows import insert_rows
from metadata.store import load_snapshot


@pytest.fixture
def company(engine: Engine) -> Company:
    return create_company(engine, "Sweeping")


def sql(engine: Engine, company: Company, statement: str) -> list[tuple[object, ...]]:
    with engine.begin() as connection:
        found = connection.execute(text(statement.replace("{s}", quote(company.schema))))
        return [tuple(row) for row in found] if found.returns_rows else []


def add(engine: Engine, company: Company, object_name: str, **values: object) -> int:
    with engine.begin() as connection:
        index = load_snapshot(connection, company.schema).object(object_name)
        moment = {"createdAt": now(), "updatedAt": now(), "version": 1}
        given = {name: value for name, value in moment.items() if name in index.fields}
        return insert_rows(connection, company.schema, index, [{**given, **values}])[0]


def test_old_trash_goes_with_what_hangs_on_it_and_the_log_tells(
    engine: Engine, company: Company
) -> None:
    old, fresh = (now() - timedelta(days=days) for days in (31, 29))
    gone = add(engine, company, "customer", name="旧", deletedAt=old)
    add(engine, company, "customer", name="新", deletedAt=fresh)
    add(engine, company, "customer", name="在", deletedAt=None)
    sql(
        engine,
        company,
        f"insert into {{s}}.follow_up (record_object, record_id, created_at) values ('customer', {gone}, now())",
    )
    for _ in range(2):
        purge_trash.run(JobContext(engine, Settings()), company.schema)
    assert sql(engine, company, "select name from {s}.customer order by id") == [("新",), ("在",)]
    assert sql(engine, company, "select count(*) from {s}.follow_up") == [(0,)]
    assert sql(engine, company, "select action, actor_id from {s}.operation_log") == [
        ("purge", None)
    ]
    assert sql(engine, company, "select kind from {s}.outbox") == [("record.purged",)]


def test_trash_that_is_still_referred_to_stays(engine: Engine, company: Company) -> None:
    old = now() - timedelta(days=31)
    customer = add(engine, company, "customer", name="旧", deletedAt=old)
    add(engine, company, "contract", name="合同", customer=customer)
    purge_trash.run(JobContext(engine, Settings()), company.schema)
    assert sql(engine, company, "select count(*) from {s}.customer") == [(1,)]


def test_dead_sessions_and_old_keys_go(engine: Engine, company: Company) -> None:
    for number, (expires, revoked) in enumerate(
        [
            ("1 day", "null"),
            ("-2 days", "null"),
            ("1 day", "now() - interval '2 days'"),
            ("1 day", "now()"),
        ]
    ):
        sql(
            engine,
            company,
            "insert into {s}.session (token_hash, user_id, created_at, last_used_at, expires_at, idle_expires_at, revoked_at, cookie)"
            f" values ('{number}', 1, now(), now(), now() + interval '{expires}', now() + interval '1 day', {revoked}, false)",
        )
    for hours in (23, 25):
        sql(
            engine,
            company,
            f"insert into {{s}}.idempotency_key (user_id, key, body_hash, field_index, created_at) values (1, '{hours}', '', 0, now() - interval '{hours} hours')",
        )
    for _ in range(2):
        sweep_sessions.run(JobContext(engine, Settings()), company.schema)
    assert sql(
        engine, company, "select convert_from(token_hash, 'UTF8') from {s}.session order by 1"
    ) == [("0",), ("3",)]
    assert sql(engine, company, "select key from {s}.idempotency_key") == [("23",)]
