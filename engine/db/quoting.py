"""The only place where an identifier becomes SQL text. Values never come through here."""

import re

_NAME = re.compile(r"[a-z_][a-z0-9_]{0,62}", re.ASCII)


def quote(name: str) -> str:
    """The identifier in double quotes. Raises ValueError for what is not a physical name.

    Physical names are generated: short, lower case, ASCII (M12), so nothing has to be escaped.
    """
    if _NAME.fullmatch(name) is None:
        raise ValueError(f"not a physical name: {name!r}")
    return f'"{name}"'


def table(schema: str, name: str) -> str:
    """`"schema"."name"`."""
    return f"{quote(schema)}.{quote(name)}"
