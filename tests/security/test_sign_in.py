"""Signing in over HTTP, at two processes: credentials, tokens, cookies, throttling (A1 to A8)."""

import statistics
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from engine.access.passwords import password_hashing
from engine.access.sign_in import write_password
from tests.harness.client import Client, GraphQLFailure
from tests.harness.company import TestCompany

PASSWORD = "correct horse"
SIGN_IN = (
    "mutation($a: String!, $p: String!, $c: Boolean = false)"
    " { signIn(account: $a, password: $p, cookie: $c) { token expiresAt user { id name } } }"
)
WHO = "{ viewer { user { id } } }"


@pytest.fixture(autouse=True)
def passwords(company: TestCompany) -> Iterator[None]:
    """Everybody has the password; no attempt counts yet."""
    company.sql("delete from {s}.sign_in_attempt")
    with company.engine.begin() as connection:
        stored = password_hashing(2).hash(PASSWORD)
        for person in company.people.values():
            write_password(connection, company.company.schema, person.number, stored)
    yield


def account(company: TestCompany, person: str) -> str:
    found = company.value(
        'select mobile from {s}."user" where id = :id', id=company.people[person].number
    )
    assert isinstance(found, str)
    return found


def sign_in(company: TestCompany, person: str, server: int = 0) -> Client:
    nobody = company.client("", server)
    data = nobody.run(SIGN_IN, a=account(company, person), p=PASSWORD)
    token = data["signIn"]["token"]
    return Client(nobody.http, nobody.url, nobody.company, token, nobody.language)


def code(client: Client, account: str, password: str) -> str:
    try:
        client.run(SIGN_IN, a=account, p=password)
    except GraphQLFailure as failure:
        return failure.code
    return ""


def test_a_token_works_at_every_process(company: TestCompany) -> None:
    client = sign_in(company, "alice")
    for server in company.servers:
        found = client.at(server.url).run(WHO)
        assert found == {"viewer": {"user": {"id": company.people["alice"].id}}}


def test_the_answer_shows_the_user(company: TestCompany) -> None:
    data = company.client("").run(SIGN_IN, a=account(company, "alice"), p=PASSWORD)["signIn"]
    alice = company.people["alice"]
    assert data["user"] == {"id": alice.id, "name": alice.name}


@pytest.mark.parametrize("token", ["x", "x" * 43, "' or 1=1 --", "\u00e9"])
def test_no_other_token_works(company: TestCompany, token: str) -> None:
    nobody = company.client("")
    answer = nobody.http.post(
        f"{nobody.url}/graphql",
        json={"query": WHO},
        headers=httpx.Headers(
            {**nobody.headers(), "Authorization": f"Bearer {token}"}, encoding="latin-1"
        ),
    ).json()
    assert answer["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"


def test_a_token_is_worth_nothing_in_another_company(
    company: TestCompany, make_company: object
) -> None:
    assert callable(make_company)
    other = make_company()
    client = sign_in(company, "alice")
    moved = Client(client.http, client.url, other.company.domain or "", client.token)
    assert moved.refused(WHO).code == "UNAUTHENTICATED"


def test_unknown_disabled_and_wrong_look_the_same(company: TestCompany) -> None:
    company.sql(
        "update {s}.\"user\" set status = 'DISABLED' where id = :id",
        id=company.people["carol"].number,
    )
    nobody = company.client("")
    found = []
    for name, password in (
        ("13700000000", PASSWORD),
        (account(company, "carol"), PASSWORD),
        (account(company, "bob"), "wrong guess"),
    ):
        (error,) = nobody.refused(SIGN_IN, a=name, p=password).errors
        error["extensions"].pop("requestId", None)
        found.append(error)
    assert found[0] == found[1] == found[2]
    assert found[0]["extensions"]["code"] == "UNAUTHENTICATED"
    company.sql("update {s}.\"user\" set status = 'ACTIVE'")


def test_unknown_and_wrong_take_as_long(company: TestCompany) -> None:
    nobody = company.client("")

    def seconds(name: str) -> float:
        taken = []
        for _ in range(9):
            company.sql("delete from {s}.sign_in_attempt")
            start = time.perf_counter()
            nobody.post(SIGN_IN, {"a": name, "p": "wrong guess"})
            taken.append(time.perf_counter() - start)
        return statistics.median(taken)

    known, unknown = seconds(account(company, "bob")), seconds("13700000000")
    # A hash takes some 30 ms: who skipped it would take a fraction of the time.
    assert 0.5 < known / unknown < 2


def test_guessing_is_bounded_at_both_processes_together(company: TestCompany) -> None:
    name = account(company, "bob")

    def guess(position: int) -> str:
        nobody = company.client("", position % 2)
        answer = nobody.post(
            SIGN_IN,
            {"a": name, "p": "wrong guess"},
            headers={"X-Forwarded-For": f"9.9.9.{position}", "X-Real-IP": f"9.9.9.{position}"},
        ).json()
        found: str = answer["errors"][0]["extensions"]["code"]
        return found

    with ThreadPoolExecutor(8) as pool:
        codes = list(pool.map(guess, range(24)))
    assert codes.count("UNAUTHENTICATED") == 5
    assert codes.count("RATE_LIMITED") == 19
    assert code(company.client(""), name, PASSWORD) == "RATE_LIMITED"
    company.sql("update {s}.sign_in_attempt set at = at - interval '2 minutes'")
    assert code(company.client(""), name, PASSWORD) == ""


def test_aliases_do_not_multiply_guesses(company: TestCompany) -> None:
    name = account(company, "bob")
    fields = " ".join(
        f'm{n}: signIn(account: "{name}", password: "wrong {n}") {{ token }}' for n in range(20)
    )
    company.client("").post(f"mutation {{ {fields} }}")
    assert company.value("select count(*) from {s}.sign_in_attempt") <= 5


def test_a_huge_password_is_refused_unhashed(company: TestCompany) -> None:
    nobody = company.client("")
    start = time.perf_counter()
    assert code(nobody, account(company, "bob"), "x" * 900_000) == "UNAUTHENTICATED"
    assert time.perf_counter() - start < 1


def test_a_cookie_is_for_the_browser_alone(company: TestCompany) -> None:
    nobody = company.client("")
    values = {"a": account(company, "alice"), "p": PASSWORD, "c": True}
    with httpx.Client() as browser:
        answer = browser.post(
            f"{nobody.url}/graphql",
            json={"query": SIGN_IN, "variables": values},
            headers={**nobody.headers(), "Origin": nobody.url},
        )
    assert answer.json()["data"]["signIn"]["token"] is None
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("__Host-")
    lowered = cookie.lower()
    for attribute in ("secure", "httponly", "samesite=", "path=/"):
        assert attribute in lowered
    assert "domain=" not in lowered


def test_a_changed_password_ends_the_other_sessions_everywhere(company: TestCompany) -> None:
    here, there = sign_in(company, "manager"), sign_in(company, "manager", 1)
    change = (
        "mutation($o: String!, $n: String!) { changePassword(oldPassword: $o, newPassword: $n) }"
    )
    assert here.refused(change, o=PASSWORD, n="password").problems[0]["code"] == "TOO_COMMON"
    assert here.run(change, o=PASSWORD, n="another horse") == {"changePassword": True}
    assert there.refused(WHO).code == "UNAUTHENTICATED"
    assert here.run(WHO)
    assert code(company.client(""), account(company, "manager"), PASSWORD) == "UNAUTHENTICATED"


def test_one_revokes_ones_own_sessions_only(company: TestCompany) -> None:
    here, there = sign_in(company, "alice"), sign_in(company, "alice", 1)
    bob = sign_in(company, "bob")
    sessions = "{ sessions { id current address agent lastUsedAt } }"
    revoke = "mutation($s: ID!) { revokeSession(id: $s) }"
    (target,) = [each["id"] for each in there.run(sessions)["sessions"] if each["current"]]
    assert bob.refused(revoke, s=target).code == "NOT_FOUND"
    assert there.run(WHO)
    assert here.run(revoke, s=target) == {"revokeSession": True}
    assert there.refused(WHO).code == "UNAUTHENTICATED"
    assert there.refused("{ metadata { version } }").code == "UNAUTHENTICATED"


def test_an_administrator_resets_without_choosing_the_password(company: TestCompany) -> None:
    admin, alice = sign_in(company, "admin"), sign_in(company, "alice")
    reset = "mutation($u: ID!) { resetPassword(user: $u) { token expiresAt } }"
    set_password = "mutation($t: String!, $p: String!) { setPassword(token: $t, password: $p) }"
    user = company.people["alice"].id
    assert alice.refused(reset, u=company.people["bob"].id).code == "FORBIDDEN"
    token = admin.run(reset, u=user)["resetPassword"]["token"]
    nobody = company.client("")
    nobody.run(set_password, t=token, p="another horse")
    assert nobody.refused(set_password, t=token, p="a third horse").code == "NOT_FOUND"
    assert alice.refused(WHO).code == "UNAUTHENTICATED"
    assert code(nobody, account(company, "alice"), "another horse") == ""
