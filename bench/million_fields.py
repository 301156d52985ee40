"""Three fields an administrator might have added to customers: a choice, an amount, a number of
which no two are equal; no index.

Kept as the product keeps its own: in the object's metadata with `custom`, as columns, under a new
version. Only what fills them, a rewrite of the whole table, is the bench's own.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

from sqlalchemy import Connection, Engine, text

from demo.load import lift_limits
from engine.db.companies import Company
from engine.db.quoting import literal, quote, table
from metadata.changes.difference import difference
from metadata.ddl import company_tables
from metadata.history import write_version
from metadata.model import Choice, FieldDef, Label
from metadata.physical import physical_columns
from metadata.snapshot import Snapshot
from metadata.store import load_snapshot, save_objects

# value → how many of 1,024 customers have it; the others have none
SHARES = {"KEY": 32, "GROWTH": 256, "REGULAR": 512, "STRATEGIC": 1}
SEGMENT = FieldDef(
    name="segment",
    type="choice",
    label=Label("客户分层", "Segment"),
    column="segment",
    custom=True,
    choices=tuple(Choice(value, Label(value, value)) for value in SHARES),
)
BUDGET = FieldDef(
    name="annualBudget",
    type="amount",
    label=Label("年度预算", "Annual budget"),
    column="annual_budget",
    custom=True,
)
SERIAL = FieldDef(
    name="serial",
    type="integer",
    label=Label("序号", "Serial"),
    column="serial",
    custom=True,
)
FIELDS = (SEGMENT, BUDGET, SERIAL)
_OBJECT = "customer"
_BUCKET = "hashint8(id) & 1023"
_AMOUNT = "(hashint8extended(id, 1) & 65535)::numeric * 1.25"


def add_fields(engine: Engine, company: Company, tell: Callable[[str], None]) -> None:
    """Adds the fields that a company has not got, and fills all of them."""
    with engine.begin() as connection:
        lift_limits(connection)
        snapshot = load_snapshot(connection, company.schema)
        known = snapshot.object(_OBJECT).fields
        missing = tuple(each for each in FIELDS if each.name not in known)
        if not missing:
            return
        tell(f"adding {len(missing)} fields to the customers, once")
        _change(connection, company.schema, snapshot, missing)
        _fill(connection, company.schema)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("set statement_timeout = 0")
        connection.exec_driver_sql(f"vacuum analyze {table(company.schema, _OBJECT)}")


def _change(
    connection: Connection, schema: str, snapshot: Snapshot, missing: Sequence[FieldDef]
) -> None:
    """Columns, metadata and version, as a change of metadata would write them."""
    after = tuple(
        replace(each, fields=(*each.fields, *missing)) if each.name == _OBJECT else each
        for each in snapshot.objects
    )
    for step in difference(company_tables(snapshot.objects), company_tables(after)):
        for statement in step.statements(schema):
            connection.exec_driver_sql(statement)
    save_objects(connection, schema, after)
    version = snapshot.version + 1
    write_version(connection, schema, version, {"kind": "benchmark"})
    connection.execute(
        text(f"update {table(schema, 'state')} set metadata_version = :version"),
        {"version": version},
    )


def _fill(connection: Connection, schema: str) -> None:
    """One rewrite of the table: an update would leave a second copy of every row behind."""
    segment, budget, serial = (
        f"alter {quote(each.column)} type {physical_columns(each)[0].sql_type} using"
        for each in FIELDS
    )
    cases, end = "", 0
    for value, share in SHARES.items():
        end += share
        cases += f" when {_BUCKET} < {end} then {literal(value)}"
    connection.exec_driver_sql(
        f"alter table {table(schema, _OBJECT)}"
        f" {segment} case{cases} end, {budget} {_AMOUNT}, {serial} id"
    )
