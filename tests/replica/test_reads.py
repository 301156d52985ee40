"""Reads come from the replica, and a session sees its own writes however far behind that is."""

import os
import subprocess
import sys

import pytest

from tests.harness.company import TestCompany
from tests.harness.servers import free_port
from tests.replica.conftest import HOUR_MS, Place, reads

RENAME = (
    "mutation($id: ID!, $n: String) { updateCustomer(id: $id, input: {name: $n})"
    " { record { name } } }"
)
CREATE = "mutation($n: String!) { createCustomer(input: {name: $n}) { record { id name } } }"
NAME = "query($id: ID!) { customer(id: $id) { name } }"
BOTH = (0, 1)


def made(company: TestCompany, name: str, place: Place) -> str:
    """A customer of alice that the replica has."""
    record = company.client("alice").run(CREATE, n=name)["createCustomer"]["record"]
    place.pair.caught_up()
    return str(record["id"])


def name_for(company: TestCompany, person: str, id: str, server: int = 0) -> str:
    return str(company.client(person, server).run(NAME, id=id)["customer"]["name"])


def test_reads_come_from_the_replica(office: TestCompany, place: Place) -> None:
    """What only the primary has yet is not seen, and the count of reads says why."""
    id = made(office, "旧名", place)
    with place.pair.paused():
        office.sql("update {s}.customer set name = '新名' where name = '旧名'")
        before = [reads(server) for server in office.servers]
        assert [name_for(office, "manager", id, server) for server in BOTH] == ["旧名"] * 2
        assert [reads(server) for server in office.servers] == [count + 1 for count in before]
    assert name_for(office, "manager", id) == "新名"


def test_a_session_sees_its_own_writes_in_every_process(office: TestCompany, place: Place) -> None:
    """While another session, served by the replica still, sees what was before."""
    id = made(office, "甲", place)
    with place.pair.paused():
        payload = office.client("alice").run(RENAME, id=id, n="乙")
        assert payload["updateCustomer"]["record"]["name"] == "乙"
        assert [name_for(office, "alice", id, server) for server in BOTH] == ["乙"] * 2
        assert [name_for(office, "manager", id, server) for server in BOTH] == ["甲"] * 2
        office.client("alice", 1).run(RENAME, id=id, n="丙")
        assert [name_for(office, "alice", id, server) for server in BOTH] == ["丙"] * 2
        assert reads(office.servers[0], "primary", "behind") > 0


def test_the_replica_serves_a_writer_again_once_it_has_the_write(
    office: TestCompany, place: Place
) -> None:
    id = made(office, "先", place)
    office.client("alice").run(RENAME, id=id, n="后")
    place.pair.caught_up()
    before = reads(office.servers[1])
    assert name_for(office, "alice", id, 1) == "后"
    assert reads(office.servers[1]) == before + 1


def test_a_repeated_command_is_seen_by_the_session_that_repeats_it(
    office: TestCompany, place: Place
) -> None:
    """F8: the effect was another session's of the same user; its answer is given, and true."""
    with place.pair.paused():
        headers = {"Idempotency-Key": f"repeat-{os.getpid()}-{place.folder.name}"}
        first = office.client("alice").post(CREATE, {"n": "一次"}, headers)
        office.sign_in("alice")
        again = office.client("alice", 1).post(CREATE, {"n": "一次"}, headers)
        assert again.content == first.content
        id = again.json()["data"]["createCustomer"]["record"]["id"]
        assert [name_for(office, "alice", id, server) for server in BOTH] == ["一次"] * 2


def test_a_repeated_command_marks_a_session_that_the_replica_knows(
    office: TestCompany, place: Place
) -> None:
    """The same with a second session from before, which the replica would serve otherwise."""
    first_token = office.tokens["alice"]
    office.sign_in("alice")
    second_token = office.tokens["alice"]
    headers = {"Idempotency-Key": f"known-{os.getpid()}-{place.folder.name}"}
    with place.pair.paused():
        office.tokens["alice"] = first_token
        answer = office.client("alice").post(CREATE, {"n": "两处"}, headers).json()
        id = answer["data"]["createCustomer"]["record"]["id"]
        office.tokens["alice"] = second_token
        assert office.client("alice").run(NAME, id=id) == {"customer": None}
        office.client("alice").post(CREATE, {"n": "两处"}, headers)
        assert name_for(office, "alice", id) == "两处"


def test_an_organisation_command_is_seen_at_once(office: TestCompany, place: Place) -> None:
    user = office.people["bob"]
    read = "query($id: ID!) { user(id: $id) { name } }"
    with place.pair.paused():
        office.client("clerk").run(
            "mutation($u: ID!, $n: String) { updateUser(id: $u, input: {name: $n})"
            " { record { name } } }",
            u=user.id,
            n="张大伟",
        )
        seen = [office.client("clerk", server).run(read, id=user.id) for server in BOTH]
        assert seen == [{"user": {"name": "张大伟"}}] * 2


def test_a_refused_command_leaves_no_mark(office: TestCompany, place: Place) -> None:
    """The mark is part of the transaction, so it goes with it."""
    id = made(office, "不动", place)
    office.sql("update {s}.session set written_lsn = null")
    office.client("bob").refused(RENAME, id=id, n="动")
    assert office.value("select count(*) from {s}.session where written_lsn is not null") == 0


def test_a_replica_too_far_behind_is_set_aside(office: TestCompany, place: Place) -> None:
    """A server that allows no lag to speak of serves the present from the primary."""
    id = made(office, "远", place)
    with place.serve(lag_limit_ms=3_000) as server, place.pair.paused():
        manager = office.client("manager").at(server.url)
        office.sql("update {s}.customer set name = '近' where name = '远'")
        seen = [manager.run(NAME, id=id)["customer"]["name"]]
        while seen[-1] == "远":
            seen.append(manager.run(NAME, id=id)["customer"]["name"])
        assert seen[-1] == "近"
        manager.run(NAME, id=id)
        assert reads(server, "primary", "set_aside") > 0


def qiansi(place: Place, command: str, **settings: str) -> tuple[int, str]:
    """Exit code and output of a command that should end by itself."""
    environment = {
        **os.environ,
        "DATABASE_URL": place.pair.primary.url,
        "DATABASE_READ_URL": place.pair.replica.url,
        "REDIS_URL": "",
        "QIANSI_PORT": str(free_port()),
        **settings,
    }
    done = subprocess.run(
        [sys.executable, "-m", "qiansi", command],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=60,
        check=False,
    )
    return done.returncode, done.stdout


def test_doctor_tells_the_state_of_the_replica(office: TestCompany, place: Place) -> None:
    code, text = qiansi(place, "doctor", QIANSI_REPLICA_LAG_LIMIT_MS=str(HOUR_MS))
    assert (code, "ok    read replica, at most 0." in text) == (0, True), text
    with place.pair.paused():
        office.sql("update {s}.customer set name = name")
        code, text = qiansi(place, "doctor", QIANSI_REPLICA_LAG_LIMIT_MS="200")
        assert (code, "WRONG read replica, behind" in text) == (1, True), text
        assert "bytes of WAL were not replayed within 0.2 s" in text
    code, text = qiansi(place, "doctor", DATABASE_READ_URL=place.pair.primary.url)
    assert code == 1
    assert "leads to no replica of the database of DATABASE_URL" in text


@pytest.mark.parametrize("command", ["serve", "doctor"])
def test_an_address_that_cannot_be_read_is_named(
    place: Place, replicated: TestCompany, command: str
) -> None:
    code, text = qiansi(place, command, DATABASE_READ_URL="no address")
    assert code != 0
    assert "DATABASE_READ_URL cannot be read" in text
