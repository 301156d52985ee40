"""OBJ-01, OBJ-02, OBJ-12, OBJ-20, OBJ-21: creating, changing and upserting records."""

import pytest

from engine.base.errors import Conflict, Forbidden, InvalidInput, NotFound, StaleVersion
from engine.base.identifiers import RecordId
from engine.commands.command import BatchUpdate, CreateRecord, UpdateRecord, UpsertRecord
from engine.commands.run import run_command
from tests.unit.commands.company import Office, with_settings


def problems(error: InvalidInput) -> set[tuple[tuple[str | int, ...], str]]:
    return {(each.path, each.code) for each in error.problems}


def test_the_creator_owns_the_record(office: Office) -> None:
    id = office.create("alice", "customer", name="创建一")
    row = office.row(id)
    me = office.users["alice"]
    assert (row["owner_id"], row["created_by_id"], row["version"]) == (me, me, 1)


def test_a_create_is_logged_and_announced(office: Office) -> None:
    id = office.create("alice", "customer", name="创建二", mobile="13811110001")
    (entry,) = office.log(id)
    changes = {each["field"]: (each["old"], each["new"]) for each in entry["changes"]}
    assert entry["action"] == "create"
    assert changes["name"] == (None, "创建二")
    message = office.sql("select kind, payload from {s}.outbox order by id desc limit 1")[0]
    assert message["kind"] == "record.created"
    assert message["payload"]["id"] == str(id)


def test_all_problems_come_together_and_leave_no_trace(office: Office) -> None:
    office.create("alice", "customer", name="重复名")
    before = office.traces()
    with pytest.raises(InvalidInput) as caught:
        office.create(
            "alice", "contact", name=" ", customer="Customer:999999", nextContactAt=None, owner="x"
        )
    assert problems(caught.value) == {
        (("input", "name"), "REQUIRED"),
        (("input", "customer"), "BAD_REFERENCE"),
        (("input", "owner"), "READ_ONLY"),
    }
    assert office.traces() == before


def test_a_target_out_of_scope_is_as_if_not_there(office: Office) -> None:
    hers = office.create("alice", "customer", name="丽的客户")
    with pytest.raises(InvalidInput) as caught:
        office.create("bob", "contact", name="张三", customer=str(hers))
    assert problems(caught.value) == {(("input", "customer"), "BAD_REFERENCE")}


def test_rights_granted_meanwhile_are_no_refusal(office: Office) -> None:
    """A refusal by rights that have moved is not told: it is for the caller to load them anew."""
    stale = office.actor("clerk")
    office.sql("update {s}.state set access_version = access_version + 1")
    with pytest.raises(StaleVersion):
        run_command(CreateRecord(object="customer", values={"name": "无权"}), stale)


def test_a_role_without_the_action_is_refused(office: Office) -> None:
    before = office.traces()
    with pytest.raises(Forbidden):
        office.create("clerk", "customer", name="无权")
    assert office.traces() == before


def test_an_update_writes_only_what_differs(office: Office) -> None:
    id = office.create("alice", "customer", name="更新一", remark="a")
    office.run("alice", UpdateRecord(id=id, values={"name": "更新一", "remark": "b"}))
    entry = office.log(id)[-1]
    assert entry["changes"] == [{"field": "remark", "old": "a", "new": "b"}]
    office.run("alice", UpdateRecord(id=id, values={"remark": "b"}))
    assert office.row(id)["version"] == 2


def test_an_old_version_is_a_conflict_that_names_the_fields(office: Office) -> None:
    id = office.create("alice", "customer", name="冲突一")
    office.run("alice", UpdateRecord(id=id, values={"remark": "x"}, version=1))
    with pytest.raises(Conflict) as caught:
        office.run("alice", UpdateRecord(id=id, values={"remark": "y"}, version=1))
    assert caught.value.extensions == {"currentVersion": 2, "changedFields": ["remark"]}
    assert office.row(id)["remark"] == "x"


def test_what_one_does_not_see_is_not_found(office: Office) -> None:
    id = office.create("alice", "customer", name="看不见")
    with pytest.raises(NotFound):
        office.run("bob", UpdateRecord(id=id, values={"remark": "z"}))
    with pytest.raises(NotFound):
        office.run("bob", UpdateRecord(id=RecordId("customer", 987654), values={"remark": "z"}))
    assert office.row(id)["version"] == 1


def test_upsert_creates_then_updates(office: Office) -> None:
    command = UpsertRecord(object="user", by={"mobile": "13955550001"}, values={"name": "一号"})
    first = office.run("admin", command)
    second = office.run(
        "admin", UpsertRecord(object="user", by={"mobile": "13955550001"}, values={"name": "二号"})
    )
    assert (first.created, second.created, second.id) == (True, False, first.id)
    assert office.row(first.id)["name"] == "二号"


def test_upsert_goes_by_a_unique_field_only(office: Office) -> None:
    with pytest.raises(InvalidInput) as caught:
        office.run("admin", UpsertRecord(object="user", by={"name": "x"}, values={}))
    assert problems(caught.value) == {(("by", "name"), "NOT_UNIQUE_FIELD")}


def test_a_batch_reports_each_record(office: Office) -> None:
    mine = [office.create("alice", "customer", name=f"批量{n}") for n in range(3)]
    other = office.create("bob", "customer", name="批量别人")
    outcome = office.run(
        "alice",
        BatchUpdate(object="customer", ids=(*mine, mine[0], other), values={"remark": "batch"}),
    )
    assert outcome.done == tuple(mine)
    assert [(each.id, each.error.code) for each in outcome.failures] == [(other, "NOT_FOUND")]


def test_an_atomic_batch_is_all_or_nothing(office: Office) -> None:
    mine = office.create("alice", "customer", name="原子一")
    other = office.create("bob", "customer", name="原子二")
    before = office.traces()
    with pytest.raises(NotFound):
        office.run(
            "alice",
            BatchUpdate(
                object="customer", ids=(mine, other), values={"remark": "all"}, atomic=True
            ),
        )
    assert office.row(mine)["remark"] is None
    assert office.traces() == before


def test_a_batch_has_a_limit(office: Office) -> None:
    from engine.base.errors import TooLarge

    small = with_settings(office, batch_limit=1)
    ids = (RecordId("customer", 1), RecordId("customer", 2))
    with pytest.raises(TooLarge):
        small.run("alice", BatchUpdate(object="customer", ids=ids, values={"remark": "x"}))


def test_an_id_of_another_object_is_refused(office: Office) -> None:
    with pytest.raises(InvalidInput) as caught:
        office.run(
            "alice",
            BatchUpdate(object="customer", ids=(RecordId("lead", 1),), values={"remark": "x"}),
        )
    assert problems(caught.value) == {(("ids", 0), "BAD_ID")}


def test_an_object_that_only_the_engine_writes_refuses_generic_verbs(office: Office) -> None:
    values = {"record": "Customer:1", "action": "x"}
    with pytest.raises(Forbidden):
        office.run("admin", CreateRecord(object="operationLog", values=values))
