"""A company whose objects are changed past the product: metadata, tables and version in one go."""

from collections.abc import Callable
from dataclasses import replace

from sqlalchemy import Connection, text

from engine.db.quoting import table
from metadata.changes.background import complete_tables
from metadata.changes.computed import fill_computed
from metadata.changes.difference import difference
from metadata.check import check_company
from metadata.ddl import company_tables
from metadata.formulas.resolve import resolve
from metadata.history import write_version
from metadata.model import FieldDef, ObjectDef
from metadata.snapshot import Snapshot
from metadata.store import load_snapshot, save_objects
from tests.harness.rows import CompanyRows

Objects = tuple[ObjectDef, ...]


def with_fields(objects: Objects, object_name: str, *fields: FieldDef) -> Objects:
    """The objects, with these fields of one added, or in place of those of their names."""
    names = {each.name for each in fields}
    return tuple(
        replace(each, fields=(*(f for f in each.fields if f.name not in names), *fields))
        if each.name == object_name
        else each
        for each in objects
    )


def change_objects(company: CompanyRows, change: Callable[[Objects], Objects]) -> None:
    """Makes the company's objects what `change` makes of them; raises when they cannot be."""
    change_tables(company, change)
    complete_tables(company.engine, company.company.schema)


def change_tables(company: CompanyRows, change: Callable[[Objects], Objects]) -> None:
    """The transaction of a change alone, without what follows beside the traffic."""
    with company.engine.begin() as connection:
        company.snapshot = _change(connection, company.company.schema, change)


def differences(company: CompanyRows) -> list[str]:
    """What the checker finds."""
    with company.engine.begin() as connection:
        return check_company(connection, company.company.schema)


def _change(connection: Connection, schema: str, change: Callable[[Objects], Objects]) -> Snapshot:
    before = load_snapshot(connection, schema)
    resolved = resolve(change(before.objects))
    assert resolved.problems == ()
    steps = difference(company_tables(before.objects), company_tables(resolved.objects))
    for step in steps:
        for statement in step.statements(schema):
            connection.exec_driver_sql(statement)
    fill_computed(connection, schema, resolved.objects, steps)
    save_objects(connection, schema, resolved.objects)
    version = before.version + 1
    write_version(connection, schema, version, {"kind": "test"})
    connection.execute(
        text(f"update {table(schema, 'state')} set metadata_version = :version"),
        {"version": version},
    )
    return load_snapshot(connection, schema)
