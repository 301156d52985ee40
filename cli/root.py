"""The list of commands with their options. Imports of the product wait until one is chosen."""

from dataclasses import replace
from typing import Any

import click

from cli.failures import SpokenGroup
from engine.base.settings import Settings, settings_from


def _settings(**given: Any) -> Settings:
    """The settings of the environment with what the command line says otherwise."""
    said = {name: value for name, value in given.items() if value is not None}
    return replace(settings_from(), **said)


@click.group(cls=SpokenGroup)
@click.version_option(package_name="qiansi")
def root() -> None:
    """Qiansi (千丝): a CRM that its administrators can reshape, served as GraphQL.

    DATABASE_URL and REDIS_URL choose the servers, QIANSI_* the settings.
    """


@root.command()
@click.option("--host", help="Address to listen on.")
@click.option("--port", type=click.IntRange(1, 65535), help="Port to listen on.")
@click.option("--data", help="Folder of the embedded servers.")
@click.option("--size", default="small", show_default=True, help="small, 100k or 1m customers.")
@click.option("--reload", "load_again", is_flag=True, help="Load the demo company anew.")
def demo(size: str, load_again: bool, data: str | None, **address: Any) -> None:
    """Everything in one go: embedded servers, a demo company, web, worker, schedule."""
    from cli.demo import run_demo

    run_demo(_settings(data_dir=data, **address), size, load_again=load_again)


@root.command()
@click.option("--host", help="Address to listen on.")
@click.option("--port", type=click.IntRange(1, 65535), help="Port to listen on.")
def serve(host: str | None, port: int | None) -> None:
    """The web process: GraphQL over HTTP."""
    from cli.serve import run_server

    run_server(_settings(host=host, port=port))


@root.command()
@click.option("--threads", default=4, show_default=True, type=click.IntRange(1, 64))
def worker(threads: int) -> None:
    """The background process: relay of the outbox, jobs, schedule."""
    from cli.worker import run_worker

    run_worker(_settings(), threads)


@root.command()
def migrate() -> None:
    """Brings the platform and every company to this release. May be repeated."""
    from cli.maintain import run_migrate

    run_migrate(_settings())


@root.group()
def company() -> None:
    """Companies of this installation."""


@company.command("create")
@click.argument("name")
@click.option("--domain", help="Host name that leads to the company.")
@click.option("--admin-name", required=True, help="Name of the first administrator.")
@click.option("--admin-mobile", required=True, help="The mobile number to sign in with.")
@click.option("--time-zone", default="Asia/Shanghai", show_default=True)
@click.option("--language", default="zh", show_default=True, type=click.Choice(["zh", "en"]))
def company_create(name: str, admin_name: str, admin_mobile: str, **rest: str | None) -> None:
    """Makes a company and prints the token with which its administrator sets a password."""
    from cli.company import Admin, run_create

    run_create(_settings(), name, Admin(admin_name, admin_mobile), rest)


@root.group()
def schema() -> None:
    """The GraphQL schema."""


@schema.command("print")
@click.option("--domain", help="Of this company; without it, of the standard CRM.")
def schema_print(domain: str | None) -> None:
    """Prints the schema in SDL."""
    from cli.schema_text import run_print

    run_print(_settings(), domain)


@root.command()
def doctor() -> None:
    """Looks at servers, platform and every company; exit code 1 when something is wrong."""
    from cli.maintain import run_doctor

    run_doctor(_settings())


@root.command()
@click.argument("name")
@click.option("--domain", required=True, help="Host name that leads to the company.")
@click.option("--size", default="small", show_default=True, help="How much data.")
def seed(name: str, domain: str, size: str) -> None:
    """Makes a further company with the accounts and invented data of the demo."""
    from cli.maintain import run_seed

    run_seed(_settings(), name, domain, size)


_OF_COMPANY = click.option("--company", "domain", help="Domain of the company, if there are more.")


@root.group()
def metadata() -> None:
    """A company's configuration as a file, and its history."""


@metadata.command("export")
@_OF_COMPANY
@click.option("--out", help="File to write; without it, standard output.")
def metadata_export(domain: str | None, out: str | None) -> None:
    """Writes the whole configuration: objects, fields, roles, scenes that everybody has."""
    from cli.metadata import run_export

    run_export(_settings(), domain, out)


@metadata.command("diff")
@click.argument("file", required=False)
@_OF_COMPANY
@click.option("--against", help="Domain of another company.")
@click.option("--release", is_flag=True, help="Against what this release ships.")
def metadata_diff(
    file: str | None, domain: str | None, against: str | None, *, release: bool
) -> None:
    """What would change; exit code 1 when anything would."""
    from cli.metadata import Other, run_diff

    run_diff(_settings(), domain, Other(file, against, release))


@metadata.command("apply")
@click.argument("file")
@_OF_COMPANY
@click.option("--yes", "confirmed", is_flag=True, help="Change it, after the same look.")
def metadata_apply(file: str, domain: str | None, *, confirmed: bool) -> None:
    """Brings the company to what the file says; without --yes only says what would happen."""
    from cli.metadata import run_apply

    run_apply(_settings(), domain, file, confirmed=confirmed)


@metadata.command("history")
@_OF_COMPANY
@click.option("--first", default=20, show_default=True, type=click.IntRange(1, 1000))
def metadata_history(domain: str | None, first: int) -> None:
    """The newest versions: when, who, what."""
    from cli.metadata import run_history

    run_history(_settings(), domain, first)


@metadata.command("rollback")
@click.argument("version", type=click.IntRange(min=1))
@_OF_COMPANY
@click.option("--yes", "confirmed", is_flag=True, help="Go back, after the same look.")
def metadata_rollback(version: int, domain: str | None, *, confirmed: bool) -> None:
    """Goes back to a version, unless values would be lost; those are told."""
    from cli.metadata import run_rollback

    run_rollback(_settings(), domain, version, confirmed=confirmed)
