"""What a scene or a list setting may hold, whatever its object: texts that a database takes, and
sizes. What the JSON means is checked elsewhere (`resolvers/scene_checks.py`)."""

from collections.abc import Callable, Mapping
from typing import Any

import orjson

from engine.base.errors import InvalidInput, Problem
from metadata.field_types.clean import clean_line
from metadata.field_types.contract import FieldProblem

MOST_SCENES = 100  # of one user and object
LONGEST_NAME = 50
LONGEST_SEARCH = 200
LONGEST_JSON = 20_000


def check_values(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values of a scene as they are stored, JSON as text. Raises InvalidInput with every
    problem."""
    found: dict[str, Any] = {}
    problems: list[Problem] = []
    for name, value in values.items():
        try:
            found[name] = _STORED[name](value)
        except FieldProblem as problem:
            problems.append(Problem(("input", name), problem.code, problem.params))
    if problems:
        raise InvalidInput(problems)
    return found


def json_text(value: Any) -> str:
    """JSON as text. Raises FieldProblem for what no database takes (M25), and for too much."""
    try:
        text = orjson.dumps(value).decode()
    except (TypeError, UnicodeError):
        raise FieldProblem("BAD_FORMAT") from None
    if "\\u0000" in text:
        raise FieldProblem("BAD_FORMAT")
    if len(text) > LONGEST_JSON:
        raise FieldProblem("TOO_LONG", maximum=LONGEST_JSON)
    return text


def _name(value: Any) -> str:
    name = clean_line(value, LONGEST_NAME)
    if name is None:
        raise FieldProblem("REQUIRED")
    return name


_STORED: Mapping[str, Callable[[Any], Any]] = {
    "name": _name,
    "search": lambda value: clean_line(value, LONGEST_SEARCH),
    "where": lambda value: json_text({} if value is None else value),
    "orderBy": lambda value: json_text([] if value is None else value),
}
