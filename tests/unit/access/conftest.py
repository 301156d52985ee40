"""A company of its own for each test module here, and people in it; no server needed."""

import itertools
import os
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from sqlalchemy import Engine, text

from engine.access.passwords import password_hashing
from engine.access.place import AccessPlace
from engine.access.sign_in import write_password
from engine.base.settings import Settings
from engine.db.quoting import quote
from metadata.provision import create_company

PASSWORD = "correct horse"
_names = itertools.count(1)


@dataclass(frozen=True)
class People:
    """Adds users, departments and roles by plain SQL; `{s}` in a statement is the schema."""

    place: AccessPlace

    def sql(self, statement: str, **values: object) -> object:
        """Runs it; → the first value of the first row, or None."""
        with self.place.engine.begin() as connection:
            schema = quote(self.place.company.schema)
            result = connection.execute(text(statement.replace("{s}", schema)), values)
            return result.scalar() if result.returns_rows else None

    def add(self, mobile: str, status: str = "ACTIVE", *, password: str | None = PASSWORD) -> int:
        """A user with this mobile, and `u<mobile>@x.cn`; → its id."""
        number = self.sql(
            'insert into {s}."user" (name, mobile, email, status, version, created_at, updated_at)'
            " values (:mobile, :mobile, :email, :status, 1, now(), now()) returning id",
            mobile=mobile,
            email=f"U{mobile}@x.cn",
            status=status,
        )
        assert isinstance(number, int)
        if password is not None:
            settings = self.place.settings
            with self.place.engine.begin() as connection:
                stored = password_hashing(settings.hash_concurrency).hash(password)
                write_password(connection, self.place.company.schema, number, stored)
        return number

    def grant(self, user: int, key: str) -> None:
        self.sql(
            "insert into {s}.user_role (user_id, role_id)"
            " select :user, id from {s}.role where key = :key",
            user=user,
            key=key,
        )


@pytest.fixture(scope="module")
def place(engine: Engine) -> AccessPlace:
    """A fresh company."""
    number = f"{os.getpid()}-{next(_names)}"
    company = create_company(engine, f"访问 {number}", domain=f"access-{number}.test")
    return AccessPlace(engine, company, Settings())


@pytest.fixture(scope="module")
def people(place: AccessPlace) -> People:
    return People(place)


@pytest.fixture
def mobile() -> Callable[[], str]:
    """Gives a new mobile number at each call."""
    return lambda: f"139{next(_names):08d}"
