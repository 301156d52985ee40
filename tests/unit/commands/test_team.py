"""OBJ-08, OBJ-10, OBJ-14: teams, follows, follow-ups, phrases."""

from datetime import timedelta

import pytest

from engine.base.clock import now
from engine.base.errors import Forbidden, InvalidInput, NotFound
from engine.base.identifiers import RecordId
from engine.commands.command import (
    AddFollowUp,
    AddTeamMembers,
    DeleteRecords,
    Follow,
    LeaveTeam,
    Outcome,
    RemoveTeamMembers,
    Unfollow,
    UpdateRecord,
    UpdateTeamMember,
)
from tests.unit.commands.company import Office


def share(office: Office, record: RecordId, access: str, minutes: int | None = None) -> None:
    until = None if minutes is None else now() + timedelta(minutes=minutes)
    office.run(
        "alice",
        AddTeamMembers(records=(record,), users=(office.user("bob"),), access=access, until=until),
    )


def failed(outcome: Outcome) -> list[str]:
    return [each.error.code for each in outcome.failures]


def members(office: Office, record: RecordId) -> list[dict[str, object]]:
    return office.sql(
        "select user_id, access from {s}.team_member"
        " where record_object = 'customer' and record_id = :id",
        id=record.number,
    )


def test_a_writer_may_edit_and_never_delete(office: Office) -> None:
    id = office.create("alice", "customer", name="团队一")
    share(office, id, "WRITE")
    office.run("bob", UpdateRecord(id=id, values={"remark": "by bob"}))
    (failure,) = office.run("bob", DeleteRecords(object="customer", ids=(id,))).failures
    assert failure.error.code == "FORBIDDEN"


def test_a_reader_sees_and_may_not_edit(office: Office) -> None:
    id = office.create("alice", "customer", name="团队二")
    share(office, id, "READ")
    with pytest.raises(Forbidden):
        office.run("bob", UpdateRecord(id=id, values={"remark": "no"}))
    assert office.row(id)["remark"] is None


def test_an_expired_member_sees_nothing(office: Office) -> None:
    id = office.create("alice", "customer", name="团队三")
    share(office, id, "WRITE", minutes=-1)
    with pytest.raises(NotFound):
        office.run("bob", UpdateRecord(id=id, values={"remark": "no"}))


def test_adding_a_member_again_changes_the_terms(office: Office) -> None:
    id = office.create("alice", "customer", name="团队四")
    share(office, id, "READ")
    share(office, id, "WRITE")
    assert members(office, id) == [{"user_id": office.users["bob"], "access": "WRITE"}]
    actions = [each["action"] for each in office.log(id)]
    assert actions == ["create", "team.added", "team.updated"]


def test_the_owner_is_no_member(office: Office) -> None:
    id = office.create("alice", "customer", name="团队五")
    users = (office.user("alice"),)
    add = AddTeamMembers(records=(id,), users=users, access="READ")
    for command in (add, RemoveTeamMembers(records=(id,), users=users)):
        (failure,) = office.run("alice", command).failures
        assert failure.error.code == "RULE_VIOLATED"


def test_a_reader_does_not_manage_the_team(office: Office) -> None:
    id = office.create("alice", "customer", name="团队六")
    share(office, id, "READ")
    command = UpdateTeamMember(record=id, user=office.user("bob"), access="WRITE")
    with pytest.raises(Forbidden):
        office.run("bob", command)
    assert members(office, id)[0]["access"] == "READ"


def test_a_member_leaves_once(office: Office) -> None:
    id = office.create("alice", "customer", name="团队七")
    share(office, id, "READ")
    office.run("bob", LeaveTeam(records=(id,)))
    assert members(office, id) == []
    assert failed(office.run("bob", LeaveTeam(records=(id,)))) == ["NOT_FOUND"]


def test_unknown_users_and_terms_are_refused(office: Office) -> None:
    id = office.create("alice", "customer", name="团队八")
    with pytest.raises(InvalidInput):
        office.run(
            "alice",
            AddTeamMembers(records=(id,), users=(RecordId("user", 99999),), access="READ"),
        )
    with pytest.raises(InvalidInput):
        share(office, id, "OWNER")


def test_following_twice_is_following_once(office: Office) -> None:
    id = office.create("alice", "customer", name="关注一")
    count = "select count(*) from {s}.follower where record_id = :id"
    office.run("alice", Follow(records=(id,)))
    office.run("alice", Follow(records=(id,)))
    assert office.value(count, id=id.number) == 1
    office.run("alice", Unfollow(records=(id,)))
    assert office.value(count, id=id.number) == 0


def test_nobody_follows_what_he_does_not_see(office: Office) -> None:
    id = office.create("alice", "customer", name="关注二")
    assert failed(office.run("bob", Follow(records=(id,)))) == ["NOT_FOUND"]
    assert office.value("select count(*) from {s}.follower where record_id = :i", i=id.number) == 0


def test_a_follow_up_sets_the_contact_times(office: Office) -> None:
    id = office.create("alice", "customer", name="跟进一")
    later = now().replace(microsecond=0) + timedelta(days=1)
    office.run("alice", AddFollowUp(record=id, text="第一次", next_contact_at=later))
    row = office.row(id)
    assert (row["last_follow_up_text"], row["next_contact_at"]) == ("第一次", later)
    assert row["last_follow_up_at"] is not None


def test_deleting_the_newest_follow_up_brings_the_one_before_back(office: Office) -> None:
    id = office.create("alice", "customer", name="跟进二")
    office.run("alice", AddFollowUp(record=id, text="旧"))
    newest = office.run("alice", AddFollowUp(record=id, text="新")).id
    office.run("alice", DeleteRecords(object="followUp", ids=(newest,)))
    assert office.row(id)["last_follow_up_text"] == "旧"


def test_a_reader_adds_follow_ups_and_edits_only_his_own(office: Office) -> None:
    id = office.create("alice", "customer", name="跟进三")
    share(office, id, "READ")
    hers = office.run("alice", AddFollowUp(record=id, text="她的")).id
    his = office.run("bob", AddFollowUp(record=id, text="他的")).id
    office.run("bob", UpdateRecord(id=his, values={"text": "改了"}))
    with pytest.raises(Forbidden):
        office.run("bob", UpdateRecord(id=hers, values={"text": "改了"}))
    office.run("alice", UpdateRecord(id=his, values={"text": "负责人改的"}))


def test_nobody_follows_up_what_he_does_not_see(office: Office) -> None:
    id = office.create("alice", "customer", name="跟进四")
    before = office.traces()
    with pytest.raises(InvalidInput):
        office.run("bob", AddFollowUp(record=id, text="偷看"))
    assert office.traces() == before


def test_phrases_are_ones_own(office: Office) -> None:
    id = office.create("alice", "phrase", text="您好")
    assert office.row(id)["user_id"] == office.users["alice"]
    with pytest.raises(NotFound):
        office.run("bob", UpdateRecord(id=id, values={"text": "不好"}))
