"""An update that is one statement leaves what an update in steps leaves, and refuses alike."""

import asyncio
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.base.identifiers import RecordId
from engine.base.settings import Settings
from engine.commands.actor import Actor, IdempotencyKey
from engine.commands.command import (
    AddTeamMembers,
    BatchUpdate,
    DeleteRecords,
    Outcome,
    UpdateRecord,
)
from engine.commands.direct_update import update_directly
from engine.commands.validation import input_model
from engine.db.message_pool import MessagePool
from tests.conftest import Services
from tests.unit.commands.company import Office, with_settings

# who changes what, by name or as an actor; None where it has to go by steps
Direct = Callable[[str | Actor, UpdateRecord], Outcome | None]
DAYS = [None, "2026-02-28", "2028-02-29"]
# fields of each object with values that an update may go from and to
VALUES: Mapping[str, Mapping[str, list[Any]]] = {
    "customer": {
        "remark": [None, "甲", "乙 \\ ' % %s", 'Ω "quoted"', "一行\n二行", "a" * 600],
        "mobile": [None, "13800138000"],
        "telephone": [None, "010-62981234"],
        "email": [None, "a@example.com"],
        "website": [None, "https://example.com/?a=1&b=%20"],
        "level": [None, "A", "B"],
    },
    "contact": {"name": ["王", "李"], "decisionMaker": [True, False], "gender": [None, "MALE"]},
    "opportunity": {"name": ["机会", "商机"], "expectedCloseOn": DAYS, "remark": [None, "说"]},
    "invoice": {"issuedOn": DAYS, "title": [None, "抬头"], "bankAccount": [None, "6222"]},
}
VARYING = ("id", "record_id", "at", "request_id", "request_id_sort", "cause")


@pytest.fixture(scope="module")
def direct(services: Services, office: Office) -> Iterator[Direct]:
    for name in VALUES:
        input_model(office.snapshot.object(name), "update")
    with asyncio.Runner() as runner:
        pool = MessagePool(Settings(database_url=services.database_url, direct_connections=1))
        loop = runner.get_loop()
        loop.call_soon(pool.begin)

        def run(who: str | Actor, command: UpdateRecord) -> Outcome | None:
            actor = office.actor(who) if isinstance(who, str) else who
            return runner.run(update_directly(pool, command, actor, None))

        yield run
        runner.run(pool.stop())


@pytest.fixture(scope="module")
def records(office: Office) -> Mapping[str, list[RecordId]]:
    """Two records of each object, which are changed alike."""
    alice = office.users["alice"]
    customer = office.insert("customer", name="客户", owner=alice)
    first: Mapping[str, Mapping[str, Any]] = {
        "customer": {},
        "contact": {"name": "王", "customer": customer},
        "opportunity": {"name": "机会", "customer": customer},
        "invoice": {},
    }
    unique = {"customer": "name", "invoice": "number"}
    return {
        name: [
            RecordId(name, office.insert(name, owner=alice, **values, **own))
            for own in ({unique[name]: f"{name} {at}"} if name in unique else {} for at in range(2))
        ]
        for name, values in first.items()
    }


def changes() -> st.SearchStrategy[tuple[str, dict[str, Any]]]:
    def of(name: str) -> st.SearchStrategy[tuple[str, dict[str, Any]]]:
        some = {field: st.sampled_from(values) for field, values in VALUES[name].items()}
        given = st.fixed_dictionaries({}, optional=some).filter(bool)
        return given.map(lambda values: (name, values))

    return st.sampled_from(sorted(VALUES)).flatmap(of)


def test_one_statement_leaves_the_rows_that_steps_leave(
    direct: Direct, office: Office, records: Mapping[str, list[RecordId]]
) -> None:
    """A batch goes by steps."""

    @given(change=changes())
    def hold(change: tuple[str, dict[str, Any]]) -> None:
        name, values = change
        one, other = records[name]
        update = UpdateRecord(id=one, values=values)
        batch = BatchUpdate(object=name, ids=(other,), values=values)
        at_once = left(office, one, lambda: direct("admin", update))
        assert at_once == left(office, other, lambda: office.run("admin", batch))

    hold()


def left(office: Office, id: RecordId, act: Any) -> Any:
    """The record and the new rows of log and outbox, without what no two of them share."""
    last = {
        name: office.value(f"select coalesce(max(id), 0) from {{s}}.{name}")
        for name in ("operation_log", "outbox")
    }
    before = office.row(id)
    act()
    row = office.row(id)
    found = [
        without(each, id)
        for name, number in last.items()
        for each in office.sql(f"select * from {{s}}.{name} where id > :n order by id", n=number)
    ]
    row = {name: value for name, value in row.items() if value != before[name]}
    moved = row.pop("updated_at", None)
    return row, moved is not None, found


def without(row: dict[str, Any], id: RecordId) -> dict[str, Any]:
    kept = {name: value for name, value in row.items() if name not in VARYING}
    kept.pop("created_at", None), kept.pop("available_at", None)
    if "payload" in kept:
        assert kept["payload"].pop("id") == str(id)
    else:
        assert row["record_id"] == id.number
    return kept


def test_what_others_have_a_say_in_goes_by_steps(direct: Direct, office: Office) -> None:
    id = office.create("alice", "customer", name="一次")
    assert direct("alice", UpdateRecord(id=id, values={"remark": "直接"}))
    before = office.traces()
    for values in ({"name": "名字唯一"}, {"parent": None}, {"remark": "x" * 20_000}, {}):
        assert direct("alice", UpdateRecord(id=id, values=values)) is None
    assert office.traces() == before


@pytest.mark.parametrize("version", [None, 1])
def test_who_may_not_changes_nothing(direct: Direct, office: Office, version: int | None) -> None:
    id = office.create("alice", "customer", name=f"不许 {version}")
    update = UpdateRecord(id=id, values={"remark": "不许"}, version=version)
    assert direct("bob", update) is None
    share = AddTeamMembers(records=(id,), users=(office.user("bob"),), access="READ")
    office.run("alice", share)
    before = office.traces()
    assert direct("bob", update) is None
    assert direct("clerk", update) is None
    assert (office.traces(), office.row(id)["version"]) == (before, 1)
    assert direct("alice", update)
    assert office.row(id)["version"] == 2


def test_an_old_version_changes_nothing(direct: Direct, office: Office) -> None:
    id = office.create("alice", "customer", name="旧版本")
    assert direct("alice", UpdateRecord(id=id, values={"remark": "一"}, version=1))
    before = office.traces()
    assert direct("alice", UpdateRecord(id=id, values={"remark": "二"}, version=1)) is None
    assert office.traces() == before


def test_what_does_not_differ_is_not_written(direct: Direct, office: Office) -> None:
    id = office.create("alice", "customer", name="不变", remark="同")
    before, row = office.traces(), office.row(id)
    assert direct("alice", UpdateRecord(id=id, values={"remark": "同"}))
    assert (office.traces(), office.row(id)) == (before, row)


def test_wrong_values_change_nothing(direct: Direct, office: Office) -> None:
    id = office.create("alice", "customer", name="有错")
    before = office.traces()
    for values in ({"mobile": "12", "remark": "对"}, {"level": "Z"}, {"owner": None}, {"no": 1}):
        assert direct("alice", UpdateRecord(id=id, values=values)) is None
    assert office.traces() == before


def test_nothing_in_the_trash_is_changed(direct: Direct, office: Office) -> None:
    id = office.create("alice", "customer", name="回收")
    office.run("admin", DeleteRecords(object="customer", ids=(id,)))
    assert direct("admin", UpdateRecord(id=id, values={"remark": "晚了"})) is None
    assert office.row(id)["remark"] is None


@pytest.mark.parametrize("name", ["access_version", "metadata_version"])
def test_versions_that_moved_change_nothing(direct: Direct, office: Office, name: str) -> None:
    id = office.create("alice", "customer", name=f"变了 {name}")
    stale = office.actor("alice")
    office.sql(f"update {{s}}.state set {name} = {name} + 1")
    try:
        assert direct(stale, UpdateRecord(id=id, values={"remark": "不"})) is None
    finally:
        office.sql(f"update {{s}}.state set {name} = {name} - 1")
    assert office.row(id)["remark"] is None


def test_a_key_or_a_replica_goes_by_steps(direct: Direct, office: Office) -> None:
    id = office.create("alice", "customer", name="有钥匙")
    update = UpdateRecord(id=id, values={"remark": "键"})
    keyed = office.actor("alice", IdempotencyKey("k", b"h"))
    assert direct(keyed, update) is None
    replicated = with_settings(office, database_read_url="postgresql://elsewhere")
    assert direct(replicated.actor("alice"), update) is None
    assert office.row(id)["remark"] is None
