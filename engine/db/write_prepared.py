"""What one connection of the write engine keeps prepared, so that PostgreSQL plans it once.

Goes by the statement's text. PREPARE and EXECUTE travel within the messages of
`statements.py`, which says when; whether names can be kept at all is the engine's to know.
"""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

KEPT_STATEMENTS = 200
_OWN = "qiansi_prepared"


def prepared_of(info: dict[str, Any]) -> "Prepared":
    """What the connection that `info` belongs to has prepared."""
    found: Prepared = info.setdefault(_OWN, Prepared())
    return found


class Prepared:
    """Names are never used twice, so that no error leaves one in the way."""

    def __init__(self) -> None:
        self._names: OrderedDict[str, bytes] = OrderedDict()
        self._count = 0
        self._forgotten = False

    def text(self, sql: str, arguments: bytes) -> bytes:
        """Prepares the statement, in which parameters are `$n`, unless that is done, and
        executes it."""
        name = self._names.get(sql)
        if name is not None:
            self._names.move_to_end(sql)
            return b"execute %b%b" % (name, arguments)
        self._count += 1
        name = self._names[sql] = b"w%d" % self._count
        making = b"prepare %b as %b" % (name, sql.encode())
        return b";".join([*self._discarded(), making, b"execute %b%b" % (name, arguments)])

    def forget(self) -> None:
        """After an error nobody knows what of the message was reached, nor which plans hold."""
        self._names.clear()
        self._forgotten = True

    def _discarded(self) -> list[bytes]:
        if self._forgotten:
            self._forgotten = False
            return [b"deallocate all"]
        if len(self._names) > KEPT_STATEMENTS:
            return [b"deallocate " + self._names.popitem(last=False)[1]]
        return []


def numbered(cursor: Any, sql: str, values: Mapping[str, Any]) -> tuple[str, bytes]:
    """The statement with `$n` for `%(name)s`, and the list of values that EXECUTE takes."""
    text, names = _numbered(sql)
    return text, arguments(cursor, [values[name] for name in names])


def arguments(cursor: Any, values: Sequence[Any]) -> bytes:
    """The list of values that EXECUTE takes."""
    if not values:
        return b""
    found: bytes = cursor.mogrify(_places(len(values)), values)
    return found


@lru_cache(maxsize=200)
def _places(count: int) -> str:
    return f"({', '.join(['%s'] * count)})"


class _Numbers(dict[str, str]):
    """`%(name)s` → `$n`, in the order in which the names appear."""

    def __missing__(self, name: str) -> str:
        found = self[name] = f"${len(self) + 1}"
        return found


@lru_cache(maxsize=2_000)
def _numbered(sql: str) -> tuple[str, tuple[str, ...]]:
    """The statement with numbered parameters, and what they are called."""
    numbers = _Numbers()
    text = sql % numbers
    return text, tuple(numbers)
