"""Whether a scene works: its JSON against the object's input types and the rights of whoever wants
to keep it. The same for a user's own scene and for one of a metadata file."""

from collections.abc import Mapping
from typing import Any

from engine.base.errors import Problem
from engine.scenes.usable import Eyes, Path, Typing, check_condition, check_order, conjuncts

MOST_CONDITIONS = 50
_DEEPEST = 40


def scene_problems(
    given: tuple[str, Mapping[str, Any]], path: Path, eyes: Eyes, typing: Typing
) -> list[Problem]:
    """`given` is the object, and `where` and `orderBy` as JSON, which stand at `path`."""
    object_name, values = given
    where = {} if values.get("where") is None else values["where"]
    orders = [] if values.get("orderBy") is None else values["orderBy"]
    problems = _shape_problems(where, orders, path)
    if problems:
        return problems
    for place, condition in conjuncts(where, (*path, "where")):
        problems += check_condition(object_name, (place, condition), eyes, typing)[1]
    for at, order in enumerate(orders):
        placed = ((*path, "orderBy", at), order)
        problems += check_order(object_name, placed, eyes, typing)[1]
    return problems


def is_too_deep(value: Any) -> bool:
    """Looked at level by level: what is read by recursion later must not end it."""
    level = [value]
    for _ in range(_DEEPEST):
        level = [
            inner
            for each in level
            if isinstance(each, dict | list)
            for inner in (each.values() if isinstance(each, dict) else each)
        ]
    return bool(level)


def _shape_problems(where: Any, orders: Any, path: Path) -> list[Problem]:
    if is_too_deep(where) or is_too_deep(orders):
        return [Problem(path, "TOO_COMPLEX")]
    if not isinstance(where, dict):
        return [Problem((*path, "where"), "BAD_FORMAT")]
    if not isinstance(orders, list) or not all(isinstance(each, dict) for each in orders):
        return [Problem((*path, "orderBy"), "BAD_FORMAT")]
    counts = {"orderBy": len(orders), "where": sum(1 for _ in conjuncts(where, ()))}
    for name, number in counts.items():
        if number > MOST_CONDITIONS:
            return [Problem((*path, name), "TOO_LONG", {"maximum": MOST_CONDITIONS})]
    return []
