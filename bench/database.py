"""The company that is measured: loaded once, found again, with two viewers signed in.

Lives in its own company of the database, by its domain; other companies are left alone.
"""

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import psycopg2.extensions
from sqlalchemy import Connection, Engine, text

from bench.queries import Sample
from demo.seed import seed_company
from engine.base.clock import now
from engine.base.settings import Settings
from engine.db.companies import Company, find_company
from engine.db.platform import install_platform
from engine.db.quoting import quote, table
from engine.db.write_engine import make_engine
from metadata.provision import create_company

DOMAIN = "bench.localhost"
ADMIN, SALESPERSON = 1, 3  # numbers of the demo's documented users
SAMPLED = 400
_LOADED = "bench data is complete"


@dataclass(frozen=True, slots=True)
class Viewer:
    """A signed-in user and what it is asked about."""

    token: str
    sample: Sample


@dataclass(frozen=True, slots=True)
class Measured:
    """The company under measurement and its two viewers."""

    company: Company
    admin: Viewer
    salesperson: Viewer


def prepare(
    database_url: str, size: str, tell: Callable[[str], None], domain: str = DOMAIN
) -> Measured:
    """Loads what is missing, sets the salesperson's field access, signs both viewers in."""
    engine = make_engine(Settings(database_url=database_url, write_connections=4))
    try:
        company = _loaded_company(engine, size, tell, domain)
        with engine.begin() as connection:
            _restrict_fields(connection, company)
            return Measured(
                company,
                _viewer(connection, company, ADMIN),
                _viewer(connection, company, SALESPERSON),
            )
    finally:
        engine.dispose()


def _loaded_company(
    engine: Engine, size: str, tell: Callable[[str], None], parent_domain: str
) -> Company:
    domain = f"{size}.{parent_domain}"
    with engine.begin() as connection:
        install_platform(connection)
        found = find_company(connection, domain=domain)
        if found is not None and _is_complete(connection, found):
            return found
        if found is not None:
            connection.exec_driver_sql(f"drop schema {quote(found.schema)} cascade")
            statement = text("delete from qiansi.company where id = :id")
            connection.execute(statement, {"id": found.id})
    tell(f"loading {size} customers, once")
    made = create_company(engine, f"Benchmark {size}", domain=domain, deferred_indexes=True)
    seed_company(engine, made, size, tell)
    with engine.begin() as connection:
        connection.exec_driver_sql(f"comment on schema {quote(made.schema)} is '{_LOADED}'")
    return made


def _is_complete(connection: Connection, company: Company) -> bool:
    comment: str | None = connection.execute(
        text("select obj_description(to_regnamespace(:schema), 'pg_namespace')"),
        {"schema": company.schema},
    ).scalar()
    return comment == _LOADED


def _restrict_fields(connection: Connection, company: Company) -> None:
    """Salespeople: one field hidden, one masked. Says so once, and that rights changed."""
    access, role = table(company.schema, "field_access"), table(company.schema, "role")
    added = connection.execute(
        text(
            f"insert into {access} (role_id, object, field, access, masked)"
            f" select r.id, 'customer', f.name, f.access, f.masked from {role} r,"
            " (values ('website', 'HIDDEN', false), ('mobile', 'READ', true))"
            " as f(name, access, masked) where r.key = 'salesperson' and not exists"
            f" (select 1 from {access} a where a.role_id = r.id and a.object = 'customer'"
            " and a.field = f.name)"
        )
    )
    if added.rowcount:
        state = table(company.schema, "state")
        connection.execute(text(f"update {state} set access_version = access_version + 1"))


def _viewer(connection: Connection, company: Company, user: int) -> Viewer:
    return Viewer(open_session(connection, company, user), _sample(connection, company, user))


def open_session(connection: Connection, company: Company, user: int) -> str:
    """Signs the user in for this run; the token."""
    token = secrets.token_urlsafe(32)
    moment = now()
    connection.execute(
        text(
            f"insert into {table(company.schema, 'session')} (token_hash, user_id, created_at,"
            " last_used_at, expires_at, idle_expires_at, address, agent, cookie)"
            " values (:hash, :user, :now, :now, :later, :later, '127.0.0.1', 'bench', false)"
        ),
        {
            "hash": psycopg2.extensions.Binary(hashlib.sha256(token.encode()).digest()),
            "user": user,
            "now": moment,
            "later": moment + timedelta(hours=2),
        },
    )
    return token


def _sample(connection: Connection, company: Company, user: int) -> Sample:
    """Customers spread evenly over those that the user owns, or over all for the admin."""
    customer = table(company.schema, "customer")
    numbers = connection.execute(
        text(f"select id from {customer} where :all or owner_id = :user order by id"),
        {"all": user == ADMIN, "user": user},
    ).scalars()
    visible = numbers.all()
    step = max(len(visible) // SAMPLED, 1)
    levels = connection.execute(text(f"select distinct level from {customer} order by level"))
    since = (now() - timedelta(days=365)).strftime("%Y-%m-%dT00:00:00Z")
    return Sample(tuple(visible[::step]), tuple(levels.scalars()), since)
