"""A company of its own for a test module: the standard CRM, a cast of people, direct SQL.

Rows of the cast are written through the field types' `store`, sessions as rows: signing in is
tested where it is the subject, everybody else starts with a token.
"""

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import httpx
from sqlalchemy import Engine

from engine.db.companies import Company
from metadata.store import load_snapshot
from tests.harness.client import Client
from tests.harness.rows import CompanyRows
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
class TestCompany(CompanyRows):
    """A provisioned company with its cast, and the servers that serve it."""

    __test__ = False

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

    def sign_in(self, key: str) -> None:
        """Gives a person of the cast a live session."""
        token = secrets.token_urlsafe(32)
        self.open_session(self.people[key].number, hashlib.sha256(token.encode()).digest())
        self.tokens[key] = token


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


def grant_role(company: CompanyRows, user: int, key: str) -> None:
    """Gives the user the role that ships under this key."""
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
