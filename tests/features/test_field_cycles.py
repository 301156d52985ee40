"""Fields that come and go, thousands of times: their columns serve again (E2, M13)."""

from dataclasses import replace

import pytest
from sqlalchemy import Engine

from engine.base.settings import Settings
from engine.db.companies import Company
from jobs.actors import complete_metadata, purge_metadata
from jobs.context import JobContext
from metadata.changes import size
from metadata.changes.change import Change, Refused
from metadata.changes.create_field import CreateField
from metadata.changes.create_object import CreateObject
from metadata.changes.delete_field import DeleteField, PurgeField, RestoreField
from metadata.changes.delete_object import DeleteObject
from metadata.changes.merge import column_names
from metadata.changes.quotas import CUSTOM_FIELDS, DELETED_FIELDS
from metadata.changes.run import apply_change
from metadata.check import check_company
from metadata.model import FieldDef, Label
from metadata.standard import STANDARD
from metadata.store import load_written
from tests.harness.company import TestCompany

CYCLES = 100
LIMIT = 1_600  # of PostgreSQL, dropped columns included


def wish(name: str, type: str = "text") -> FieldDef:
    return FieldDef(name=name, type=type, label=Label(name, name), column="")


class Changing:
    """Changes of one company, each of which must succeed."""

    def __init__(self, company: TestCompany) -> None:
        self.engine: Engine = company.engine
        self.company: Company = company.company

    def run(self, change: Change) -> None:
        found = apply_change(self.engine, self.company, change, user_id=None)
        assert found.applied, found.problems

    def differences(self) -> list[str]:
        with self.engine.begin() as connection:
            return check_company(connection, self.company.schema)


@pytest.fixture
def changing(company: TestCompany) -> Changing:
    return Changing(company)


def columns(company: TestCompany, table: str) -> int:
    found: int = company.value(
        "select max(attnum) from pg_attribute where attrelid = cast(:name as regclass)",
        name=f"{company.company.schema}.{table}",
    )
    return found


def test_fields_that_come_and_go_on_one_table_use_its_columns_again(
    company: TestCompany, changing: Changing
) -> None:
    types = ("text", "integer", "amount", "date")
    before = columns(company, "campaign")
    for n in range(CYCLES):
        changing.run(CreateField("campaign", wish("cycle", types[n % len(types)])))
        changing.run(DeleteField("campaign", "cycle"))
    # those that can be restored, and one of each type
    most = (DELETED_FIELDS + len(types)) * 2
    assert columns(company, "campaign") - before <= most
    changing.run(RestoreField("campaign", "cycle"))
    assert changing.differences() == []


def test_two_thousand_cycles_end_far_below_what_a_table_can_have() -> None:
    """As the change itself decides it, with columns emptied in between."""
    objects = STANDARD.objects
    for _ in range(2_000):
        objects = CreateField("campaign", wish("cycle")).apply(objects)
        objects = DeleteField("campaign", "cycle").apply(objects)
        objects = tuple(
            replace(item, spare_columns=tuple(replace(c, empty=True) for c in item.spare_columns))
            if item.spare_columns
            else item
            for item in objects
        )
    (campaign,) = [item for item in objects if item.name == "campaign"]
    assert len(column_names(campaign)) < LIMIT / 8


def test_a_column_is_empty_before_it_serves_again(company: TestCompany, changing: Changing) -> None:
    changing.run(CreateField("visit", wish("first")))
    column = field_column(company, "visit", "first")
    company.sql(f"insert into {{s}}.visit (number, {column}) values ('V1', '旧')")
    changing.run(DeleteField("visit", "first"))
    changing.run(PurgeField("visit", "first"))
    changing.run(CreateField("visit", wish("second")))
    assert field_column(company, "visit", "second") == column
    assert company.value(f"select count({column}) from {{s}}.visit") == 0
    changing.run(CreateField("visit", wish("third")))
    assert field_column(company, "visit", "third") != column


def test_columns_of_large_tables_are_emptied_beside_the_traffic(
    company: TestCompany, changing: Changing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(size, "LARGE_TABLE_BYTES", -1)
    changing.run(CreateField("lead", wish("old")))
    column = field_column(company, "lead", "old")
    company.sql(f"insert into {{s}}.lead (name, {column}) values ('甲', '旧')")
    changing.run(DeleteField("lead", "old"))
    changing.run(PurgeField("lead", "old"))
    changing.run(CreateField("lead", wish("new")))
    assert field_column(company, "lead", "new") != column
    context = JobContext(company.engine, Settings())
    assert complete_metadata.is_waiting(context, company.company)
    complete_metadata.run(context, company.company.schema)
    assert not complete_metadata.is_waiting(context, company.company)
    changing.run(CreateField("lead", wish("newer")))
    assert field_column(company, "lead", "newer") == column
    assert company.value(f"select count({column}) from {{s}}.lead") == 0
    complete_metadata.run(context, company.company.schema)
    assert changing.differences() == []


def test_what_was_deleted_long_ago_is_purged(company: TestCompany, changing: Changing) -> None:
    changing.run(CreateField("contract", wish("gone")))
    changing.run(DeleteField("contract", "gone"))
    changing.run(CreateObject(Label("旧物", "Old"), name="oldThing"))
    changing.run(DeleteObject("oldThing"))
    purge_metadata.run(JobContext(company.engine, Settings(trash_days=1)), company.company.schema)
    assert deleted(company) >= {"contract.gone", "oldThing"}
    purge_metadata.run(JobContext(company.engine, Settings(trash_days=0)), company.company.schema)
    assert deleted(company) == set()
    assert changing.differences() == []


def test_there_is_a_limit_of_fields() -> None:
    """Far below what ends a table."""
    objects = STANDARD.objects
    for n in range(CUSTOM_FIELDS):
        objects = CreateField("invoice", wish(f"many{n}")).apply(objects)
    with pytest.raises(Refused) as refused:
        CreateField("invoice", wish("tooMany")).apply(objects)
    assert [each.code for each in refused.value.problems] == ["TOO_MANY_FIELDS"]


def test_a_hundred_custom_objects_in_one_company(company: TestCompany, changing: Changing) -> None:
    for n in range(100):
        changing.run(CreateObject(Label(f"对象 {n}", f"Object {n}"), name=f"thing{n}"))
    found = company.client("admin", 1).run("{ thing0s { totalCount } thing99s { totalCount } }")
    assert found == {"thing0s": {"totalCount": 0}, "thing99s": {"totalCount": 0}}
    assert changing.differences() == []


def field_column(company: TestCompany, object_name: str, name: str) -> str:
    with company.engine.begin() as connection:
        objects = load_written(connection, company.company.schema).objects()
    return next(
        field.column
        for item in objects
        if item.name == object_name
        for field in item.fields
        if field.name == name
    )


def deleted(company: TestCompany) -> set[str]:
    with company.engine.begin() as connection:
        objects = load_written(connection, company.company.schema).objects()
    gone = {item.name for item in objects if item.deleted_at is not None and not item.purged}
    return gone | {f"{item.name}.{f.name}" for item in objects for f in item.deleted_fields}
