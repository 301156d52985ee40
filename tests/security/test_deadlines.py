"""A command ends with its request's time, however short its single statements are (C6)."""

import time
from dataclasses import replace

import pytest

from engine.access.principals import load_principal
from engine.access.sessions import token_hash
from engine.base.errors import TimedOut
from engine.base.identifiers import RecordId
from engine.base.settings import Settings
from engine.commands.actor import Actor
from engine.commands.command import AddTeamMembers, BatchUpdate, Command
from engine.commands.run import run_command
from tests.harness.company import TestCompany

RECORDS = 200
DEADLINE_MS = 60


@pytest.fixture(scope="module")
def records(company: TestCompany) -> tuple[RecordId, ...]:
    owner = company.people["alice"].number
    return tuple(
        RecordId("customer", company.insert("customer", name=f"客户 {at}", owner=owner))
        for at in range(RECORDS)
    )


def in_time(company: TestCompany, command: Command) -> None:
    with company.engine.begin() as connection:
        principal = load_principal(connection, company.company, token_hash(company.tokens["alice"]))
    settings = replace(Settings(), request_deadline_ms=DEADLINE_MS)
    actor = Actor(
        principal=principal,
        snapshot=company.snapshot,
        company=company.company,
        engine=company.engine,
        settings=settings,
        request_id="deadline-1",
    )
    started = time.monotonic()
    with pytest.raises(TimedOut):
        run_command(command, actor)
    assert time.monotonic() - started < 1.5


def test_adding_many_members_to_many_records_ends_in_time_and_leaves_nothing(
    company: TestCompany, records: tuple[RecordId, ...]
) -> None:
    users = tuple(
        RecordId("user", company.insert("user", name=f"员工 {at}", status="ACTIVE"))
        for at in range(100)
    )
    in_time(company, AddTeamMembers(records=records, users=users, access="READ"))
    assert company.value("select count(*) from {s}.team_member") == 0


def test_a_batch_that_does_not_finish_leaves_nothing(
    company: TestCompany, records: tuple[RecordId, ...]
) -> None:
    """A relation is looked up, and its tree walked, for each record."""
    owner = company.people["alice"].number
    parent = RecordId("customer", company.insert("customer", name="上级", owner=owner))
    values = {"remark": "半途", "parent": str(parent)}
    in_time(company, BatchUpdate(object="customer", ids=records, values=values))
    assert company.value("select count(*) from {s}.customer where remark is not null") == 0
