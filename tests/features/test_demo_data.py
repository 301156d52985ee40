"""The demo company in a database: complete, consistent, and what its accounts see of it."""

import os
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from sqlalchemy import Engine, text

from demo.accounts import ACCOUNTS, PASSWORD
from demo.scale import SCALES
from demo.seed import seed_company
from engine.access.passwords import password_hashing
from engine.db.companies import Company
from engine.db.quoting import quote
from metadata.check import check_company
from metadata.provision import create_company
from tests.harness.servers import Server

SMALL = SCALES["small"]


@pytest.fixture(scope="module")
def demo(engine: Engine) -> Company:
    """A company with the small demo, as `qiansi demo` makes it."""
    domain = f"demo-data-{os.getpid()}.test"
    made = create_company(engine, "演示公司", domain=domain, deferred_indexes=True)
    seed_company(engine, made, "small")
    return made


def rows(engine: Engine, company: Company, statement: str) -> list[tuple[Any, ...]]:
    """Rows of a statement in which `{s}` stands for the company's schema."""
    with engine.connect() as connection:
        found = connection.execute(text(statement.replace("{s}", quote(company.schema))))
        return [tuple(row) for row in found]


def test_the_tables_are_those_of_the_metadata(engine: Engine, demo: Company) -> None:
    with engine.connect() as connection:
        assert check_company(connection, demo.schema) == []


def test_every_object_that_is_shown_has_rows(engine: Engine, demo: Company) -> None:
    counts = {
        name: rows(engine, demo, f'select count(*) from {{s}}."{name}"')[0][0]
        for name in ("customer", "contact", "opportunity", "contract", "lead", "payment", "invoice",
                     "payment_plan", "visit", "product", "product_category", "campaign",
                     "follow_up", "opportunity_line", "contract_line", "customer_address",
                     "expense", "invoice_title", "team_member", "follower", "phrase",
                     "operation_log", "opportunity_contact")
    }  # fmt: skip
    assert counts["customer"] == SMALL.customers
    assert (counts["contact"], counts["opportunity"], counts["contract"]) == (4_000, 2_000, 600)
    assert [name for name, count in counts.items() if count == 0] == []


@pytest.mark.parametrize("name", ["contract", "payment", "invoice", "visit"])
def test_numbers_follow_the_rule_and_the_counters_are_at_the_last(
    engine: Engine, demo: Company, name: str
) -> None:
    """A number is the local day of creation and the count, at least four digits."""
    statement = (
        f"select count(*), max(cast(substr(number, 9) as bigint)) from {{s}}.{name} where number ~"
        " '^[0-9]{12,}$' and left(number, 8) ="
        " to_char(created_at at time zone 'Asia/Shanghai', 'YYYYMMDD')"
    )
    ((counted, highest),) = rows(engine, demo, statement)
    assert [(counted,)] == rows(engine, demo, f"select count(*) from {{s}}.{name}")
    last = f"select last from {{s}}.number_counter where object = '{name}' and field = 'number'"
    assert rows(engine, demo, last) == [(highest,)]


def test_new_records_get_numbers_after_the_demo(engine: Engine, demo: Company) -> None:
    statement = "select nextval(pg_get_serial_sequence('{s}.customer', 'id'))"
    assert rows(engine, demo, statement) == [(SMALL.customers + 1,)]


def test_received_amounts_are_the_sums_of_payments(engine: Engine, demo: Company) -> None:
    statement = """
        select count(*) from {s}.contract c
        where received <> coalesce((select sum(p.amount) from {s}.payment p
                                    where p.contract_id = c.id), 0)
           or received + outstanding <> amount
           or amount <> (select sum(l.subtotal) from {s}.contract_line l where l.contract_id = c.id)
    """
    assert rows(engine, demo, statement) == [(0,)]


def test_nothing_belongs_to_somebody_elses_customer(engine: Engine, demo: Company) -> None:
    statement = """
        select count(*) from {s}.contract c join {s}.opportunity o on o.id = c.opportunity_id
        join {s}.contact s on s.id = c.customer_signer_id join {s}.customer k on k.id = c.customer_id
        join {s}.contact p on p.id = k.primary_contact_id
        where o.customer_id <> k.id or s.customer_id <> k.id or p.customer_id <> k.id
    """
    assert rows(engine, demo, statement) == [(0,)]


def test_the_documented_password_opens_every_account(engine: Engine, demo: Company) -> None:
    found = rows(
        engine,
        demo,
        'select u.mobile, c.password_hash from {s}.credential c join {s}."user" u'
        " on u.id = c.user_id order by u.id",
    )
    assert [mobile for mobile, _ in found] == [account.mobile for account in ACCOUNTS]
    assert password_hashing(1).verify(found[0][1], PASSWORD)


@pytest.fixture
def demo_http(servers: list[Server], demo: Company) -> Iterator[httpx.Client]:
    headers = {"X-Company": demo.domain or ""}
    with httpx.Client(base_url=servers[0].url, headers=headers, timeout=30) as client:
        yield client


def ask(http: httpx.Client, query: str, token: str = "", **variables: Any) -> Any:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    body = {"query": query, "variables": variables}
    answer = http.post("/graphql", json=body, headers=headers).json()
    assert "errors" not in answer, answer["errors"]
    return answer["data"]


@pytest.mark.parametrize(
    ("mobile", "condition"),
    [
        ("13800000001", "true"),
        ("13800000002", "owner_id in (select id from {s}.\"user\" u where u.department_id ="
                        " (select department_id from {s}.\"user\" where id = 2))"),
        ("13800000003", "owner_id = 3"),
    ],
)  # fmt: skip
def test_an_account_sees_the_customers_of_its_scope(
    engine: Engine, demo: Company, demo_http: httpx.Client, mobile: str, condition: str
) -> None:
    signing = "mutation($a: String!, $p: String!) { signIn(account: $a, password: $p) { token } }"
    token = ask(demo_http, signing, a=mobile, p=PASSWORD)["signIn"]["token"]
    number = [account.mobile for account in ACCOUNTS].index(mobile) + 1
    expected = rows(
        engine,
        demo,
        f"select count(*) from {{s}}.customer c where {condition} or exists (select 1"
        " from {s}.team_member m where m.record_object = 'customer' and m.record_id = c.id"
        f" and m.user_id = {number} and (m.until is null or m.until > now()))",
    )
    found = ask(demo_http, "{ customers { totalCount nodes { name } } }", token)
    assert [(found["customers"]["totalCount"],)] == expected
    assert len(found["customers"]["nodes"]) == 20
