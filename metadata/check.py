"""Do the tables of a company agree with its metadata? Plain sentences for every difference.

Changes nothing. An empty answer after any crash is what E3 promises.
"""

from collections.abc import Iterator, Mapping

from sqlalchemy import Connection

from metadata.catalogue import (
    FoundTable,
    expected_index,
    expected_key,
    expected_trigger,
    expected_type,
    read_catalogue,
    read_routines,
)
from metadata.counters import behind
from metadata.ddl import company_tables, routine_body
from metadata.history import count_states
from metadata.internal_tables import STATE
from metadata.physical import PhysicalTable
from metadata.store import load_written


def check_company(connection: Connection, schema: str) -> list[str]:
    """Every difference between metadata and catalogue, in the order of the tables."""
    found = read_catalogue(connection, schema)
    missing = [each.name for each in company_tables(()) if each.name not in found]
    if missing:
        return [f"table {name} is missing" for name in missing]
    objects = load_written(connection, schema).objects()
    expected = {each.name: each for each in company_tables(objects)}
    said = list(_state(connection, schema))
    for name, each in expected.items():
        if name in found:
            said += [f"table {name}: {line}" for line in _table(schema, each, found[name])]
        else:
            said.append(f"table {name} is missing")
    said += _routines(schema, expected, read_routines(connection, schema))
    said += [f"table {name} belongs to no object" for name in found if name not in expected]
    # numbers can be looked at only where their tables are as they should be
    return said or list(behind(connection, schema, objects))


def _state(connection: Connection, schema: str) -> Iterator[str]:
    states, versions, current = count_states(connection, schema)
    if states != 1:
        yield f"table {STATE.name} has {states} rows instead of one"
    elif current != versions:
        yield f"metadata is at version {current}, its history at {versions}"


def _table(schema: str, each: PhysicalTable, found: FoundTable) -> Iterator[str]:
    yield from _columns(each, found)
    if list(each.primary_key) != found.primary_key:
        yield f"the primary key is ({', '.join(found.primary_key)})"
    yield from _indexes(schema, each, found)
    yield from _foreign_keys(each, found)
    yield from _triggers(schema, each, found)
    if each.append_only and not found.guards:
        yield "the trigger that keeps it append-only is missing or disabled"


def _columns(each: PhysicalTable, found: FoundTable) -> Iterator[str]:
    for column in each.columns:
        there = found.columns.get(column.name)
        wanted = expected_type(column)
        if there is None:
            yield f"column {column.name} is missing"
            continue
        if there.sql_type != wanted:
            yield f"column {column.name} is {there.sql_type} instead of {wanted}"
        if there.not_null != column.not_null and column.name not in each.primary_key:
            yield f"column {column.name} {'refuses' if there.not_null else 'accepts'} null"
        if there.has_default != (column.default is not None or column.identity):
            yield f"column {column.name} {'has a' if there.has_default else 'lacks its'} default"
    known = {column.name for column in each.columns}
    yield from (f"column {name} is in no field" for name in found.columns if name not in known)


def _indexes(schema: str, each: PhysicalTable, found: FoundTable) -> Iterator[str]:
    for index in each.indexes:
        there = found.indexes.get(index.name)
        wanted = expected_index(schema, each.name, index)
        if there is None:
            yield f"index {index.name} is missing"
        elif not there.valid:
            yield f"index {index.name} is invalid"
        elif there.definition != wanted:
            yield f"index {index.name} is [{there.definition}] instead of [{wanted}]"
    known = {index.name for index in each.indexes}
    yield from (f"index {name} is superfluous" for name in found.indexes if name not in known)


def _foreign_keys(each: PhysicalTable, found: FoundTable) -> Iterator[str]:
    for key in each.foreign_keys:
        there = found.foreign_keys.get(key.name)
        wanted = expected_key(key)
        if there is None:
            yield f"foreign key {key.name} is missing"
        elif there.definition != wanted:
            yield f"foreign key {key.name} is [{there.definition}] instead of [{wanted}]"
        elif not there.validated:
            yield f"foreign key {key.name} is not validated"
    known = {key.name for key in each.foreign_keys}
    for name in found.foreign_keys:
        if name not in known:
            yield f"foreign key {name} is superfluous"


def _triggers(schema: str, each: PhysicalTable, found: FoundTable) -> Iterator[str]:
    for trigger in each.triggers:
        there = found.triggers.get(trigger.name)
        wanted = expected_trigger(schema, each.name, trigger)
        if there is None:
            yield f"trigger {trigger.name} is missing"
        elif there != wanted:
            yield f"trigger {trigger.name} is [{there}] instead of [{wanted}]"
    known = {trigger.name for trigger in each.triggers}
    yield from (f"trigger {name} is superfluous" for name in found.triggers if name not in known)


def _routines(
    schema: str, expected: Mapping[str, PhysicalTable], found: Mapping[str, str]
) -> Iterator[str]:
    wanted = {
        routine.name: routine_body(schema, routine)
        for each in expected.values()
        for routine in each.routines
    }
    for name, body in wanted.items():
        if name not in found:
            yield f"function {name} is missing"
        elif found[name] != body:
            yield f"function {name} is not as its formulas say"
    yield from (f"function {name} is superfluous" for name in found if name not in wanted)
