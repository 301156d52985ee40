"""A company of an older release is brought to this one, rows and own changes intact."""

import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import orjson
import pytest
from sqlalchemy import Engine, insert, select, text

from engine.base.settings import Settings
from engine.db.companies import Company
from engine.db.quoting import table
from engine.db.write_engine import make_engine
from metadata.changes import size
from metadata.check import check_company
from metadata.configuration.history import objects_at
from metadata.field_types.registry import field_type
from metadata.migrate import CompanyReport, migrate, migrate_company
from metadata.model import FieldDef, Label, ObjectDef, Standard
from metadata.number_rule import NumberPart, NumberRule, PartKind
from metadata.provision import create_company
from metadata.snapshot import Snapshot
from metadata.standard import STANDARD
from metadata.store import load_snapshot, parse_standard, save_objects
from metadata.tables import tables
from tests.conftest import Services
from tests.harness.databases import own_database

OLD = parse_standard(
    orjson.loads((Path(__file__).parent / "data" / "standard-0.0.json").read_bytes())
)
COUNT = 50


@pytest.fixture
def old(engine: Engine) -> Iterator[Company]:
    """A company of the older release with rows in it."""
    company = create_company(engine, "老公司", standard=OLD)
    snapshot = load(engine, company)
    rows = [store(snapshot, "customer", name=f"客户 {n}") for n in range(COUNT)]
    with engine.begin() as connection:
        connection.execute(insert(tables(snapshot, company.schema)["customer"]), rows)
    yield company
    with engine.begin() as connection:
        connection.execute(text(f"drop schema {company.schema} cascade"))
        connection.execute(text("delete from qiansi.company where id = :id"), {"id": company.id})


def store(snapshot: Snapshot, object_name: str, /, **values: object) -> dict[str, object]:
    found: dict[str, object] = {}
    for key, value in values.items():
        field = snapshot.field(object_name, key)
        found.update(field_type(field.type).store(field, value))
    return found


def load(engine: Engine, company: Company) -> Snapshot:
    with engine.begin() as connection:
        return load_snapshot(connection, company.schema)


def check(engine: Engine, company: Company) -> list[str]:
    with engine.begin() as connection:
        return check_company(connection, company.schema)


def bring(engine: Engine, company: Company, standard: Standard = STANDARD) -> CompanyReport:
    return migrate_company(engine, company, standard)


def test_what_numbers_hold_is_filled_in_where_an_older_release_did_not(
    engine: Engine, old: Company
) -> None:
    bring(engine, old)
    parts = (NumberPart(kind=PartKind.FIELD, field="name"), NumberPart(kind=PartKind.COUNTER))
    with engine.begin() as connection:
        objects = with_number_rule(load_snapshot(connection, old.schema), parts)
        save_objects(connection, old.schema, objects)
    assert load(engine, old).field("contract", "number").reads == ()
    bring(engine, old)
    assert load(engine, old).field("contract", "number").reads == ("contract.name",)
    version = load(engine, old).version
    bring(engine, old)
    assert load(engine, old).version == version


def with_number_rule(snapshot: Snapshot, parts: tuple[NumberPart, ...]) -> tuple[ObjectDef, ...]:
    """The objects with contracts numbered by these parts, as they were stored before."""
    contract = snapshot.object("contract").definition
    fields = tuple(
        replace(each, number_rule=NumberRule(parts=parts)) if each.name == "number" else each
        for each in contract.fields
    )
    made = replace(contract, fields=fields)
    return tuple(made if each.name == "contract" else each for each in snapshot.objects)


def test_the_old_release_is_smaller_than_this_one() -> None:
    assert len(OLD.objects) < len(STANDARD.objects)
    assert len(OLD.roles) < len(STANDARD.roles)


def test_tables_and_metadata_become_those_of_the_release(engine: Engine, old: Company) -> None:
    assert check(engine, old) == []
    bring(engine, old)
    assert check(engine, old) == []
    after = load(engine, old)
    assert (after.version, after.objects) == (2, STANDARD.objects)


def test_rows_stay_and_new_fields_can_be_used(engine: Engine, old: Company) -> None:
    bring(engine, old)
    after = load(engine, old)
    customers = tables(after, old.schema)["customer"]
    with engine.begin() as connection:
        assert connection.execute(
            select(customers.c.name).order_by(customers.c.id)
        ).scalars().all() == [f"客户 {n}" for n in range(COUNT)]
        connection.execute(
            insert(customers), [store(after, "customer", name="新", mobile="13800000000")]
        )


def test_a_field_that_became_searchable_has_search_texts(engine: Engine, old: Company) -> None:
    bring(engine, old)
    customers = tables(load(engine, old), old.schema)["customer"]
    with engine.begin() as connection:
        found = connection.execute(select(customers.c.name_search)).scalars().all()
    assert len(found) == COUNT
    assert all(found)


def test_a_second_run_does_nothing_and_says_so(services: Services) -> None:
    with own_database(services.database_url, "qiansi_migrate") as url:
        own = make_engine(Settings(database_url=url))
        old = create_company(own, "老公司", standard=OLD)
        create_company(own, "新公司")
        first = migrate(own)
        assert not first.failed
        assert any(f"{old.schema} 老公司: brought to release" in line for line in first.lines())
        second = migrate(own)
        assert second.lines() == ["2 companies are up to date; nothing to do"]
        assert load(own, old).version == 2
        own.dispose()


def test_roles_and_rights_follow_and_the_access_version_with_them(
    engine: Engine, old: Company
) -> None:
    bring(engine, old)
    with engine.begin() as connection:
        keys = connection.execute(text(f"select key from {table(old.schema, 'role')}")).scalars()
        assert set(keys) == {role.key for role in STANDARD.roles}
        found = connection.execute(
            text(
                f"select r.key, p.object, p.action from {table(old.schema, 'role')} r"
                f" join {table(old.schema, 'role_permission')} p on p.role_id = r.id"
            )
        )
        assert {tuple(row) for row in found} == {
            (role.key, name, action)
            for role in STANDARD.roles
            for name, actions in role.actions.items()
            for action in actions
        }
        scopes = connection.execute(
            text(f"select key, data_scope from {table(old.schema, 'role')}")
        )
        assert {row.key: row.data_scope.replace("_", "").lower() for row in scopes} == {
            role.key: role.data_scope.lower() for role in STANDARD.roles
        }
        version = connection.execute(
            text(f"select access_version from {table(old.schema, 'state')}")
        ).scalar_one()
    assert version == 2


def test_columns_that_internal_tables_lack_are_added(engine: Engine) -> None:
    """A company of this very release, as it was before its replica could be told of writes."""
    company = create_company(engine, "同版公司")
    with engine.begin() as connection:
        for name, column in (("session", "written_lsn"), ("state", "narrowed_lsn")):
            connection.execute(
                text(f"alter table {table(company.schema, name)} drop column {column}")
            )
    assert len(check(engine, company)) == 2
    bring(engine, company)
    assert check(engine, company) == []


def test_the_objects_of_the_older_release_are_known_afterwards(
    engine: Engine, old: Company
) -> None:
    bring(engine, old)
    with engine.begin() as connection:
        assert objects_at(connection, old.schema, 1) == OLD.objects
        assert objects_at(connection, old.schema, 2) == STANDARD.objects


def test_numbers_stay_as_they_are_and_counters_begin_after_them(engine: Engine) -> None:
    """A release whose contracts were numbered by hand; some of them as the rule does it."""
    by_hand = FieldDef(
        name="number", type="text", label=Label("编号", "Number"), column="number",
        required=True, unique=True, searchable=True, system=True,
    )  # fmt: skip
    objects = tuple(
        replace(item, fields=tuple(by_hand if f.name == "number" else f for f in item.fields))
        if item.name == "contract"
        else item
        for item in STANDARD.objects
    )
    company = create_company(engine, "手工编号", standard=replace(STANDARD, objects=objects))
    snapshot = load(engine, company)
    numbers = ["202601010007", "202512310041", "HT-2026-99999", "2026010100"]
    values = [store(snapshot, "contract", number=n, name=n) for n in numbers]
    with engine.begin() as connection:
        connection.execute(insert(tables(snapshot, company.schema)["contract"]), values)
    bring(engine, company)
    assert load(engine, company).objects == STANDARD.objects
    name, counter = (table(company.schema, each) for each in ("contract", "number_counter"))
    with engine.begin() as connection:
        found = connection.execute(text(f"select number from {name} order by id")).scalars().all()
        counters = connection.execute(text(f"select object, period, last from {counter}")).all()
    assert (found, counters) == (numbers, [("contract", "", 41)])
    assert check(engine, company) == []


def test_what_the_company_made_itself_stays(engine: Engine, old: Company) -> None:
    own = FieldDef(name="own", type="text", label=Label("自", "Own"), column="own", custom=True)
    before = load(engine, old)
    objects = [
        replace(each, fields=(*each.fields, own)) if each.name == "customer" else each
        for each in before.objects
    ]
    with engine.begin() as connection:
        save_objects(connection, old.schema, objects)
        connection.execute(
            text(
                f'alter table {table(old.schema, "customer")} add own text, add own_sort text collate "C"'
            )
        )
    bring(engine, old)
    assert check(engine, old) == []
    assert load(engine, old).field("customer", "own") == own


def test_a_field_that_cannot_become_unique_is_left_and_told(engine: Engine, old: Company) -> None:
    before = load(engine, old)
    customers = tables(before, old.schema)["customer"]
    with engine.begin() as connection:
        rows = [store(before, "customer", name=n, website="a.example") for n in "ab"]
        connection.execute(insert(customers), rows)
    release = replace(
        STANDARD,
        objects=tuple(
            replace(
                each,
                fields=tuple(
                    replace(f, unique=True) if f.name == "website" else f for f in each.fields
                ),
            )
            if each.name == "customer"
            else each
            for each in STANDARD.objects
        ),
    )
    report = bring(engine, old, release)
    assert report.notes == ("field customer.website is not unique: rows share values",)
    assert check(engine, old) == []
    assert bring(engine, old, release) == CompanyReport(old)


def test_an_idle_transaction_delays_but_does_not_stop_it(engine: Engine, old: Company) -> None:
    """M6: readers behind the waiting change go on within its lock timeout."""
    customers = table(old.schema, "customer")
    holder = engine.connect()
    holder.execute(text(f"select count(*) from {customers}"))
    work = threading.Thread(target=bring, args=(engine, old))
    work.start()
    slowest = 0.0
    for _ in range(20):
        started = time.monotonic()
        with engine.begin() as connection:
            connection.execute(text(f"select count(*) from {customers}"))
        slowest = max(slowest, time.monotonic() - started)
        time.sleep(0.05)
    holder.rollback()
    holder.close()
    work.join()
    assert slowest < 1.0
    assert check(engine, old) == []


def test_two_migrations_at_once_are_one(engine: Engine, old: Company) -> None:
    threads = [threading.Thread(target=bring, args=(engine, old)) for _ in range(3)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert load(engine, old).version == 2
    assert check(engine, old) == []


@pytest.mark.parametrize("large", [-1, 8_000_000], ids=["beside writers", "at once"])
def test_an_interrupted_index_build_is_mended(
    engine: Engine, old: Company, large: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(size, "LARGE_TABLE_BYTES", large)
    bring(engine, old)
    with engine.begin() as connection:
        connection.execute(
            text(
                "update pg_index set indisvalid = false"
                f" where indexrelid = '{old.schema}.customer_newest_idx'::regclass"
            )
        )
        connection.execute(text(f"drop index {old.schema}.customer_name_search_idx"))
        connection.execute(
            text(f"alter table {old.schema}.customer drop constraint customer_owner_id_fkey")
        )
    report = bring(engine, old)
    assert report.done == ("5 indexes and keys completed",)
    assert check(engine, old) == []
