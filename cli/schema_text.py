"""`qiansi schema print`: the schema in SDL, of the standard CRM or of a company."""

import click

from cli.surroundings import database
from engine.base.errors import SetupError
from engine.base.settings import Settings
from engine.db.companies import find_company
from engine.observe.logging import set_up_logging
from metadata.snapshot import Snapshot
from metadata.standard import STANDARD
from metadata.store import load_snapshot


def run_print(settings: Settings, domain: str | None) -> None:
    """Needs no database without a domain."""
    from schema.build import build_schema

    set_up_logging(settings)  # to standard error: the output is SDL and nothing else
    snapshot = Snapshot(1, STANDARD.objects) if domain is None else _load(settings, domain)
    click.echo(build_schema(snapshot).sdl())


def _load(settings: Settings, domain: str) -> Snapshot:
    with database(settings) as engine, engine.connect() as connection:
        company = find_company(connection, domain=domain)
        if company is None:
            raise SetupError(f"no company has the domain {domain}")
        return load_snapshot(connection, company.schema)
