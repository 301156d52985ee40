"""An update that is one statement leaves what an update in steps leaves, and refuses alike."""

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.base.errors import Conflict, Forbidden, InvalidInput, NotFound, StaleVersion
from engine.base.identifiers import RecordId
from engine.commands.command import AddTeamMembers, BatchUpdate, DeleteRecords, UpdateRecord
from engine.commands.direct_update import _suits
from engine.commands.run import run_command
from engine.db.statements import Statements
from tests.unit.commands.company import Office

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
    office: Office, records: Mapping[str, list[RecordId]]
) -> None:
    """A batch goes by steps."""

    @given(change=changes())
    def hold(change: tuple[str, dict[str, Any]]) -> None:
        name, values = change
        assert _suits(office.snapshot.object(name), frozenset(values))
        one, other = records[name]
        update = UpdateRecord(id=one, values=values)
        batch = BatchUpdate(object=name, ids=(other,), values=values)
        direct = left(office, one, lambda: office.run("admin", update))
        assert direct == left(office, other, lambda: office.run("admin", batch))

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


def test_it_takes_one_message(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Begin, check, change and commit travel together."""
    id = office.create("alice", "customer", name="一次")
    sent: list[Statements] = []
    flush = Statements.flush

    def counted(statements: Statements) -> None:
        sent.append(statements)
        flush(statements)

    monkeypatch.setattr(Statements, "flush", counted)
    office.run("alice", UpdateRecord(id=id, values={"remark": "直接"}))
    assert len(sent) == 1
    office.run("alice", UpdateRecord(id=id, values={"name": "名字唯一"}))
    assert len(sent) > 2


@pytest.mark.parametrize("version", [None, 1])
def test_who_may_not_is_told_as_ever_and_leaves_no_trace(
    office: Office, version: int | None
) -> None:
    id = office.create("alice", "customer", name=f"不许 {version}")
    update = UpdateRecord(id=id, values={"remark": "不许"}, version=version)
    with pytest.raises(NotFound):
        office.run("bob", update)
    share = AddTeamMembers(records=(id,), users=(office.user("bob"),), access="READ")
    office.run("alice", share)
    before = office.traces()
    with pytest.raises(Forbidden):
        office.run("bob", update)
    assert (office.traces(), office.row(id)["version"]) == (before, 1)
    office.run("alice", update)
    assert office.row(id)["version"] == 2


def test_an_old_version_is_told_with_what_changed_since(office: Office) -> None:
    id = office.create("alice", "customer", name="旧版本")
    office.run("alice", UpdateRecord(id=id, values={"remark": "一"}, version=1))
    before = office.traces()
    with pytest.raises(Conflict) as caught:
        office.run("alice", UpdateRecord(id=id, values={"remark": "二"}, version=1))
    assert caught.value.extensions == {"currentVersion": 2, "changedFields": ["remark"]}
    assert office.traces() == before


def test_what_does_not_differ_is_not_written(office: Office) -> None:
    id = office.create("alice", "customer", name="不变", remark="同")
    before, row = office.traces(), office.row(id)
    office.run("alice", UpdateRecord(id=id, values={"remark": "同"}))
    assert (office.traces(), office.row(id)) == (before, row)


def test_problems_are_told_as_ever(office: Office) -> None:
    id = office.create("alice", "customer", name="有错")
    with pytest.raises(InvalidInput) as caught:
        office.run("alice", UpdateRecord(id=id, values={"mobile": "12", "level": "Z"}))
    assert {each.path for each in caught.value.problems} == {
        ("input", "mobile"),
        ("input", "level"),
    }


def test_nothing_in_the_trash_is_changed(office: Office) -> None:
    id = office.create("alice", "customer", name="回收")
    office.run("admin", DeleteRecords(object="customer", ids=(id,)))
    with pytest.raises(NotFound):
        office.run("admin", UpdateRecord(id=id, values={"remark": "晚了"}))


def test_rights_that_moved_are_for_the_caller_to_load_anew(office: Office) -> None:
    id = office.create("alice", "customer", name="权限变了")
    stale = office.actor("alice")
    office.sql("update {s}.state set access_version = access_version + 1")
    with pytest.raises(StaleVersion):
        run_command(UpdateRecord(id=id, values={"remark": "不"}), stale)
    assert office.row(id)["remark"] is None
