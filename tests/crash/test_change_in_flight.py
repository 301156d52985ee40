"""What becomes of a change of metadata that is under way while the database or a server is not.

Two server processes on a database of their own; the change is held within its transaction.
"""

import os
import signal
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import orjson
import pytest

from engine.base.settings import Settings
from engine.db.embedded import Embedded, start_embedded
from engine.db.platform import install_platform
from engine.db.write_engine import make_engine
from metadata.provision import create_company
from tests.harness.beside import Beside
from tests.harness.client import Client
from tests.harness.company import TestCompany, open_company
from tests.harness.hold import Hold
from tests.harness.metadata import CREATE, applied, differences, field, problems
from tests.harness.servers import Server, start_server, wait_until

SERVED = """{ metadata { version objects { name fields { name } } }
  __type(name: "Lead") { fields { name } } }"""
# nobody is to run out of time because a change is held
PATIENT = {"QIANSI_REQUEST_DEADLINE_MS": "90000", "QIANSI_STATEMENT_TIMEOUT_MS": "60000"}
UNKNOWN = "GRAPHQL_VALIDATION_FAILED"
UNTOUCHED = {
    "leads": {"leads": {"nodes": [{"name": "线索"}]}},
    "customers": {"customers": {"nodes": [{"name": "客户"}]}},
}


class Served(NamedTuple):
    """What one answer says of the schema: whether the field is there, told in two ways."""

    version: int
    in_metadata: bool
    in_type: bool


@dataclass
class Place:
    """The database of these tests, and the company in it."""

    embedded: Embedded
    company: TestCompany
    folder: Path

    def start_server(self) -> Server:
        """A further process."""
        return start_server(
            self.folder, self.embedded.database_url, self.embedded.redis_url, PATIENT
        )


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp("in-flight")
    for parent in (folder, *folder.parents[:2]):
        parent.chmod(0o755)
    with ExitStack() as stack:
        embedded = start_embedded(folder / "data")
        stack.callback(embedded.stop)
        engine = make_engine(Settings(database_url=embedded.database_url))
        stack.callback(engine.dispose)
        with engine.begin() as connection:
            install_platform(connection)
        made = create_company(engine, "变更公司", domain="flight.test")
        servers: list[Server] = []
        http = stack.enter_context(httpx.Client(timeout=60))
        found = Place(embedded, open_company(engine, made, servers, http), folder)
        for _ in range(2):
            servers.append(found.start_server())
            stack.callback(servers[-1].kill)
        yield found


@pytest.fixture
def hold(place: Place, beside: Beside) -> Iterator[Hold]:
    """Let go of before the threads `beside` are waited for."""
    made = Hold(place.company, place.embedded.database_url)
    yield made
    made.release()
    place.embedded.revive()
    made.end()


@pytest.fixture
def newcomers() -> Iterator[list[Server]]:
    """Servers that a test starts."""
    started: list[Server] = []
    yield started
    for each in started:
        each.kill()


@pytest.mark.parametrize("moment", ["written", "complete", "committed"])
def test_a_database_killed_within_a_change_has_all_of_it_or_nothing(
    place: Place, hold: Hold, beside: Beside, moment: str
) -> None:
    company = place.company
    before, name = version(company), f"killed{moment}"
    hold.begin("complete" if moment == "committed" else moment)
    change = beside.start(company.client("admin"), partial(add, name=name))
    wait_until(lambda: hold.holds() or change.done(), "the change is in the middle of it")
    assert not change.done(), change.result()
    assert hold.locks("lead"), "the table is altered"
    if moment == "committed":
        hold.release()
        wait_until(lambda: version(company) > before, "it is committed")
    os.kill(place.embedded.postgres.pid, signal.SIGKILL)
    wait_until(lambda: not place.embedded.postgres.running, "the database is down")
    told = code(change.result(60))
    place.embedded.revive()
    hold.end()
    done = moment == "committed"
    assert told in ({"", "UNAVAILABLE"} if done else {"UNAVAILABLE"})
    assert served_by_all(company, name) == {Served(before + done, done, done)}
    assert version(company) == before + done
    assert differences(company) == []
    repeat_works(company, name, done)
    assert served_by_all(company, name) == {Served(before + 1, True, True)}
    assert differences(company) == []


def repeat_works(company: TestCompany, name: str, done: bool) -> None:
    """The same change once more, at the other server: it is made now, or was before."""
    variables = {"o": "lead", "f": field(name, "text", name=name)}
    if done:
        found = problems(company.client("admin", 1), CREATE, **variables)
        assert found == [("input.name", "NAME_TAKEN")]
    else:
        assert applied(company.client("admin", 1), CREATE, **variables)["name"] == name
    used_from_everywhere(company.client("admin"), company.client("admin", 1), name)


def used_from_everywhere(writer: Client, reader: Client, name: str) -> None:
    """What one process writes into the field the other one reads."""
    record = writer.run(
        f'mutation {{ createLead(input: {{name: "甲", {name}: "值"}}) {{ record {{ id }} }} }}'
    )["createLead"]["record"]["id"]
    found = reader.run(f"query($id: ID!) {{ lead(id: $id) {{ {name} }} }}", id=record)
    assert found == {"lead": {name: "值"}}


def test_a_server_that_starts_within_a_change_serves_it_from_its_commit_on(
    place: Place, hold: Hold, beside: Beside, newcomers: list[Server]
) -> None:
    company, admin = place.company, place.company.client("admin")
    company.sql("delete from {s}.lead")
    for kind, row in (("lead", "线索"), ("customer", "客户")):
        company.insert(kind, name=row, owner=company.people["admin"].number)
    old, new, name = version(company), version(company) + 1, "meanwhile"
    hold.begin("complete")
    change = beside.start(admin, partial(add, name=name))
    wait_until(lambda: hold.holds() or change.done(), "the change is in the middle of it")
    assert not change.done(), change.result()
    newcomers.append(place.start_server())
    third = admin.at(newcomers[0].url)
    clients = [admin, company.client("admin", 1), third]
    seen = [beside.repeat(each, partial(served, name=name)) for each in clients]
    others = untouched(clients, beside)
    wait_until(lambda: all([*seen, *others["customers"]]), "they answer meanwhile")
    assert third.refused(f"{{ leads {{ nodes {{ {name} }} }} }}").code == UNKNOWN
    assert hold.holds() and hold.locks("lead")
    assert set(chain(*seen)) == {Served(old, False, False)}
    assert not any(others["leads"]), "their table is being altered"
    hold.release()
    assert code(change.result(60)) == ""
    assert served(third, name) == Served(new, True, True)
    wait_until(lambda: all(each[-1].version == new for each in seen), "the new one everywhere")
    wait_until(lambda: all(others["leads"]), "the reads of the altered table")
    beside.end_well()
    for each in seen:
        assert each == sorted(each)
        assert set(each) == {Served(old, False, False), Served(new, True, True)}
    for kind, answers in others.items():
        assert all(answers) and all(each == {"data": UNTOUCHED[kind]} for each in chain(*answers))
    assert served_by_all(company, name) == {Served(new, True, True)}
    used_from_everywhere(third, admin, name)
    hold.end()
    assert differences(company) == []


def untouched(clients: list[Client], beside: Beside) -> dict[str, list[list[Any]]]:
    """Reads of fields that no change is about, at each of the servers: all their answers."""

    def ask(kind: str, client: Client) -> Any:
        return client.post(f"{{ {kind} {{ nodes {{ name }} }} }}").json()

    return {
        kind: [beside.repeat(each, partial(ask, kind)) for each in clients] for kind in UNTOUCHED
    }


def add(client: Client, name: str) -> Any:
    """The answer to the addition of a field."""
    variables = {"o": "lead", "f": field(name, "text", name=name)}
    return client.post(CREATE, variables).json()


def code(body: dict[str, Any]) -> str:
    """That of the error, "" for none: then the change is applied."""
    if body.get("errors"):
        return str(body["errors"][0]["extensions"]["code"])
    assert body["data"]["createField"]["applied"], body
    return ""


def version(company: TestCompany) -> int:
    found: int = company.value("select metadata_version from {s}.state")
    return found


def served(client: Client, name: str) -> Served:
    """The schema as a server gives it in one answer."""
    data = client.run(SERVED)
    (lead,) = [each for each in data["metadata"]["objects"] if each["name"] == "lead"]
    places = (lead["fields"], data["__type"]["fields"])
    return Served(
        data["metadata"]["version"],
        *(any(each["name"] == name for each in fields) for fields in places),
    )


def served_by_all(company: TestCompany, name: str) -> set[Served]:
    """The same of both servers, once they reach the database."""
    clients = [company.client("admin", at) for at in (0, 1)]
    for each in clients:
        wait_until(partial(is_reached, each), "the database is reached")
    return {served(each, name) for each in clients}


def is_reached(client: Client) -> bool:
    errors = client.post(SERVED).json().get("errors") or ()
    assert {each["extensions"]["code"] for each in errors} <= {"UNAVAILABLE", "TIMEOUT"}
    return not errors


def test_the_other_process_builds_the_schema_before_the_commit_and_not_again(
    place: Place, hold: Hold, beside: Beside
) -> None:
    company, name = place.company, "beforehand"
    first, second = company.client("admin"), company.client("admin", 1)
    for each in (first, second):
        each.run("{ leads { totalCount } }")
    hold.begin("complete")
    new = version(company) + 1
    change = beside.start(first, partial(add, name=name))
    wait_until(lambda: hold.holds() or change.done(), "the change is in the middle of it")
    wait_until(lambda: built(company.servers[1], new) == 1, "the other process has its schema")
    assert version(company) == new - 1
    hold.release()
    assert code(change.result(60)) == ""
    second.run(f"{{ leads {{ nodes {{ {name} }} }} }}")
    assert built(company.servers[1], new) == 1


def built(server: Server, version: int) -> int:
    """How often a server has built the schema of a version, by its log."""
    lines = [orjson.loads(each) for each in server.log.read_text().splitlines()]
    return sum(each["event"] == "schema built" and each["version"] == version for each in lines)
