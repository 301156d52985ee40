"""ADM-01 to ADM-03: users, departments, roles, and what moves the access version."""

import pytest

from engine.base.errors import (
    Forbidden,
    InvalidInput,
    RuleViolated,
    StaleVersion,
    StillReferenced,
    Unauthenticated,
)
from engine.base.identifiers import RecordId
from engine.commands.command import (
    CopyRole,
    DeleteRecords,
    FieldRule,
    ObjectActions,
    SetFieldAccess,
    SetRoleActions,
    SetUserRoles,
    SetUserStatus,
    UpdateRecord,
)
from engine.commands.run import run_command
from tests.unit.commands.company import Office, sign_in


def role(office: Office, key: str) -> RecordId:
    return RecordId("role", office.value("select id from {s}.role where key = :key", key=key))


def access_version(office: Office) -> int:
    found: int = office.value("select access_version from {s}.state")
    return found


def rule_of(office: Office, person: str, command: DeleteRecords) -> str:
    (failure,) = office.run(person, command).failures
    assert isinstance(failure.error, RuleViolated)
    return failure.error.reason


def root(office: Office) -> RecordId:
    number = office.value("select id from {s}.department where parent_id is null")
    return RecordId("department", number)


def test_a_disabled_user_is_out_at_once(office: Office) -> None:
    bob = office.user("bob")
    before = access_version(office)
    office.run("clerk", SetUserStatus(users=(bob,), status="DISABLED"))
    assert access_version(office) == before + 1
    with pytest.raises(Unauthenticated):
        office.actor("bob")
    office.run("clerk", SetUserStatus(users=(bob,), status="ACTIVE"))
    office.sql("delete from {s}.session where user_id = :id", id=bob.number)
    sign_in(office, "bob")


def test_the_founder_stays(office: Office) -> None:
    with pytest.raises(RuleViolated):
        office.run("admin", SetUserStatus(users=(office.user("admin"),), status="DISABLED"))


def test_who_is_no_super_admin_does_not_touch_one(office: Office) -> None:
    admin = office.user("admin")
    for command in (
        SetUserStatus(users=(admin,), status="DISABLED"),
        SetUserRoles(user=admin, roles=(role(office, "salesperson"),)),
        UpdateRecord(id=admin, values={"mobile": "13977777777"}),
        SetUserRoles(user=office.user("clerk"), roles=(role(office, "superAdmin"),)),
    ):
        with pytest.raises(Forbidden):
            office.run("clerk", command)


def test_an_ordinary_user_manages_nobody(office: Office) -> None:
    before = office.traces()
    with pytest.raises(Forbidden):
        office.run("alice", SetUserStatus(users=(office.user("bob"),), status="DISABLED"))
    with pytest.raises(Forbidden):
        office.create("alice", "department", name="我的部门", parent=str(root(office)))
    assert office.traces() == before


def test_rights_that_moved_make_an_actor_stale(office: Office) -> None:
    actor = office.actor("alice")
    command = SetUserRoles(
        user=office.user("bob"), roles=(role(office, "salesperson"), role(office, "salesManager"))
    )
    office.run("admin", command)
    with pytest.raises(StaleVersion):
        run_command(UpdateRecord(id=RecordId("customer", 1), values={}), actor)


def test_a_user_keeps_a_role(office: Office) -> None:
    with pytest.raises(InvalidInput):
        office.run("admin", SetUserRoles(user=office.user("bob"), roles=()))


def test_superiors_make_no_circle(office: Office) -> None:
    manager, alice = office.user("manager"), office.user("alice")
    with pytest.raises(RuleViolated) as caught:
        office.run("admin", UpdateRecord(id=manager, values={"superior": str(alice)}))
    assert caught.value.reason == "cycle"
    with pytest.raises(RuleViolated):
        office.run("admin", UpdateRecord(id=alice, values={"superior": str(alice)}))


def test_users_are_never_deleted(office: Office) -> None:
    command = DeleteRecords(object="user", ids=(office.user("bob"),))
    assert rule_of(office, "admin", command) == "users_stay"


def test_the_root_department_stays_the_root(office: Office) -> None:
    top = root(office)
    child = office.create("clerk", "department", name="新部门", parent=str(top))
    command = DeleteRecords(object="department", ids=(top,))
    assert rule_of(office, "admin", command) == "root_department"
    with pytest.raises(RuleViolated):
        office.run("admin", UpdateRecord(id=top, values={"parent": str(child)}))
    with pytest.raises(InvalidInput):
        office.create("admin", "department", name="另一个根")


def test_a_department_with_people_stays(office: Office) -> None:
    child = office.create("clerk", "department", name="有人的部门", parent=str(root(office)))
    office.run("clerk", UpdateRecord(id=office.user("bob"), values={"department": str(child)}))
    (failure,) = office.run("clerk", DeleteRecords(object="department", ids=(child,))).failures
    assert isinstance(failure.error, StillReferenced)
    office.run(
        "clerk", UpdateRecord(id=office.user("bob"), values={"department": str(root(office))})
    )
    assert office.run("clerk", DeleteRecords(object="department", ids=(child,))).done == (child,)


def test_the_super_role_is_beyond_change(office: Office) -> None:
    top = role(office, "superAdmin")
    for command in (
        SetRoleActions(role=top, actions=()),
        CopyRole(role=top, name="又一个"),
        UpdateRecord(id=top, values={"name": "改名"}),
    ):
        with pytest.raises(RuleViolated):
            office.run("admin", command)


def test_role_actions_are_replaced_object_by_object(office: Office) -> None:
    made = office.run("admin", CopyRole(role=role(office, "salesperson"), name="实习生")).id
    actions = (ObjectActions(object="customer", actions=("read",)),)
    office.run("admin", SetRoleActions(role=made, actions=actions))
    rows = office.sql(
        "select object, action from {s}.role_permission where role_id = :id", id=made.number
    )
    assert {r["action"] for r in rows if r["object"] == "customer"} == {"read"}
    assert {r["action"] for r in rows if r["object"] == "contact"} >= {"create", "update"}


def test_field_access_is_checked_and_set(office: Office) -> None:
    target = role(office, "salesperson")
    wrong = FieldRule(object="customer", field="nothing", access="READ")
    with pytest.raises(InvalidInput):
        office.run("admin", SetFieldAccess(role=target, fields=(wrong,)))
    rule = FieldRule(object="customer", field="remark", access="READ")
    office.run("admin", SetFieldAccess(role=target, fields=(rule,)))
    with pytest.raises(InvalidInput) as caught:
        office.create("alice", "customer", name="只读字段", remark="x")
    assert [(p.path, p.code) for p in caught.value.problems] == [(("input", "remark"), "READ_ONLY")]


def test_a_role_that_is_somebodys_only_one_stays(office: Office) -> None:
    command = DeleteRecords(object="role", ids=(role(office, "departmentUserAdmin"),))
    assert rule_of(office, "admin", command) == "role_in_use"
