"""Signing in, sessions and new passwords, against a database."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from argon2 import PasswordHasher

from engine.access.model import Principal
from engine.access.password_change import change_password, reset_password, set_password
from engine.access.place import AccessPlace, Caller
from engine.access.principals import load_principal
from engine.access.sessions import (
    SignedIn,
    extend_session,
    list_sessions,
    revoke_session,
    sign_out,
    token_hash,
)
from engine.access.sign_in import sign_in, write_password
from engine.base.errors import (
    AppError,
    Forbidden,
    InvalidInput,
    NotFound,
    RateLimited,
    StaleVersion,
    Unauthenticated,
)
from tests.unit.access.conftest import PASSWORD, People

HOME = Caller("10.0.0.1", "a browser")
STRANGER = Caller("10.6.6.6")


def principal(place: AccessPlace, signed_in: SignedIn) -> Principal:
    with place.engine.begin() as connection:
        return load_principal(connection, place.company, token_hash(signed_in.token))


def outcome(
    place: AccessPlace, account: str, password: str, caller: Caller = STRANGER
) -> type[object]:
    try:
        return type(sign_in(place, account, password, caller))
    except AppError as error:
        return type(error)


def test_mobile_and_email_in_any_case_and_width_are_accounts(
    place: AccessPlace, people: People, mobile: Callable[[], str]
) -> None:
    number = mobile()
    user = people.add(number)
    for account in (number, f"  {number} ", f"u{number}@X.CN", f"Ｕ{number}@x.cn"):
        assert sign_in(place, account, PASSWORD, HOME).user_id == user


def test_each_sign_in_has_a_new_token_of_which_only_a_hash_is_kept(
    place: AccessPlace, people: People, mobile: Callable[[], str]
) -> None:
    number = mobile()
    people.add(number)
    made = [sign_in(place, number, PASSWORD, HOME) for _ in range(3)]
    assert len({each.token for each in made}) == 3
    assert all(len(each.token) >= 43 for each in made)
    dump = people.sql("select string_agg(s::text, ' ') from {s}.session s")
    assert isinstance(dump, str)
    assert not any(each.token in dump for each in made)


@pytest.mark.parametrize("status", ["NEW", "DISABLED"])
def test_only_active_users_sign_in(
    place: AccessPlace, people: People, mobile: Callable[[], str], status: str
) -> None:
    number = mobile()
    people.add(number, status)
    with pytest.raises(Unauthenticated) as refused:
        sign_in(place, number, PASSWORD, Caller(f"10.1.1.{len(status)}"))
    with pytest.raises(Unauthenticated) as unknown:
        sign_in(place, mobile(), PASSWORD, Caller(f"10.1.1.{len(status)}"))
    assert refused.value.reason == unknown.value.reason == "bad_credentials"


@pytest.mark.parametrize("account", ["", "\x00", "\ud800", "x" * 100_000, "' or 1=1 --", "%"])
def test_any_text_may_be_asked_for(place: AccessPlace, account: str) -> None:
    assert outcome(place, account, PASSWORD, Caller("10.2.2.2")) is Unauthenticated


def test_old_hashes_are_made_anew(
    place: AccessPlace, people: People, mobile: Callable[[], str]
) -> None:
    number = mobile()
    user = people.add(number, password=None)
    old = PasswordHasher(time_cost=1, memory_cost=8_192, parallelism=1).hash(PASSWORD)
    with place.engine.begin() as connection:
        write_password(connection, place.company.schema, user, old)
    sign_in(place, number, PASSWORD, HOME)
    stored = people.sql("select password_hash from {s}.credential where user_id = :u", u=user)
    assert isinstance(stored, str)
    assert stored.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    sign_in(place, number, PASSWORD, HOME)


def test_guessing_is_bounded_in_parallel_and_over_all_names_of_the_account(
    place: AccessPlace, people: People, mobile: Callable[[], str]
) -> None:
    number = mobile()
    people.add(number)
    accounts = [number, f"u{number}@x.cn", f"U{number}@X.CN", f" {number}"] * 8

    def guess(position: int) -> type[object]:
        return outcome(place, accounts[position], "wrong guess", Caller(f"10.3.{position}.1"))

    with ThreadPoolExecutor(6) as pool:
        found = list(pool.map(guess, range(len(accounts))))
    assert found.count(Unauthenticated) == place.settings.sign_in_attempts
    assert found.count(RateLimited) == len(accounts) - place.settings.sign_in_attempts


def test_a_stranger_who_guesses_does_not_lock_the_owner_out(
    place: AccessPlace, people: People, mobile: Callable[[], str]
) -> None:
    number = mobile()
    people.add(number)
    sign_in(place, number, PASSWORD, HOME)
    stranger = Caller("10.4.4.4")
    found = [outcome(place, number, "wrong guess", stranger) for _ in range(7)]
    assert found == [Unauthenticated] * 5 + [RateLimited] * 2
    assert outcome(place, number, PASSWORD, stranger) is RateLimited
    assert outcome(place, number, PASSWORD, HOME) is SignedIn


def test_the_window_passes(place: AccessPlace, people: People, mobile: Callable[[], str]) -> None:
    number = mobile()
    people.add(number)
    for _ in range(6):
        outcome(place, number, "wrong guess")
    assert outcome(place, number, PASSWORD) is RateLimited
    people.sql("update {s}.sign_in_attempt set at = at - interval '61 seconds'")
    assert outcome(place, number, PASSWORD) is SignedIn


def test_guessing_over_many_accounts_is_bounded_per_address(place: AccessPlace) -> None:
    strict = replace(place, settings=replace(place.settings, sign_in_attempts=1))
    caller = Caller("10.5.5.5")
    found = [outcome(strict, f"nobody{n}", "wrong guess", caller) for n in range(12)]
    assert found == [Unauthenticated] * 10 + [RateLimited] * 2


def test_many_right_sign_ins_at_once_all_succeed(
    place: AccessPlace, people: People, mobile: Callable[[], str]
) -> None:
    number = mobile()
    people.add(number)
    with ThreadPoolExecutor(6) as pool:
        found = list(pool.map(lambda _: outcome(place, number, PASSWORD, HOME), range(18)))
    assert found == [SignedIn] * 18


def test_signing_out_ends_this_session_only(
    place: AccessPlace, people: People, mobile: Callable[[], str]
) -> None:
    number = mobile()
    people.add(number)
    first, second = (sign_in(place, number, PASSWORD, HOME) for _ in range(2))
    sign_out(place, principal(place, first))
    with pytest.raises(Unauthenticated):
        principal(place, first)
    assert principal(place, second).user_id == second.user_id


def test_sessions_are_listed_and_revoked_by_their_user_only(
    place: AccessPlace, people: People, mobile: Callable[[], str]
) -> None:
    numbers = mobile(), mobile()
    for number in numbers:
        people.add(number)
    mine = [sign_in(place, numbers[0], PASSWORD, HOME) for _ in range(2)]
    other = sign_in(place, numbers[1], PASSWORD, HOME)
    me = principal(place, mine[0])
    listed = list_sessions(place, me)
    assert {each.id for each in listed} == {each.session_id for each in mine}
    assert [each.id for each in listed if each.current] == [mine[0].session_id]
    with pytest.raises(NotFound):
        revoke_session(place, me, other.session_id)
    revoke_session(place, me, mine[1].session_id)
    with pytest.raises(Unauthenticated):
        principal(place, mine[1])
    assert principal(place, other).user_id == other.user_id


@pytest.mark.parametrize("end", ["expires_at", "idle_expires_at"])
def test_sessions_end_by_age_and_by_idleness(
    place: AccessPlace, people: People, mobile: Callable[[], str], end: str
) -> None:
    number = mobile()
    people.add(number)
    made = sign_in(place, number, PASSWORD, HOME)
    people.sql(f"update {{s}}.session set {end} = now() where id = :id", id=made.session_id)
    with pytest.raises(Unauthenticated):
        principal(place, made)
    extend_session(place, token_hash(made.token))
    with pytest.raises(Unauthenticated):
        principal(place, made)


def test_use_extends_a_session_up_to_its_absolute_end(
    place: AccessPlace, people: People, mobile: Callable[[], str]
) -> None:
    number = mobile()
    people.add(number)
    made = sign_in(place, number, PASSWORD, HOME)
    people.sql(
        "update {s}.session set expires_at = now() + interval '1 hour',"
        " idle_expires_at = now() + interval '1 minute' where id = :id",
        id=made.session_id,
    )
    extend_session(place, token_hash(made.token))
    same = people.sql(
        "select idle_expires_at = expires_at from {s}.session where id = :id", id=made.session_id
    )
    assert same is True


def test_a_new_password_ends_all_other_sessions(
    place: AccessPlace, people: People, mobile: Callable[[], str]
) -> None:
    number = mobile()
    people.add(number)
    here, there = (sign_in(place, number, PASSWORD, HOME) for _ in range(2))
    me = principal(place, here)
    with pytest.raises(InvalidInput):
        change_password(place, me, "wrong guess", "another horse", HOME)
    with pytest.raises(InvalidInput):
        change_password(place, me, PASSWORD, f"u{number}@x.cn", HOME)
    change_password(place, me, PASSWORD, "another horse", HOME)
    assert principal(place, here).user_id == me.user_id
    with pytest.raises(Unauthenticated):
        principal(place, there)
    assert outcome(place, number, PASSWORD, HOME) is Unauthenticated
    assert outcome(place, number, "another horse", HOME) is SignedIn


def test_a_one_time_token_works_once_even_in_parallel(
    place: AccessPlace, people: People, mobile: Callable[[], str]
) -> None:
    admin, number = mobile(), mobile()
    people.grant(people.add(admin), "superAdmin")
    user = people.add(number, "NEW", password=None)
    token = reset_password(
        place, principal(place, sign_in(place, admin, PASSWORD, HOME)), user
    ).token
    with pytest.raises(InvalidInput):
        set_password(place, token, "password")

    def spend(position: int) -> str:
        try:
            set_password(place, token, f"{PASSWORD} {position}")
        except NotFound:
            return ""
        return f"{PASSWORD} {position}"

    with ThreadPoolExecutor(4) as pool:
        (password,) = [each for each in pool.map(spend, range(4)) if each]
    assert outcome(place, number, password, HOME) is SignedIn


def test_a_reset_token_is_void_when_old_replaced_or_the_user_disabled(
    place: AccessPlace, people: People, mobile: Callable[[], str]
) -> None:
    admin, number = mobile(), mobile()
    people.grant(people.add(admin), "superAdmin")
    user = people.add(number)
    me = principal(place, sign_in(place, admin, PASSWORD, HOME))
    replaced = reset_password(place, me, user).token
    old = reset_password(place, me, user).token
    people.sql("update {s}.one_time_token set expires_at = now() where used_at is null")
    disabled = reset_password(place, me, user).token
    people.sql("update {s}.\"user\" set status = 'DISABLED' where id = :id", id=user)
    for token in (replaced, old, disabled, "", "\ud800"):
        with pytest.raises(NotFound):
            set_password(place, token, "another horse")


def test_resetting_needs_the_right_and_super_administrators_need_their_like(
    place: AccessPlace, people: People, mobile: Callable[[], str]
) -> None:
    numbers = [mobile() for _ in range(3)]
    admin, clerk, seller = (people.add(number) for number in numbers)
    people.grant(admin, "superAdmin")
    people.grant(clerk, "departmentUserAdmin")
    people.grant(seller, "salesperson")
    signed = [principal(place, sign_in(place, number, PASSWORD, HOME)) for number in numbers]
    assert reset_password(place, signed[1], seller).token
    with pytest.raises(Forbidden):
        reset_password(place, signed[1], admin)
    with pytest.raises(Forbidden):
        reset_password(place, signed[2], clerk)


def test_a_stale_principal_is_refused(
    place: AccessPlace, people: People, mobile: Callable[[], str]
) -> None:
    number = mobile()
    people.add(number)
    me = principal(place, sign_in(place, number, PASSWORD, HOME))
    people.sql("update {s}.state set access_version = access_version + 1")
    with pytest.raises(StaleVersion):
        list_sessions(place, me)
