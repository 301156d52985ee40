"""Names of custom objects: each gives root fields, which no other object may give too. Pure.

Whether the types that follow from a name are free is found by building the schema.
"""

from collections.abc import Iterator
from dataclasses import replace

from engine.base.errors import Problem
from metadata.changes.change import Objects
from metadata.changes.naming import fold, name_problem, propose_name
from metadata.model import ObjectDef
from metadata.snapshot import living


def with_names(objects: Objects, item: ObjectDef) -> ObjectDef:
    """The object with a name from its Chinese label and a plural, where it has none."""
    taken = taken_roots(objects)
    name = item.name or propose_name(item.label.zh, taken, "object")
    return replace(item, name=name, plural=item.plural or f"{name}s")


def object_name_problems(objects: Objects, item: ObjectDef) -> Iterator[Problem]:
    """Why it cannot be called so. Names of deleted and purged objects stay taken: the operation
    log still speaks of them."""
    taken, living_only = taken_roots(objects), taken_roots(living(objects))
    for name, path in ((item.name, "name"), (item.plural, "plural")):
        for problem in name_problem(name, taken, path):
            gone = problem.code == "NAME_TAKEN" and fold(name) not in living_only
            yield replace(problem, params={**problem.params, "gone": True}) if gone else problem
    if fold(item.plural) in {fold(name) for name in _roots(item.name)}:
        yield Problem(("input", "plural"), "NAME_TAKEN", {"value": item.plural})


def taken_roots(objects: Objects) -> set[str]:
    return {
        fold(name) for item in objects for name in (*_roots(item.name), *_roots(item.plural)[:1])
    }


def _roots(name: str) -> tuple[str, ...]:
    return name, f"{name}Groups", f"{name}Neighbors"
