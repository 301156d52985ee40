"""API names of objects and fields: their grammar, and the physical name that follows from one.

Labels never become names (M12); names are fixed once created.
"""

import re

LONGEST_NAME = 40
_GRAMMAR = re.compile(rf"[a-z][A-Za-z0-9]{{0,{LONGEST_NAME - 1}}}", re.ASCII)
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
# words of `where`, of GraphQL, and what every type has anyway
RESERVED = frozenset({"id", "node", "and", "or", "not", "is", "true", "false", "null"})


class BadName(ValueError):
    """An API name that is not allowed; the text says which rule it breaks."""


def snake_case(api_name: str) -> str:
    """`nextContactAt` → `next_contact_at`, the physical name of what ships."""
    return _HUMP.sub("_", api_name).lower()


def check_api_name(name: str) -> str:
    """The name itself when it follows the grammar and is free. Raises BadName (E1)."""
    if not _GRAMMAR.fullmatch(name):
        raise BadName(f"{name!r} is no camelCase name of at most {LONGEST_NAME} ASCII letters")
    if name in RESERVED:
        raise BadName(f"{name!r} is a reserved name")
    return name
