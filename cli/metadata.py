"""`qiansi metadata …`: a company's configuration as a file, compared, applied, and its history.

Results go to standard output, what is being done to standard error, so that a file or a
difference can be piped on.
"""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import click
from sqlalchemy import Connection, Engine, text

from cli.surroundings import database
from engine.access.model import AccessProfile
from engine.base.errors import InvalidInput, Problem, SetupError
from engine.base.messages import impact_detail, impact_name, problem_message
from engine.base.settings import Settings
from engine.db.companies import Company, find_company, load_companies
from engine.db.quoting import table
from engine.query.planning import Place
from engine.scenes.usable import Eyes
from metadata.changes.background import complete_tables
from metadata.changes.change import Change, ChangeResult
from metadata.changes.client_operations import Operation
from metadata.changes.go_back import change_back
from metadata.changes.replace_all import ReplaceAll
from metadata.changes.replace_scenes import PlacedScene
from metadata.changes.run import apply_change
from metadata.configuration.compare import Difference, compare
from metadata.configuration.documents import configuration_document
from metadata.configuration.history import load_versions
from metadata.configuration.load import load_configuration, standard_configuration
from metadata.configuration.model import Configuration
from metadata.configuration.read import read_configuration
from metadata.configuration.telling import worth_telling
from metadata.configuration.write import write_configuration
from metadata.references import Impact
from metadata.snapshot import Snapshot, living
from metadata.standard import RELEASE, STANDARD
from metadata.store import Written, load_snapshot
from resolvers.registered_documents import registered_operations
from resolvers.scene_files import SceneTrial

DIFFERENT = 1
SEVERAL_COMPANIES = "say which company with --company DOMAIN"


@dataclass(frozen=True, slots=True)
class Other:
    """What a company is compared with: one of the three."""

    file: str | None = None
    company: str | None = None
    release: bool = False


def run_export(settings: Settings, domain: str | None, out: str | None) -> None:
    """Equal configurations give equal files."""
    with _company(settings, domain) as (engine, company), engine.begin() as connection:
        found = load_configuration(connection, company.schema)
    written = write_configuration(found, RELEASE)
    if out is None:
        click.echo(written, nl=False)
        return
    try:
        Path(out).write_text(written, encoding="utf-8")
    except OSError as error:
        raise SetupError(f"cannot write {out}: {error.strerror}") from None
    _say(f"{len(found.objects)} objects and {len(found.roles)} roles of {company.name} → {out}")


def run_diff(settings: Settings, domain: str | None, other: Other) -> None:
    """What would change if the company became like the other; exit code 1 when anything would."""
    given = [other.file is not None, other.company is not None, other.release]
    if sum(given) != 1:
        raise SetupError("compare with one of: a FILE, --against DOMAIN, --release")
    wanted = None if other.file is None else _read(other.file)
    with _company(settings, domain) as (engine, company), engine.begin() as connection:
        present = load_configuration(connection, company.schema)
        if wanted is None:
            wanted = _wanted(connection, company, other)
    found = _differences(present, wanted)
    for each in found:
        click.echo(str(each))
    _say(f"{len(found)} differences" if found else "no difference")
    if found:
        sys.exit(DIFFERENT)


def run_apply(settings: Settings, domain: str | None, file: str, *, confirmed: bool) -> None:
    """Says what the file would change; changes it when that was confirmed."""
    wanted = _read(file)
    with _company(settings, domain) as (engine, company):
        with engine.begin() as connection:
            present = load_configuration(connection, company.schema)
        for each in _differences(present, wanted):
            click.echo(str(each))
        change = ReplaceAll(wanted.objects, wanted.roles, wanted.scenes)
        _run(
            settings,
            (engine, company),
            change,
            f"qiansi metadata apply {file} --yes",
            confirmed=confirmed,
        )


def run_history(settings: Settings, domain: str | None, first: int) -> None:
    """The newest versions first, each with what it changed."""
    with _company(settings, domain) as (engine, company), engine.begin() as connection:
        versions = load_versions(connection, company.schema, first=first)
        rows = connection.execute(text(f"select id, name from {table(company.schema, 'user')}"))
        names = {row.id: row.name for row in rows}
    for each in versions:
        who = "" if each.user_id is None else f" by {names.get(each.user_id, each.user_id)}"
        at = each.created_at.isoformat(sep=" ", timespec="seconds")
        click.echo(f"{each.version}  {at}  {each.kind}{who}")
        if each.differences is None:
            click.echo("    what it changed was not kept")
        if each.problem is not None:
            click.echo(f"    {problem_message(each.problem, 'en')}")
        for difference in worth_telling(each.differences or ()):
            click.echo(f"    {difference}")


def run_rollback(settings: Settings, domain: str | None, version: int, *, confirmed: bool) -> None:
    """Says what going back would change; goes back when that was confirmed."""
    with _company(settings, domain) as (engine, company):
        change = change_back(engine, company, version)
        if isinstance(change, ChangeResult):
            raise _refused(change.problems)
        again = f"qiansi metadata rollback {version} --yes"
        _run(settings, (engine, company), change, again, confirmed=confirmed)


def _run(
    settings: Settings,
    place: tuple[Engine, Company],
    change: Change,
    again: str,
    *,
    confirmed: bool,
) -> None:
    """Dry run first, whatever was asked for. Raises SetupError when the change cannot be."""
    engine, company = place
    everything = AccessProfile("command line", is_super=True)
    rehearse = partial(_rehearse, everything, Place(company.schema, company.time_zone, settings))
    _say(f"looking what would change in {company.name} …")
    documents = _registered(settings, engine, company)
    tried = apply_change(
        engine,
        company,
        change,
        user_id=None,
        dry_run=True,
        rehearse=rehearse,
        documents=documents,
    )
    for each in tried.impact:
        click.echo(_impact(each))
    if tried.problems:
        raise _refused(tried.problems)
    if not confirmed:
        _say(f"nothing was changed yet; to change it: {again}")
        return
    result = apply_change(engine, company, change, user_id=None, rehearse=rehearse)
    if not result.applied:
        raise _refused(result.problems)
    if result.version == tried.version:
        _say(f"nothing to do: version {result.version} is so already")
        return
    _say("completing indexes and keys …")
    complete_tables(engine, company.schema)
    _say(f"{company.name} is at metadata version {result.version}")


def _registered(settings: Settings, engine: Engine, company: Company) -> Sequence[Operation]:
    """What the documents touch that servers with the same settings run."""
    from schema.build import build_schema
    from schema.http.trusted import trusted_documents

    documents = trusted_documents(settings).documents
    if not documents:
        return ()
    with engine.begin() as connection:
        snapshot = load_snapshot(connection, company.schema)
    return registered_operations(documents, build_schema(snapshot).graphql, snapshot)


def _impact(impact: Impact) -> str:
    name = impact_name(impact.kind, impact.name, impact.params, "en")
    detail = impact_detail(impact.detail, impact.params, "en")
    return f"! {impact.kind} {name}{f': {detail}' if detail else ''}"


def _rehearse(
    profile: AccessProfile,
    place: Place,
    connection: Connection,
    written: Written,
    scenes: Sequence[PlacedScene],
) -> tuple[Problem, ...]:
    """Whether servers could build the schema, for two types may come to the same name; and whether
    the scenes work with it."""
    from schema.build import build_schema

    snapshot = Snapshot(written.version, living(written.objects()))
    try:
        built = build_schema(snapshot)
    except (TypeError, ValueError) as error:
        return (Problem((), "NO_SCHEMA", {"reason": str(error)}),)
    return tuple(
        SceneTrial(connection, Eyes(snapshot, profile, place), built.graphql).problems(scenes)
    )


def _read(file: str) -> Configuration:
    try:
        text_of_file = Path(file).read_text(encoding="utf-8")
    except OSError as error:
        raise SetupError(f"cannot read {file}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise SetupError(f"cannot read {file}: it is no UTF-8 text") from None
    try:
        return read_configuration(text_of_file)
    except InvalidInput as error:
        raise _refused(error.problems) from None


def _refused(problems: tuple[Problem, ...]) -> SetupError:
    """A line per problem, and one that says what to do."""
    for each in problems:
        place = ".".join(str(step) for step in each.path)
        click.echo(
            f"{place}: {problem_message(each, 'en')}" if place else problem_message(each, "en")
        )
    return SetupError(f"nothing was changed: mend the {len(problems)} problems above and try again")


def _wanted(connection: Connection, company: Company, other: Other) -> Configuration:
    if other.release:
        return standard_configuration(STANDARD, company.language)
    return load_configuration(connection, _find(connection, other.company).schema)


def _differences(present: Configuration, wanted: Configuration) -> tuple[Difference, ...]:
    documents = [configuration_document(each) for each in (present, wanted)]
    return worth_telling(compare(*documents))


@contextmanager
def _company(settings: Settings, domain: str | None) -> Iterator[tuple[Engine, Company]]:
    with database(settings) as engine:
        with engine.begin() as connection:
            company = _find(connection, domain)
        yield engine, company


def _find(connection: Connection, domain: str | None) -> Company:
    """The company of the domain, or the only one there is."""
    if domain is not None:
        found = find_company(connection, domain=domain)
        if found is None:
            raise SetupError(f"no company has the domain {domain}")
        return found
    companies = load_companies(connection)
    if len(companies) != 1:
        raise SetupError(SEVERAL_COMPANIES)
    return companies[0]


def _say(line: str) -> None:
    click.echo(line, err=True)
