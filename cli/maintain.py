"""Commands on a database: migrate, doctor, seed."""

import sys

import click
import redis
from sqlalchemy import Engine

from cli.demo_company import make_filled_company
from cli.surroundings import database
from engine.base.errors import SetupError
from engine.base.settings import Pooler, Settings
from engine.db.address import OLDEST_SERVER, check_server, plain_arguments
from engine.db.companies import load_companies
from engine.db.pooler import count_sessions, find_pooler
from engine.db.replica_check import check_replica
from engine.outbox.claim import waiting_count


def run_migrate(settings: Settings) -> None:
    """Prints what was done, a line per company. Raises SetupError when one failed."""
    from metadata.migrate import migrate

    with database(settings) as engine:
        report = migrate(engine)
    for line in report.lines():
        click.echo(line)
    if report.failed:
        raise SetupError(
            "not all companies could be migrated, see above: run `qiansi migrate` again"
        )
    click.echo("the platform and all companies are of this release")


def run_seed(settings: Settings, name: str, domain: str, size: str) -> None:
    """Raises SetupError when the domain is taken."""
    with database(settings) as engine:
        company = make_filled_company(engine, name, domain, size)
    click.echo(f"company {company.id} {company.name} is ready")


def run_doctor(settings: Settings) -> None:
    """One line per thing looked at; exit code 1 when one of them is wrong."""
    wrong = 0
    with database(settings) as engine:
        for name, problems in _findings(settings, engine):
            wrong += bool(problems)
            click.echo(f"{'WRONG' if problems else 'ok':5} {name}")
            for problem in problems:
                click.echo(f"      {problem}")
    if wrong:
        sys.exit(1)


def _findings(settings: Settings, engine: Engine) -> list[tuple[str, list[str]]]:
    from metadata.check import check_company

    found = [(f"PostgreSQL {OLDEST_SERVER} or later, UTF8", _server(settings))]
    if settings.database_url:
        found.append((f"connections, pooler {settings.database_pooler}", _connections(settings)))
    if settings.database_read_url:
        report = check_replica(settings)
        found.append((f"read replica, {report.state}", list(report.problems)))
    if settings.redis_url:
        found.append(("Redis", _redis(settings.redis_url)))
    with engine.connect() as connection:
        for company in load_companies(connection):
            problems = list(check_company(connection, company.schema))
            waiting, dead = waiting_count(connection, company.schema)
            if dead:
                problems.append(f"{dead} messages could not be delivered and stay in the outbox")
            found.append((f"company {company.id} {company.name}, {waiting} waiting", problems))
    return found


def _server(settings: Settings) -> list[str]:
    if settings.database_url:
        check_server(settings.database_url, settings.database_pooler)
    return []


def _connections(settings: Settings) -> list[str]:
    """Whether the setting fits what is in front, and one process gets what it may open."""
    arguments = plain_arguments(settings.database_url)
    configured, found = settings.database_pooler, find_pooler(arguments)
    if found is not configured:
        return [
            f"QIANSI_DATABASE_POOLER={configured} is safe but slow here,"
            f" set QIANSI_DATABASE_POOLER={found}"
        ]
    if found is Pooler.TRANSACTION:
        return []
    wanted = settings.read_connections + settings.write_connections
    if found is Pooler.NONE:
        wanted += settings.direct_connections
    given = count_sessions(arguments, wanted)
    if given == wanted:
        return []
    return [
        f"a process may use {wanted} connections and got {given}: lower QIANSI_READ_CONNECTIONS,"
        " QIANSI_WRITE_CONNECTIONS or QIANSI_DIRECT_CONNECTIONS, or let the server or pooler give"
        " more"
    ]


def _redis(url: str) -> list[str]:
    try:
        redis.Redis.from_url(url).ping()
    except (redis.RedisError, ValueError) as error:
        return [" ".join(str(error).split())]
    return []
