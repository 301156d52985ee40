"""Which passwords are acceptable and how they are stored."""

import pytest
from argon2 import PasswordHasher, Type, extract_parameters

from engine.access.passwords import PasswordHashing, check_password
from engine.base.errors import InvalidInput

HASHING = PasswordHashing(2)


def refusal(password: str, *about: str) -> str:
    with pytest.raises(InvalidInput) as caught:
        check_password(password, about)
    (problem,) = caught.value.problems
    return problem.code


def test_hashes_are_argon2id_at_the_floor() -> None:
    found = extract_parameters(HASHING.hash("correct horse"))
    assert (found.type, found.memory_cost, found.time_cost) == (Type.ID, 19_456, 2)


@pytest.mark.parametrize("password", ["a" * 72 + "b", "密码密码密码密码", "🐎" * 64, " spaces "])
def test_only_the_exact_password_is_the_password(password: str) -> None:
    stored = HASHING.hash(password)
    assert HASHING.verify(stored, password)
    for other in (password[:-1], password + "c", password.swapcase() + " ", password.strip() + "x"):
        assert not HASHING.verify(stored, other)


def test_nobody_has_a_password() -> None:
    assert not HASHING.verify(None, "nobody's password")


@pytest.mark.parametrize("password", ["", "x" * 129, "x" * 10_000_000, "\ud800abcdefg"])
def test_what_cannot_be_a_password_is_refused_before_hashing(
    password: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashing = PasswordHashing(1)
    monkeypatch.setattr(hashing, "_hasher", None)
    assert not hashing.verify("$argon2id$", password)


def test_old_parameters_are_outdated() -> None:
    old = PasswordHasher(time_cost=1, memory_cost=8_192, parallelism=1).hash("correct horse")
    assert HASHING.verify(old, "correct horse")
    assert HASHING.is_outdated(old)
    assert not HASHING.is_outdated(HASHING.hash("correct horse"))


@pytest.mark.parametrize(
    "password", ["correct horse", "12345678-abc-9", "密码密码四五六七", "🐎🐴🦄" * 20, "x y" * 40]
)
def test_long_enough_is_good_enough(password: str) -> None:
    check_password(password, ("13800000001", "张伟"))


@pytest.mark.parametrize(
    "password", ["password", "PassWord1", "12345678", "iloveyou", "1qaz2wsx", "aaaaaaaaaaaa"]
)
def test_common_passwords_are_refused(password: str) -> None:
    assert refusal(password) == "TOO_COMMON"


@pytest.mark.parametrize(
    "password", ["13800000001", "Qiansi2026", "zhang.wei@x.cn", "Zhang.Wei123"]
)
def test_the_account_and_the_product_are_no_passwords(password: str) -> None:
    assert refusal(password, "13800000001", "zhang.wei@x.cn") == "TOO_COMMON"


def test_length_is_bounded() -> None:
    assert (refusal("1234567"), refusal("x" * 129)) == ("TOO_SHORT", "TOO_LONG")
