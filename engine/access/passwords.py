"""Passwords: which are acceptable, how they are hashed and compared (A1, A2, A4, A8).

Does not read the database; who may change whose password is `password_change.py`.
"""

import threading
from collections.abc import Sequence
from functools import lru_cache
from importlib import resources

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from engine.base.errors import InvalidInput, Problem, RateLimited
from metadata.model import Label

MINIMUM_LENGTH = 8
MAXIMUM_LENGTH = 128
_LABEL = Label("密码", "The password")
_PRODUCT_WORDS = ("qiansi", "千丝")
_OWN_CHARACTERS = 5
_WAIT_FOR_SLOT_SECONDS = 8.0


class PasswordHashing:
    """argon2id at the floor of A1; at most `concurrency` hashes of 19 MiB at a time (A8)."""

    def __init__(self, concurrency: int) -> None:
        self._hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
        self._slots = threading.BoundedSemaphore(concurrency)
        # Compared against for users that do not exist, so that they take as long (A4).
        self._nobody = self._hasher.hash("nobody's password")

    def hash(self, password: str) -> str:
        """The text to store. Blocks; raises RateLimited when all slots stay taken."""
        with self._slot():
            return self._hasher.hash(password)

    def verify(self, stored: str | None, password: str) -> bool:
        """Whether `password` is the one behind `stored`; None always compares and fails.

        Exact: neither cut nor normalised. A text that is too long or not encodable is
        refused before anything is hashed.
        """
        if not is_hashable(password):
            return False
        with self._slot():
            try:
                self._hasher.verify(stored or self._nobody, password)
            except (VerificationError, InvalidHashError):
                return False
        return stored is not None

    def is_outdated(self, stored: str) -> bool:
        """Whether `stored` was made with other parameters and should be made anew."""
        return self._hasher.check_needs_rehash(stored)

    def _slot(self) -> "_Slot":
        return _Slot(self._slots)


class _Slot:
    def __init__(self, slots: threading.BoundedSemaphore) -> None:
        self._slots = slots

    def __enter__(self) -> None:
        if not self._slots.acquire(timeout=_WAIT_FOR_SLOT_SECONDS):
            raise RateLimited("sign_in", extensions={"retryAfter": 1})

    def __exit__(self, *_: object) -> None:
        self._slots.release()


@lru_cache(maxsize=8)
def password_hashing(concurrency: int) -> PasswordHashing:
    """The one of this process; the bound is worth nothing if each caller makes its own."""
    return PasswordHashing(concurrency)


def is_hashable(password: str) -> bool:
    """Short enough, and real text (JSON can carry half of a surrogate pair)."""
    if not 0 < len(password) <= MAXIMUM_LENGTH:
        return False
    try:
        password.encode()
    except UnicodeEncodeError:
        return False
    return True


def check_password(
    password: str, about: Sequence[str | None], path: tuple[str | int, ...] = ("password",)
) -> None:
    """Raises InvalidInput unless `password` may be chosen.

    `about` are the words of its user (account, name). No composition rules: length, not a
    common one, and not merely the product's or the user's name with a few characters (A2).
    """
    if len(password) < MINIMUM_LENGTH:
        raise _refusal(path, "TOO_SHORT", minimum=MINIMUM_LENGTH)
    if len(password) > MAXIMUM_LENGTH:
        raise _refusal(path, "TOO_LONG", maximum=MAXIMUM_LENGTH)
    if not is_hashable(password):
        raise _refusal(path, "BAD_FORMAT")
    if _is_common(password.lower(), about):
        raise _refusal(path, "TOO_COMMON")


def _refusal(path: tuple[str | int, ...], code: str, **params: int) -> InvalidInput:
    return InvalidInput([Problem(path, code, {"field": _LABEL, **params})])


def _is_common(lowered: str, about: Sequence[str | None]) -> bool:
    if lowered in _common_passwords() or len(set(lowered)) < 3:
        return True
    rest = lowered
    for word in (*_PRODUCT_WORDS, *_words(about)):
        rest = rest.replace(word, "")
    return rest != lowered and len(rest) < _OWN_CHARACTERS


def _words(about: Sequence[str | None]) -> list[str]:
    """The user's own words, longest first; an address also counts up to its @."""
    given = [text.strip().lower() for text in about if text]
    words = {*given, *(text.partition("@")[0] for text in given)}
    return sorted((word for word in words if len(word) >= 2), key=len, reverse=True)


@lru_cache(maxsize=1)
def _common_passwords() -> frozenset[str]:
    text = resources.files("engine.access").joinpath("common_passwords.txt").read_text("utf-8")
    return frozenset(text.split("\n"))
