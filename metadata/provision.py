"""A new company: its row, schema, tables, metadata, roles and root department, all or nothing."""

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import IntegrityError

from engine.base.errors import SetupError
from engine.db.companies import Company
from engine.db.platform import install_platform
from engine.db.quoting import table
from metadata.changes.background import complete_tables
from metadata.ddl import company_tables, create_statements, table_statements
from metadata.history import release_change, write_version
from metadata.model import Standard
from metadata.roles import insert_roles
from metadata.rows import insert_rows
from metadata.snapshot import Snapshot
from metadata.standard import STANDARD
from metadata.store import save_objects

FIRST_VERSION = 1


def create_company(
    engine: Engine,
    name: str,
    *,
    domain: str | None = None,
    time_zone: str = "Asia/Shanghai",
    language: str = "zh",
    standard: Standard = STANDARD,
    deferred_indexes: bool = False,
) -> Company:
    """The company in one transaction, without users. Installs the platform where it is missing.

    `deferred_indexes` leaves out secondary indexes and foreign keys, for loading many rows
    first; `add_deferred_indexes` makes them. Raises SetupError when the domain is taken.
    """
    try:
        with engine.begin() as connection:
            install_platform(connection)
            company = _insert_company(connection, name, (domain, time_zone, language))
            _create_tables(connection, company.schema, standard, deferred_indexes)
            _write_metadata(connection, company.schema, standard)
            _write_organisation(connection, company, standard)
    except IntegrityError as error:
        if domain is not None and "company_domain_key" in str(error.orig):
            raise SetupError(f"the domain {domain} belongs to another company") from None
        raise
    return company


def add_deferred_indexes(engine: Engine, company: Company) -> None:
    """Makes what `deferred_indexes` left out; may be called again after a failure."""
    complete_tables(engine, company.schema, concurrently=False)


def _insert_company(
    connection: Connection, name: str, rest: tuple[str | None, str, str]
) -> Company:
    number: int = connection.execute(
        text("select nextval(pg_get_serial_sequence('qiansi.company', 'id'))")
    ).scalar_one()
    company = Company(number, name, rest[0], f"t_{number}", rest[1], rest[2])
    connection.execute(
        text(
            "insert into qiansi.company (id, name, domain, schema_name, time_zone, language)"
            " values (:id, :name, :domain, :schema, :time_zone, :language)"
        ),
        {
            "id": company.id,
            "name": company.name,
            "domain": company.domain,
            "schema": company.schema,
            "time_zone": company.time_zone,
            "language": company.language,
        },
    )
    return company


def _create_tables(connection: Connection, schema: str, standard: Standard, bare: bool) -> None:
    if bare:
        statements = table_statements(schema, company_tables(standard.objects))
    else:
        statements = create_statements(schema, standard.objects)
    # one round trip for some hundred statements
    connection.exec_driver_sql(";\n".join(statements))


def _write_metadata(connection: Connection, schema: str, standard: Standard) -> None:
    connection.execute(
        text(
            f"insert into {table(schema, 'state')} (metadata_version, access_version, release)"
            " values (:version, 1, :release)"
        ),
        {"version": FIRST_VERSION, "release": standard.release},
    )
    save_objects(connection, schema, standard.objects)
    write_version(connection, schema, FIRST_VERSION, release_change(standard))


def _write_organisation(connection: Connection, company: Company, standard: Standard) -> None:
    snapshot = Snapshot(FIRST_VERSION, standard.objects)
    insert_rows(connection, company.schema, snapshot.object("department"), [{"name": company.name}])
    insert_roles(connection, (company.schema, snapshot), standard.roles, company.language)
