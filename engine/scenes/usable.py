"""What of a scene works for a viewer now: conditions that do not are left out, and told.

A scene is a conjunction. A condition that names a field which is gone, or which the viewer may
not read, is left out as a whole, however deep in it the name stands: a list shows more than the
scene says rather than a part that nobody can explain, and says so. An option that is gone is
told, but its condition holds: no record has it. Whether a condition works is found by compiling
it, so the gate (`engine/access/fields.py`) is asked and nothing else.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.access.model import AccessProfile
from engine.base.errors import AppError, FieldForbidden, InvalidInput, Problem
from engine.query.filters import Level, where
from engine.query.ordering import order_of
from engine.query.planning import Place, Planning, Source
from engine.query.request import AppliedScene
from metadata.mentions import Mention, mentions_of_filter, mentions_of_order
from metadata.snapshot import Snapshot

Path = tuple[str | int, ...]
Coerce = Callable[[Any, Path], tuple[Any, Sequence[Problem]]]


@dataclass(frozen=True, slots=True)
class Eyes:
    """Who would use the scene, of which company's metadata, and where."""

    snapshot: Snapshot
    profile: AccessProfile
    place: Place


@dataclass(frozen=True, slots=True)
class Typing:
    """How JSON becomes the values of the object's input types; both give problems for what is
    not of the type. The types are GraphQL's, which the engine does not know."""

    where: Coerce
    order: Coerce


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A scene as it is written down. `key` tells it from every other and from its own past;
    `stored` is number and version of its row."""

    object: str
    key: tuple[str | int, ...]
    where: Mapping[str, Any]
    search: str | None = None
    order_by: Sequence[Mapping[str, Any]] = ()
    stored: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Usable:
    """What works, what does not and why, and the conditions that work as they were written."""

    scene: AppliedScene
    problems: tuple[Problem, ...]
    kept: tuple[Mapping[str, Any], ...]


def usable(written: Written, eyes: Eyes, typing: Typing) -> Usable:
    """The part of the scene that works for these eyes, and every problem of the rest."""
    problems: list[Problem] = []
    conditions, kept, orders = [], [], []
    for path, condition in conjuncts(written.where, ("where",)):
        value, found = check_condition(written.object, (path, condition), eyes, typing)
        problems += found
        if value is not None:
            conditions.append((path, value))
            kept.append(condition)
    for at, order in enumerate(written.order_by):
        value, found = check_order(written.object, (("orderBy", at), order), eyes, typing)
        problems += found
        if value is not None:
            orders.append(value)
    scene = AppliedScene(
        written.key, tuple(conditions), written.search, tuple(orders), written.stored
    )
    return Usable(scene, tuple(problems), tuple(kept))


def conjuncts(where: Mapping[str, Any], path: Path) -> Iterator[tuple[Path, Mapping[str, Any]]]:
    """The conditions that must all hold, each as a `where` object by itself, with its place."""
    for name, value in where.items():
        if name == "and" and isinstance(value, list) and all(isinstance(v, dict) for v in value):
            for at, part in enumerate(value):
                yield from conjuncts(part, (*path, "and", at))
        elif value is not None:
            yield path, {name: value}


def check_condition(
    object_name: str, given: tuple[Path, Mapping[str, Any]], eyes: Eyes, typing: Typing
) -> tuple[Any, list[Problem]]:
    """The typed condition, None when it does not work; and what is wrong with it."""
    path, condition = given
    named = list(mentions_of_filter(eyes.snapshot, object_name, condition, path))

    def compile(value: Any) -> None:
        planning = Planning(eyes.snapshot, eyes.profile, eyes.place)
        where(planning, planning.row(object_name), value, Level(path))

    value, problems = _checked(given, named, typing.where, compile)
    return value, problems or list(_gone_options(eyes.snapshot, named))


def check_order(
    object_name: str, given: tuple[Path, Mapping[str, Any]], eyes: Eyes, typing: Typing
) -> tuple[Any, list[Problem]]:
    """The same for one object of an `orderBy`."""
    path, order = given
    named = list(mentions_of_order(eyes.snapshot, object_name, order, path))

    def compile(value: Any) -> None:
        planning = Planning(eyes.snapshot, eyes.profile, eyes.place)
        order_of(planning, Source(planning, planning.row(object_name)), [value])

    return _checked(given, named, typing.order, compile)


def _checked(
    given: tuple[Path, Any],
    named: Sequence[Mention],
    coerce: Coerce,
    compile: Callable[[Any], None],
) -> tuple[Any, list[Problem]]:
    path, written = given
    unknown = [
        Problem(each.path, "FIELD_GONE", {"field": each.name})
        for each in named
        if each.field is None
    ]
    if unknown:
        return None, unknown
    value, problems = coerce(written, path)
    if problems:
        return None, list(problems)
    try:
        compile(value)
    except FieldForbidden as refused:
        return None, [_forbidden(refused, named, path)]
    except InvalidInput as invalid:
        return None, list(invalid.problems)
    except AppError as error:
        return None, [Problem(path, error.code, error.params)]
    return value, []


def _forbidden(refused: FieldForbidden, named: Sequence[Mention], path: Path) -> Problem:
    object_name, field = refused.params["object"], refused.params["field"]
    at = next((each.path for each in named if each.is_of(object_name, field)), path)
    return Problem(at, "FIELD_FORBIDDEN", {"object": object_name, "field": field})


def _gone_options(snapshot: Snapshot, named: Sequence[Mention]) -> Iterator[Problem]:
    for each in named:
        if each.field is None or not isinstance(each.value, Mapping):
            continue
        field = snapshot.field(each.object, each.field)
        known = {choice.value for choice in field.choices}
        if not known:
            continue
        for operator, value in each.value.items():
            values = value if isinstance(value, list) else [value]
            if any(isinstance(v, str) and v not in known for v in values):
                yield Problem((*each.path, operator), "UNKNOWN_OPTION", {"field": field.label})
