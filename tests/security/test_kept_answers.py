"""What `Idempotency-Key` keeps and to whom it is given again (F8, A5, A6)."""

from collections.abc import Callable
from typing import Any

import pytest

from engine.access.passwords import password_hashing
from engine.access.sign_in import write_password
from tests.harness.client import Client
from tests.harness.company import TestCompany

PASSWORD = "correct horse"
CREATE = 'mutation { createCustomer(input: {name: "留存公司"}) { record { name remark } } }'


@pytest.fixture
def fresh(make_company: Callable[[], TestCompany]) -> TestCompany:
    return make_company()


def keyed(client: Client, query: str, variables: dict[str, Any] | None = None) -> dict[str, Any]:
    answer = client.post(query, variables, headers={"Idempotency-Key": "key-1"})
    found: dict[str, Any] = answer.json()
    return found


def kept(company: TestCompany) -> str:
    rows = company.sql("select * from {s}.idempotency_key")
    return " ".join(
        bytes(row["response"]).decode() if row["response"] else str(row["outcome"]) for row in rows
    )


def test_no_session_token_is_kept(fresh: TestCompany) -> None:
    with fresh.engine.begin() as connection:
        stored = password_hashing(2).hash(PASSWORD)
        write_password(connection, fresh.company.schema, fresh.people["alice"].number, stored)
    mobile = fresh.value(
        'select mobile from {s}."user" where id = :id', id=fresh.people["alice"].number
    )
    sign_in = "mutation($a: String!, $p: String!) { signIn(account: $a, password: $p) { token } }"
    for person in ("", "alice"):
        answer = keyed(fresh.client(person), sign_in, {"a": mobile, "p": PASSWORD})
        assert answer["data"]["signIn"]["token"] not in kept(fresh)


def test_no_one_time_token_is_kept(fresh: TestCompany) -> None:
    reset = "mutation($u: ID!) { resetPassword(user: $u) { token } }"
    answer = keyed(fresh.client("admin"), reset, {"u": fresh.people["bob"].id})
    assert answer["data"]["resetPassword"]["token"] not in kept(fresh)


@pytest.mark.parametrize("server", [0, 1])
def test_a_revoked_session_gets_no_kept_answer(fresh: TestCompany, server: int) -> None:
    alice = fresh.client("alice", server)
    first = keyed(alice, CREATE)
    assert keyed(alice, CREATE) == first
    fresh.client("clerk", 1 - server).run(
        "mutation($u: [ID!]!) { setUserStatus(users: $u, status: DISABLED) { done } }",
        u=[fresh.people["alice"].id],
    )
    again = keyed(alice, CREATE)
    assert again["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"


def test_a_kept_answer_shows_nothing_that_is_hidden_by_now(fresh: TestCompany) -> None:
    alice = fresh.client("alice")
    create = (
        'mutation { createCustomer(input: {name: "甲", remark: "内部备注"}) { record { remark } } }'
    )
    assert keyed(alice, create)["data"]["createCustomer"]["record"]["remark"] == "内部备注"
    role = fresh.value("select id from {s}.role where key = 'salesperson'")
    fresh.client("admin", 1).run(
        'mutation($r: ID!) { setFieldAccess(role: $r, fields: [{object: "customer",'
        ' field: "remark", access: HIDDEN, masked: false}]) }',
        r=f"Role:{role}",
    )
    again = keyed(alice, create)
    assert again["data"]["createCustomer"]["record"] == {"remark": None}
    assert fresh.value("select count(*) from {s}.customer") == 1
