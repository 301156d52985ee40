"""A company with a few people, whose commands are run in-process: `office.run("alice", …)`.

Rows of people are written past the product; rights are the roles that ship.
"""

import hashlib
import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from sqlalchemy import Engine, insert, select, text

from engine.access.principals import load_principal
from engine.base.clock import now
from engine.base.identifiers import RecordId
from engine.base.settings import Settings
from engine.commands.actor import Actor, IdempotencyKey
from engine.commands.command import Command, CreateRecord, Outcome
from engine.commands.run import run_command
from engine.db.companies import Company
from engine.db.quoting import quote
from metadata.field_types.registry import field_type
from metadata.snapshot import Snapshot
from metadata.tables import tables

# name → role keys, department key, superior
PEOPLE: Mapping[str, tuple[str, str | None]] = {
    "admin": ("superAdmin", None),
    "manager": ("salesManager", None),
    "alice": ("salesperson", "manager"),
    "bob": ("salesperson", "manager"),
    "clerk": ("departmentUserAdmin", None),
}


@dataclass
class Office:
    """One company; `sql` and `value` look past the product, `{s}` is the company's schema."""

    engine: Engine
    company: Company
    snapshot: Snapshot
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

    def sql(self, statement: str, **parameters: Any) -> list[dict[str, Any]]:
        with self.engine.begin() as connection:
            result = connection.execute(
                text(statement.replace("{s}", quote(self.company.schema))), parameters
            )
            return [dict(row) for row in result.mappings()] if result.returns_rows else []

    def value(self, statement: str, **parameters: Any) -> Any:
        (row,) = self.sql(statement, **parameters)
        return next(iter(row.values()))

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

    def insert(self, object_name: str, **values: Any) -> int:
        """A row past the product."""
        index = self.snapshot.object(object_name)
        moment = now()
        stamps = {"version": 1, "createdAt": moment, "updatedAt": moment}
        known = {name: value for name, value in stamps.items() if name in index.fields}
        columns: dict[str, Any] = {}
        for name, value in {**known, **values}.items():
            each = index.fields[name]
            columns.update(field_type(each.type).store(each, value))
        table = tables(self.snapshot, self.company.schema)[object_name]
        with self.engine.begin() as connection:
            number: int = connection.execute(
                insert(table).values(columns).returning(table.c.id)
            ).scalar_one()
        return number


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
        role_number = office.value("select id from {s}.role where key = :key", key=role)
        office.insert("userRole", user=number, role=role_number)
        sign_in(office, name)
    office.sql("update {s}.state set access_version = access_version + 1")
    return office


def sign_in(office: Office, person: str) -> None:
    moment = now()
    office.sql(
        "insert into {s}.session (token_hash, user_id, created_at, last_used_at, expires_at,"
        " idle_expires_at, address, agent, cookie)"
        " values (:hash, :user, :now, :now, :later, :later, '127.0.0.1', 'tests', false)",
        hash=token_hash(person),
        user=office.users[person],
        now=moment,
        later=moment + timedelta(days=1),
    )


def with_settings(office: Office, **values: Any) -> Office:
    return replace(office, settings=replace(office.settings, **values))
