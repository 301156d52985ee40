"""OBJ-11, F4: the guard, the trash, restoring and purging."""

from engine.base.errors import InvalidInput, RuleViolated, StillReferenced
from engine.base.identifiers import RecordId
from engine.commands.command import (
    AddFollowUp,
    DeleteRecords,
    Outcome,
    PurgeRecords,
    RestoreRecords,
    UpdateRecord,
)
from tests.unit.commands.company import Office


def delete(office: Office, person: str, *ids: RecordId) -> Outcome:
    return office.run(person, DeleteRecords(object=ids[0].object, ids=ids))


def test_a_deleted_record_is_in_the_trash(office: Office) -> None:
    id = office.create("alice", "customer", name="垃圾一")
    assert delete(office, "alice", id).done == (id,)
    row = office.row(id)
    assert row["deleted_at"] is not None
    assert row["version"] == 2
    assert [each["action"] for each in office.log(id)] == ["create", "delete"]


def test_what_is_in_the_trash_is_not_found(office: Office) -> None:
    id = office.create("alice", "customer", name="垃圾二")
    delete(office, "alice", id)
    assert delete(office, "alice", id).failures[0].error.code == "NOT_FOUND"


def test_the_guard_names_what_refers_and_shows_what_one_may_see(office: Office) -> None:
    customer = office.create("manager", "customer", name="有联系人")
    contact = office.create("manager", "contact", name="王五", customer=str(customer))
    before = office.traces()
    (failure,) = delete(office, "manager", customer).failures
    assert isinstance(failure.error, StillReferenced)
    (by,) = failure.error.extensions["by"]
    assert (by["object"], by["count"], by["examples"]) == ("contact", 1, [str(contact)])
    assert office.traces() == before


def test_references_that_may_be_empty_are_emptied(office: Office) -> None:
    customer = office.create("alice", "customer", name="主联系人")
    contact = office.create("alice", "contact", name="赵六", customer=str(customer))
    assert office.row(customer)["primary_contact_id"] == contact.number
    assert delete(office, "alice", contact).done == (contact,)
    assert office.row(customer)["primary_contact_id"] is None
    assert office.log(customer)[-1]["changes"] == [
        {"field": "primaryContact", "old": str(contact), "new": None}
    ]


def test_only_the_first_contact_becomes_primary(office: Office) -> None:
    customer = office.create("alice", "customer", name="两个联系人")
    first = office.create("alice", "contact", name="甲", customer=str(customer))
    office.create("alice", "contact", name="乙", customer=str(customer))
    assert office.row(customer)["primary_contact_id"] == first.number


def test_a_restored_record_lives_again(office: Office) -> None:
    id = office.create("alice", "customer", name="恢复一")
    delete(office, "alice", id)
    outcome = office.run("alice", RestoreRecords(object="customer", ids=(id,)))
    assert outcome.done == (id,)
    assert office.row(id)["deleted_at"] is None
    office.run("alice", UpdateRecord(id=id, values={"remark": "back"}, version=3))


def test_only_who_may_delete_restores(office: Office) -> None:
    id = office.create("alice", "customer", name="恢复二")
    delete(office, "alice", id)
    (failure,) = office.run("bob", RestoreRecords(object="customer", ids=(id,))).failures
    assert failure.error.code == "NOT_FOUND"


def test_restoring_below_a_deleted_parent_is_refused(office: Office) -> None:
    customer = office.create("alice", "customer", name="恢复父")
    contact = office.create("alice", "contact", name="子", customer=str(customer))
    delete(office, "alice", contact)
    delete(office, "alice", customer)
    (failure,) = office.run("alice", RestoreRecords(object="contact", ids=(contact,))).failures
    assert isinstance(failure.error, RuleViolated)
    assert failure.error.reason == "parent_in_trash"


def test_a_unique_value_taken_meanwhile_refuses_the_restore(office: Office) -> None:
    name = next(
        (f.name for f in office.snapshot.object("customer").fields.values() if f.unique), None
    )
    if name is None:
        product = {"name": "产品", "code": "P-1"}
        id = office.create("admin", "product", **product)
        delete(office, "admin", id)
        office.create("admin", "product", **product)
    else:
        id = office.create("admin", "customer", name="唯一恢复")
        delete(office, "admin", id)
        office.create("admin", "customer", name="唯一恢复")
    (failure,) = office.run("admin", RestoreRecords(object=id.object, ids=(id,))).failures
    assert isinstance(failure.error, InvalidInput)
    assert [each.code for each in failure.error.problems] == ["NOT_UNIQUE"]


def test_a_purge_takes_the_satellites_and_leaves_the_log(office: Office) -> None:
    id = office.create("alice", "customer", name="清除一")
    note = office.run("alice", AddFollowUp(record=id, text="打过电话")).id
    delete(office, "alice", id)
    assert office.run("alice", PurgeRecords(object="customer", ids=(id,))).done == (id,)
    assert office.sql("select 1 from {s}.customer where id = :id", id=id.number) == []
    assert office.sql("select 1 from {s}.follow_up where id = :id", id=note.number) == []
    assert office.log(id)[-1]["action"] == "purge"


def test_only_what_is_in_the_trash_is_purged(office: Office) -> None:
    id = office.create("alice", "customer", name="清除二")
    (failure,) = office.run("alice", PurgeRecords(object="customer", ids=(id,))).failures
    assert failure.error.code == "NOT_FOUND"
    assert office.row(id)["deleted_at"] is None


def test_a_parent_with_children_in_the_trash_stays(office: Office) -> None:
    customer = office.create("alice", "customer", name="清除三")
    contact = office.create("alice", "contact", name="丙", customer=str(customer))
    delete(office, "alice", contact)
    delete(office, "alice", customer)
    (failure,) = office.run("alice", PurgeRecords(object="customer", ids=(customer,))).failures
    assert failure.error.code == "STILL_REFERENCED"
