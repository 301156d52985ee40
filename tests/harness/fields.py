"""Fields of a company changed as a change of metadata does it: tables, rows and version together."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, text

from engine.db.quoting import table
from metadata.changes.background import complete_tables
from metadata.changes.difference import difference
from metadata.changes.patience import be_brief, lock_metadata
from metadata.check import check_company
from metadata.counters import raise_counters
from metadata.ddl import company_tables
from metadata.history import write_version
from metadata.model import Choice, FieldDef, Label, ObjectDef
from metadata.snapshot import Snapshot
from metadata.store import load_snapshot, save_objects
from tests.harness.rows import CompanyRows


def custom(name: str, type: str, **options: Any) -> FieldDef:
    """A field of the company's own; its column begins with `c_`."""
    made = FieldDef(
        name=name, type=type, label=Label(name, name), column=f"c_{name.lower()}", custom=True
    )
    return replace(made, **options)


def options(*values: str, **more: Any) -> tuple[Choice, ...]:
    return tuple(Choice(value, Label(value, value), **more) for value in values)


def change_fields(company: CompanyRows, object_name: str, *fields: FieldDef) -> None:
    """Adds the fields to the object, or puts them in place of those of the same name."""
    schema = company.company.schema
    with company.engine.begin() as connection:
        be_brief(connection)
        lock_metadata(connection, schema)
        before = load_snapshot(connection, schema)
        after = tuple(
            _with(item, fields) if item.name == object_name else item for item in before.objects
        )
        _change(connection, schema, before, after)
    complete_tables(company.engine, schema)
    with company.engine.begin() as connection:
        company.snapshot = load_snapshot(connection, schema)


def problems_of_company(company: CompanyRows) -> list[str]:
    """What the checker finds."""
    with company.engine.begin() as connection:
        return check_company(connection, company.company.schema)


def _with(item: ObjectDef, fields: Sequence[FieldDef]) -> ObjectDef:
    given = {each.name: each for each in fields}
    kept = tuple(given.pop(each.name, each) for each in item.fields)
    return replace(item, fields=(*kept, *given.values()))


def _change(
    connection: Connection, schema: str, before: Snapshot, after: tuple[ObjectDef, ...]
) -> None:
    for step in difference(company_tables(before.objects), company_tables(after)):
        for statement in step.statements(schema):
            connection.exec_driver_sql(statement)
    raise_counters(connection, schema, before.objects, after)
    save_objects(connection, schema, after)
    version = before.version + 1
    connection.execute(
        text(f"update {table(schema, 'state')} set metadata_version = :version"),
        {"version": version},
    )
    write_version(connection, schema, version, {"kind": "test"})
