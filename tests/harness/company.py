"""A company of its own for a test module: the standard CRM, a cast of people, direct SQL.

Rows of the cast are written through the field types' `store`, sessions as rows: signing in is
tested where it is the subject, everybody else starts with a token.
"""

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import httpx
import psycopg2.extensions
import psycopg2.extras
from sqlalchemy import Engine, text

from engine.base.clock import now
from engine.db.companies import Company
from engine.db.quoting import quote, table
from metadata.field_types.registry import field_type
from metadata.snapshot import Snapshot
from metadata.store import load_snapshot
from tests.harness.client import Client
from tests.harness.servers import Server


@dataclass(frozen=True)
class Person:
    """A user of the cast: key in the cast, number of the row, name."""

    key: str
    number: int
    name: str

    @property
    def id(self) -> str:
        return f"User:{self.number}"


# key → (name, department key, superior key, role keys)
CAST: Mapping[str, tuple[str, str, str | None, tuple[str, ...]]] = {
    "admin": ("管理员", "head", None, ("superAdmin",)),
    "manager": ("王经理", "sales", None, ("salesManager",)),
    "alice": ("李晓丽", "sales", "manager", ("salesperson",)),
    "bob": ("张伟", "sales", "manager", ("salesperson",)),
    "carol": ("陈静", "other", None, ("salesperson",)),
    "finance": ("赵会计", "finance", None, ("finance",)),
    "clerk": ("孙文员", "finance", None, ("departmentUserAdmin",)),
}
DEPARTMENTS = {"head": None, "sales": "head", "other": "head", "finance": "head"}


@dataclass
class TestCompany:
    """A provisioned company with its cast; `sql` looks at it past the product."""

    __test__ = False

    engine: Engine
    company: Company
    snapshot: Snapshot
    servers: Sequence[Server]
    http: httpx.Client
    people: dict[str, Person] = field(default_factory=dict)
    departments: dict[str, int] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)

    def client(self, person: str, server: int = 0) -> Client:
        """The person signed in at one of the server processes; "" is nobody."""
        token = self.tokens[person] if person else ""
        url = self.servers[server].url
        return Client(self.http, url, self.company.domain or "", token)

    def sql(self, statement: str, **parameters: Any) -> list[dict[str, Any]]:
        """Rows of a statement in which `{s}` stands for the company's schema."""
        with self.engine.begin() as connection:
            result = connection.execute(
                text(statement.replace("{s}", quote(self.company.schema))), parameters
            )
            return [dict(row) for row in result.mappings()] if result.returns_rows else []

    def value(self, statement: str, **parameters: Any) -> Any:
        """The single value of a statement."""
        (row,) = self.sql(statement, **parameters)
        return next(iter(row.values()))

    def insert(self, object_name: str, **values: Any) -> int:
        """Inserts a row past the product, companions included; returns its number."""
        definition = self.snapshot.object(object_name)
        columns: dict[str, Any] = {}
        for name, value in {**self._system_values(object_name), **values}.items():
            each = definition.fields[name]
            stored = field_type(each.type).store(each, value).items()
            columns.update({n: _bound(v) for n, v in stored})
        names = ", ".join(quote(column) for column in columns)
        binds = ", ".join(f":{column}" for column in columns)
        target = table(self.company.schema, definition.definition.table)
        number: int = self.value(
            f"insert into {target} ({names}) values ({binds}) returning id", **columns
        )
        return number

    def sign_in(self, key: str) -> None:
        """Gives a person of the cast a live session."""
        token = secrets.token_urlsafe(32)
        moment = now()
        self.sql(
            "insert into {s}.session (token_hash, user_id, created_at, last_used_at, expires_at,"
            " idle_expires_at, address, agent, cookie)"
            " values (:hash, :user, :now, :now, :later, :later, '127.0.0.1', 'tests', false)",
            hash=psycopg2.extensions.Binary(hashlib.sha256(token.encode()).digest()),
            user=self.people[key].number,
            now=moment,
            later=moment + timedelta(days=1),
        )
        self.tokens[key] = token

    def _system_values(self, object_name: str) -> dict[str, Any]:
        moment = now()
        fields = self.snapshot.object(object_name).fields
        values = {"version": 1, "createdAt": moment, "updatedAt": moment}
        return {name: value for name, value in values.items() if name in fields}


def _bound(value: Any) -> Any:
    return psycopg2.extras.Json(value) if isinstance(value, dict) else value


def build_cast(company: TestCompany) -> None:
    """Departments, users, their roles and a session for each."""
    root = company.value("select id from {s}.department where parent_id is null")
    company.departments["head"] = root
    for key, parent in DEPARTMENTS.items():
        if parent is not None:
            company.departments[key] = company.insert(
                "department", name=f"部门 {key}", parent=company.departments[parent]
            )
    for position, (key, (name, department, superior, roles)) in enumerate(CAST.items()):
        number = company.insert(
            "user",
            name=name,
            mobile=f"1390000{position:04d}",
            department=company.departments[department],
            superior=company.people[superior].number if superior else None,
            status="ACTIVE",
        )
        company.people[key] = Person(key, number, name)
        for role in roles:
            grant_role(company, number, role)
        company.sign_in(key)
    company.sql("update {s}.state set access_version = access_version + 1")


def grant_role(company: TestCompany, user: int, key: str) -> None:
    role = company.value("select id from {s}.role where key = :key", key=key)
    company.insert("userRole", user=user, role=role)


def open_company(
    engine: Engine, company: Company, servers: Sequence[Server], http: httpx.Client
) -> TestCompany:
    """The company with its cast, ready for requests at `servers`."""
    with engine.begin() as connection:
        snapshot = load_snapshot(connection, company.schema)
    opened = TestCompany(engine, company, snapshot, servers, http)
    build_cast(opened)
    return opened
