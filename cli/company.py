"""`qiansi company create`: a company and its first administrator, who sets his own password."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import click
from sqlalchemy import Connection, Engine, text

from cli.surroundings import database
from engine.access.password_change import issue_token
from engine.base.errors import SetupError
from engine.base.settings import Settings
from engine.db.companies import Company
from engine.db.quoting import table
from metadata.rows import insert_rows
from metadata.store import load_snapshot

_MOBILE = re.compile(r"1[3-9][0-9]{9}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Admin:
    """The first user of a company."""

    name: str
    mobile: str


def run_create(settings: Settings, name: str, admin: Admin, rest: Mapping[str, str | None]) -> None:
    """Prints the invitation's token; it is not stored anywhere in the clear."""
    from metadata.provision import create_company

    if _MOBILE.fullmatch(admin.mobile) is None:
        raise SetupError("--admin-mobile is a mobile number of 11 digits, such as 13800000001")
    zone = _zone(rest.get("time_zone"))
    with database(settings) as engine:
        company = create_company(
            engine,
            name,
            domain=rest.get("domain"),
            time_zone=zone,
            language=rest.get("language") or "zh",
        )
        token = _invite(engine, company, admin)
    click.echo(f"company {company.id} {company.name} is ready; {admin.name} sets a password with:")
    click.echo(token)


def _zone(name: str | None) -> str:
    try:
        return ZoneInfo(name or "Asia/Shanghai").key
    except (ZoneInfoNotFoundError, ValueError):
        raise SetupError(f"--time-zone {name} is unknown; an example is Asia/Shanghai") from None


def _invite(engine: Engine, company: Company, admin: Admin) -> str:
    with engine.begin() as connection:
        user = _insert_admin(connection, company.schema, admin)
        return issue_token(connection, company.schema, user, "INVITE").token


def _insert_admin(connection: Connection, schema: str, admin: Admin) -> int:
    snapshot = load_snapshot(connection, schema)

    def one(statement: str) -> int:
        number: int = connection.execute(text(statement)).scalar_one()
        return number

    root = one(f"select id from {table(schema, 'department')} where parent_id is null")
    role = one(f"select id from {table(schema, 'role')} where is_super order by id limit 1")
    person = {"name": admin.name, "mobile": admin.mobile, "department": root, "status": "NEW"}
    (user,) = insert_rows(connection, schema, snapshot.object("user"), [person])
    insert_rows(connection, schema, snapshot.object("userRole"), [{"user": user, "role": role}])
    return user
