"""A company with a few people, whose commands are run in-process: `office.run("alice", …)`.

Rows of people are written past the product; rights are the roles that ship.
"""

import hashlib
import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import Engine, select

from engine.access.principals import load_principal
from engine.base.identifiers import RecordId
from engine.base.settings import Settings
from engine.commands.actor import Actor, IdempotencyKey
from engine.commands.command import Command, CreateRecord, Outcome
from engine.commands.run import run_command
from engine.db.companies import Company
from metadata.snapshot import Snapshot
from metadata.tables import tables
from tests.harness.company import grant_role
from tests.harness.rows import CompanyRows

# name → role keys, department key, superior
PEOPLE: Mapping[str, tuple[str, str | None]] = {
    "admin": ("superAdmin", None),
    "manager": ("salesManager", None),
    "alice": ("salesperson", "manager"),
    "bob": ("salesperson", "manager"),
    "clerk": ("departmentUserAdmin", None),
}


@dataclass
class Office(CompanyRows):
    """One company; what its people do goes through commands."""

    users: dict[str, int] = field(default_factory=dict)
    settings: Settings = field(default_factory=Settings)
    requests: Any = field(default_factory=lambda: itertools.count(1))

    def actor(self, person: str, key: IdempotencyKey | None = None) -> Actor:
        with self.engine.connect() as connection:
            principal = load_principal(connection, self.company, token_hash(person))
        return Actor(
            principal=principal,
            snapshot=self.snapshot,
            company=self.company,
            engine=self.engine,
            settings=self.settings,
            request_id=f"request-{next(self.requests)}",
            address="127.0.0.1",
            idempotency=key,
        )

    def run(self, person: str, command: Command, key: IdempotencyKey | None = None) -> Outcome:
        return run_command(command, self.actor(person, key))

    def create(self, person: str, object_name: str, **values: Any) -> RecordId:
        return self.run(person, CreateRecord(object=object_name, values=values)).id

    def user(self, person: str) -> RecordId:
        return RecordId("user", self.users[person])

    def row(self, id: RecordId) -> dict[str, Any]:
        table = tables(self.snapshot, self.company.schema)[id.object]
        with self.engine.begin() as connection:
            found = connection.execute(select(*table.columns).where(table.c.id == id.number))
            return dict(found.mappings().one())

    def log(self, id: RecordId) -> list[dict[str, Any]]:
        return self.sql(
            "select action, actor_id, changes from {s}.operation_log"
            " where record_object = :object and record_id = :number order by id",
            object=id.object,
            number=id.number,
        )

    def traces(self) -> tuple[int, int]:
        """Rows of log and outbox: a refused command leaves both as they were (B8)."""
        return (
            self.value("select count(*) from {s}.operation_log"),
            self.value("select count(*) from {s}.outbox"),
        )


def token_hash(person: str) -> bytes:
    return hashlib.sha256(person.encode()).digest()


def open_office(engine: Engine, company: Company, snapshot: Snapshot) -> Office:
    """The company with PEOPLE in one department, all signed in."""
    office = Office(engine, company, snapshot)
    root = office.value("select id from {s}.department where parent_id is null")
    for position, (name, (role, superior)) in enumerate(PEOPLE.items()):
        number = office.insert(
            "user",
            name=name,
            mobile=f"1390000{position:04d}",
            department=root,
            superior=office.users[superior] if superior else None,
            status="ACTIVE",
        )
        office.users[name] = number
        grant_role(office, number, role)
        sign_in(office, name)
    office.sql("update {s}.state set access_version = access_version + 1")
    return office


def sign_in(office: Office, person: str) -> None:
    office.open_session(office.users[person], token_hash(person))


def with_settings(office: Office, **values: Any) -> Office:
    return replace(office, settings=replace(office.settings, **values))
