"""A command that has to wait while the metadata change writes by the new ones, or not at all."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pytest

from engine.db.quoting import table
from tests.conftest import Services
from tests.harness.beside import Beside
from tests.harness.client import Client
from tests.harness.company import TestCompany
from tests.harness.metadata import CREATE, UPDATE, applied, differences, field, of_field
from tests.harness.servers import start_server, wait_until

Answer = dict[str, Any]


@pytest.fixture
def company(make_company: Callable[[], TestCompany]) -> TestCompany:
    return make_company()


@contextmanager
def locked(company: TestCompany, customer: str) -> Iterator[None]:
    """Somebody has the customer's row during the block."""
    with company.engine.begin() as connection:
        rows = table(company.company.schema, "customer")
        number = int(customer.partition(":")[2])
        connection.exec_driver_sql(f"select 1 from {rows} where id = {number} for update")
        yield


def waits_for(company: TestCompany, name: str) -> bool:
    """Whether somebody's statement about the table waits for a lock."""
    found: bool = company.value(
        "select exists (select 1 from pg_locks l join pg_stat_activity a on a.pid = l.pid"
        " where a.wait_event_type = 'Lock' and l.relation = cast(:name as regclass))",
        name=table(company.company.schema, name),
    )
    return found


def beside_changes(
    company: TestCompany,
    beside: Beside,
    document: str,
    act: Callable[[Client], Any],
    input: Mapping[str, Any] | None = None,
) -> Answer:
    """The answer to a create of a contact that waits for its customer while `act` is done."""
    admin, alice = company.client("admin"), company.client("alice")
    made = alice.run('mutation { createCustomer(input: {name: "甲"}) { record { id } } }')
    customer = made["createCustomer"]["record"]["id"]
    asked = {"c": customer} if input is None else {"i": {**input, "customer": customer}}
    with locked(company, customer):
        done = beside.start(alice, lambda own: own.post(document, asked).json())
        wait_until(lambda: waits_for(company, "customer"), "the command waits for the customer")
        act(admin)
    answer: Answer = done.result(30)
    assert differences(company) == []
    return answer


def count(company: TestCompany, name: str) -> int:
    found: int = company.value(f"select count(*) from {{s}}.{name}")
    return found


@pytest.mark.parametrize("in_variable", [False, True])
def test_a_value_never_reaches_the_field_that_has_its_column_since(
    company: TestCompany, beside: Beside, in_variable: bool
) -> None:
    admin = company.client("admin")
    applied(admin, CREATE, o="contact", f=field("旧", "text", name="former"))

    def reuse(admin: Client) -> None:
        applied(admin, of_field("deleteField"), o="contact", n="former")
        applied(admin, of_field("purgeField"), o="contact", n="former")
        applied(admin, CREATE, o="contact", f=field("新", "text", name="later"))

    create = """mutation($c: ID!) {
      createContact(input: {name: "丙", customer: $c, former: "OLD"}) { record { id } } }"""
    by_variable = "mutation($i: ContactInput!) { createContact(input: $i) { record { id } } }"
    answer = (
        beside_changes(company, beside, by_variable, reuse, {"name": "丙", "former": "OLD"})
        if in_variable
        else beside_changes(company, beside, create, reuse)
    )
    assert answer["errors"][0]["extensions"]["code"] == "SCHEMA_CHANGED"
    assert count(company, "contact") == 0


def test_a_field_that_became_required_is_asked_of_those_who_waited(
    company: TestCompany, beside: Beside
) -> None:
    create = """mutation($c: ID!) {
      createContact(input: {name: "丙", customer: $c}) { record { id telephone } } }"""
    answer = beside_changes(
        company,
        beside,
        create,
        lambda admin: applied(admin, UPDATE, o="contact", n="telephone", f={"required": True}),
    )
    (error,) = answer["errors"]
    assert error["extensions"]["problems"][0]["path"] == ["input", "telephone"]
    assert count(company, "contact") == 0


def test_one_who_waited_while_something_else_changed_is_answered(
    company: TestCompany, beside: Beside
) -> None:
    create = """mutation($c: ID!) {
      createContact(input: {name: "丁", customer: $c}) { record { name } } }"""
    answer = beside_changes(
        company,
        beside,
        create,
        lambda admin: applied(admin, CREATE, o="lead", f=field("别处", "text")),
    )
    assert answer == {"data": {"createContact": {"record": {"name": "丁"}}}}
    assert count(company, "contact") == 1


def test_what_is_done_is_not_told_to_be_tried_again(
    company: TestCompany, beside: Beside, services: Services
) -> None:
    """The change comes between the commit and the reading of the record, which waits for the one
    connection of its process."""
    one = {"QIANSI_READ_CONNECTIONS": "1"}
    server = start_server(services.folder, services.database_url, services.redis_url, one)
    admin = company.client("admin")
    own = admin.at(server.url)
    rows = table(company.company.schema, "product")
    create = 'mutation { createLead(input: {name: "戊"}) { record { name } } }'
    with company.engine.begin() as connection:
        connection.exec_driver_sql(f"lock table {rows} in access exclusive mode")
        reading = beside.start(
            own, lambda client: client.post("{ products { totalCount } }").json()
        )
        wait_until(lambda: waits_for(company, "product"), "the connection is taken")
        writing = beside.start(own, lambda client: client.post(create).json())
        wait_until(lambda: count(company, "lead") == 1, "the lead is written")
        applied(admin, CREATE, o="invoice", f=field("别处", "text"))
    (error,) = writing.result(30)["errors"]
    assert error["path"] == ["createLead", "record"]
    assert (error["extensions"]["code"], error["extensions"]["done"]) == ("SCHEMA_CHANGED", True)
    assert "do not send the change again" in error["message"]
    assert reading.result(30) == {"data": {"products": {"totalCount": 0}}}
    assert count(company, "lead") == 1
    server.stop()
