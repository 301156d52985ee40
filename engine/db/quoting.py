"""The only place where a name becomes SQL text. Values never come through here."""

import re
from functools import lru_cache

_PHYSICAL = re.compile(r"[a-z_][a-z0-9_]{0,62}", re.ASCII)
_API = re.compile(r"[A-Za-z][A-Za-z0-9]{0,59}:?", re.ASCII)


@lru_cache(maxsize=10_000)
def quote(name: str) -> str:
    """The identifier in double quotes. Raises ValueError for what is not a physical name.

    Physical names are generated: short, lower case, ASCII (M12), so nothing has to be escaped.
    """
    if _PHYSICAL.fullmatch(name) is None:
        raise ValueError(f"not a physical name: {name!r}")
    return f'"{name}"'


@lru_cache(maxsize=10_000)
def table(schema: str, name: str) -> str:
    """`"schema"."name"`."""
    return f"{quote(schema)}.{quote(name)}"


def literal(name: str) -> str:
    """An object or type name of the metadata (or its id prefix `Name:`) as an SQL literal.

    The only text in quotes that is written into statements; nothing of a request gets here.
    """
    if _API.fullmatch(name) is None:
        raise ValueError(f"not a name of the metadata: {name!r}")
    return f"'{name}'"
