"""Brings the platform and every company to what this release ships, by difference.

May be stopped and run again at any time; when all is up to date it does nothing and says so.
Each company is one transaction for tables and metadata, followed by indexes and foreign keys
beside the traffic; one company's failure does not keep the others.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

from engine.db.companies import Company, load_companies
from engine.db.platform import install_platform
from engine.db.quoting import table
from metadata.catalogue import FoundTable, expected_trigger, read_catalogue, read_routines
from metadata.changes.background import complete_tables
from metadata.changes.computed import fill_computed
from metadata.changes.difference import difference
from metadata.changes.filling import fill_between, with_filling
from metadata.changes.merge import Merged, merge
from metadata.changes.patience import Busy, be_brief, lock_metadata, retry_when_busy
from metadata.changes.size import is_small
from metadata.changes.steps import DdlStep, DropIndex
from metadata.changes.tables import run_steps
from metadata.changes.uniqueness import without_impossible
from metadata.configuration.history import DIFFERENCES, differences_of
from metadata.counters import raise_counters
from metadata.ddl import company_tables, routine_body
from metadata.formulas.resolve import resolve
from metadata.history import Release, load_release, release_change, write_version
from metadata.model import ObjectDef, Standard
from metadata.physical import PhysicalTable, constraint_name
from metadata.roles import update_roles
from metadata.snapshot import Snapshot
from metadata.standard import STANDARD
from metadata.store import load_written, save_objects

_FORMER_SEARCH = ("search", "idx")  # up to release 0.1 one index served all searchable fields


@dataclass(frozen=True, slots=True)
class CompanyReport:
    """What happened to one company; `failure` is empty unless it has to be run again."""

    company: Company
    done: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    failure: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    companies: tuple[CompanyReport, ...]

    @property
    def failed(self) -> bool:
        return any(each.failure for each in self.companies)

    def lines(self) -> list[str]:
        """The report as text, a line per fact."""
        found: list[str] = []
        for each in self.companies:
            name = f"{each.company.schema} {each.company.name}"
            found += [f"{name}: {line}" for line in (*each.done, *each.notes)]
            if each.failure:
                found.append(f"{name}: FAILED, run again: {each.failure}")
        return found or [f"{len(self.companies)} companies are up to date; nothing to do"]


def migrate(engine: Engine, standard: Standard = STANDARD) -> Report:
    """Platform first, then the companies one after the other."""
    retry_when_busy(partial(_install, engine))
    with engine.begin() as connection:
        companies = load_companies(connection)
    return Report(tuple(_migrate(engine, each, standard) for each in companies))


def migrate_company(engine: Engine, company: Company, standard: Standard) -> CompanyReport:
    """One company. Raises the database's error when locks are not to be had for long."""
    changed = retry_when_busy(partial(_change, engine, company, standard))
    completed = complete_tables(engine, company.schema)
    if not completed:
        return changed
    return replace(changed, done=(*changed.done, f"{completed} indexes and keys completed"))


def _migrate(engine: Engine, company: Company, standard: Standard) -> CompanyReport:
    try:
        return migrate_company(engine, company, standard)
    except (DBAPIError, Busy) as error:
        reason = _first_line(error)
        return CompanyReport(company, failure=reason)


def _first_line(error: DBAPIError | Busy) -> str:
    if isinstance(error, Busy):
        return "another process is at work on its indexes"
    return str(error.orig).splitlines()[0]


def _install(engine: Engine) -> None:
    with engine.begin() as connection:
        be_brief(connection)
        install_platform(connection)


def _change(engine: Engine, company: Company, standard: Standard) -> CompanyReport:
    with engine.begin() as connection:
        be_brief(connection)
        lock_metadata(connection, company.schema)
        written = load_written(connection, company.schema)
        snapshot = Snapshot(written.version, written.objects())
        base = load_release(connection, company.schema)
        merged = _merge(connection, company.schema, snapshot, base, standard)
        steps = _steps(connection, company.schema, snapshot.objects, merged.objects)
        same = base is not None and base.standard == standard
        if same and not steps and merged.objects == snapshot.objects:
            return CompanyReport(company)
        done = run_steps(connection, company.schema, merged.objects, steps)
        computed = fill_computed(connection, company.schema, merged.objects, steps)
        done = (*done, f"{computed} rows computed") if computed else done
        raise_counters(connection, company.schema, snapshot.objects, merged.objects)
        after = Snapshot(snapshot.version + 1, merged.objects)
        done += _write(connection, company, (base, standard), (after, merged.notes))
        return CompanyReport(company, done, merged.notes)


def _merge(
    connection: Connection,
    schema: str,
    snapshot: Snapshot,
    base: Release | None,
    standard: Standard,
) -> Merged:
    shipped = snapshot.objects if base is None else base.standard.objects
    merged = merge(snapshot.objects, shipped, standard.objects)
    resolved = resolve(merged.objects).objects
    fill = fill_between(snapshot.objects, resolved, partial(is_small, connection, schema))
    merged = replace(merged, objects=with_filling(resolved, fill))
    return without_impossible(connection, schema, snapshot.objects, merged)


def _steps(
    connection: Connection, schema: str, before: Sequence[ObjectDef], after: Sequence[ObjectDef]
) -> tuple[DdlStep, ...]:
    """From what the catalogue really has of the tables: internal ones may be older too."""
    found, routines = read_catalogue(connection, schema), read_routines(connection, schema)
    present = [
        _present(schema, each, found[each.name], routines)
        for each in company_tables(before)
        if each.name in found
    ]
    replaced = (
        DropIndex(name)
        for each in present
        if (name := constraint_name(each.name, *_FORMER_SEARCH)) in found[each.name].indexes
    )
    return (*difference(present, company_tables(after)), *replaced)


def _present(
    schema: str, each: PhysicalTable, found: FoundTable, routines: Mapping[str, str]
) -> PhysicalTable:
    """What is really there of the table as it is described."""
    return replace(
        each,
        columns=tuple(c for c in each.columns if c.name in found.columns),
        routines=tuple(r for r in each.routines if routines.get(r.name) == routine_body(schema, r)),
        triggers=tuple(
            t
            for t in each.triggers
            if found.triggers.get(t.name) == expected_trigger(schema, each.name, t)
        ),
    )


def _write(
    connection: Connection,
    company: Company,
    releases: tuple[Release | None, Standard],
    after: tuple[Snapshot, Sequence[str]],
) -> tuple[str, ...]:
    base, standard = releases
    snapshot, notes = after
    differences = differences_of(
        load_written(connection, company.schema).objects(), snapshot.objects
    )
    save_objects(connection, company.schema, snapshot.objects)
    before = () if base is None else base.standard.roles
    place = (company.schema, snapshot)
    rights = update_roles(connection, place, (before, standard.roles), company.language)
    connection.execute(
        text(
            f"update {table(company.schema, 'state')} set metadata_version = :version,"
            " access_version = access_version + :rights, release = :release"
        ),
        {"version": snapshot.version, "rights": int(rights), "release": standard.release},
    )
    change = {**release_change(standard, notes), DIFFERENCES: differences}
    write_version(connection, company.schema, snapshot.version, change)
    done = f"brought to release {standard.release}, metadata version {snapshot.version}"
    return (done, "roles updated") if rights else (done,)
