"""The list of companies: one row each, one schema each (principle 4). Makes none itself."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, RowMapping, text

_COLUMNS = "id, name, domain, schema_name, time_zone, language"


@dataclass(frozen=True, slots=True)
class Company:
    """`domain` is the host name that chooses it; `schema` is its PostgreSQL schema."""

    id: int
    name: str
    domain: str | None
    schema: str
    time_zone: str
    language: str


def load_companies(connection: Connection) -> Sequence[Company]:
    """All companies, oldest first."""
    rows = connection.execute(text(f"select {_COLUMNS} from qiansi.company order by id"))
    return [_company(row) for row in rows.mappings()]


def find_company(
    connection: Connection, *, domain: str | None = None, schema: str | None = None
) -> Company | None:
    """The company of a domain (in any case) or of a schema; None when there is none."""
    found = connection.execute(
        text(
            f"select {_COLUMNS} from qiansi.company"
            " where lower(domain) = lower(:domain) or schema_name = :schema order by id limit 1"
        ),
        {"domain": domain, "schema": schema},
    ).mappings()
    row = found.first()
    return None if row is None else _company(row)


def _company(row: RowMapping) -> Company:
    return Company(
        id=row["id"],
        name=row["name"],
        domain=row["domain"],
        schema=row["schema_name"],
        time_zone=row["time_zone"],
        language=row["language"],
    )
