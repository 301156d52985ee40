"""Any version can be made again from the present one and what came after it."""

import itertools
from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from metadata.configuration.compare import Difference
from metadata.configuration.history import (
    Version,
    differences_from,
    differences_of,
    objects_before,
)
from metadata.configuration.telling import worth_telling
from metadata.model import ObjectDef
from tests.unit.metadata.configuration.test_compare import CAR, LEVEL, NAME
from tests.unit.metadata.configuration.values import objects

AT = datetime(2026, 1, 1, tzinfo=UTC)
Objects = tuple[ObjectDef, ...]


def versions(states: list[Objects]) -> list[Version]:
    """What the rows say of one state after the other, the newest first."""
    found = [
        Version(at, AT, None, "x", differences_from(differences_of(before, after)))
        for at, (before, after) in enumerate(itertools.pairwise(states), start=2)
    ]
    return found[::-1]


@settings(max_examples=30)
@given(st.lists(objects, min_size=1, max_size=4))
def test_every_version_comes_back_to_the_letter(states: list[Objects]) -> None:
    """Physical names, positions, deleted fields and all, in their order."""
    history = versions(states)
    for steps, wanted in enumerate(reversed(states)):
        assert objects_before(states[-1], history[:steps]) == wanted


def test_deleted_fields_may_share_a_name() -> None:
    """The same name was given and taken away twice."""
    twice = replace(CAR, fields=(), deleted_fields=(NAME, replace(NAME, column="c2")))
    once = replace(CAR, fields=(replace(NAME, column="c2"),), deleted_fields=(NAME,))
    assert objects_before((twice,), versions([(once,), (twice,)])) == (once,)


def test_an_object_that_is_the_same_value_is_left_out_of_differences() -> None:
    """With it, or with an equal one in its place, the differences are the same."""
    other = replace(CAR, name="boat", table="o2")
    more, equal = replace(CAR, fields=(NAME, LEVEL)), replace(other)
    assert differences_of((CAR, other), (more, other)) == differences_of(
        (CAR, other), (more, equal)
    )
    assert differences_of((CAR, other), (other, more)) != "[]"
    assert differences_of((CAR, other), (CAR, other)) == "[]"


def test_a_version_that_was_not_kept_is_no_way_back() -> None:
    """Then nothing before it is known either."""
    assert objects_before((CAR,), [Version(2, AT, None, "release", None)]) is None


def told(before: ObjectDef, after: ObjectDef) -> list[str]:
    found: tuple[Difference, ...] = differences_from(differences_of((before,), (after,)))
    return [str(each) for each in worth_telling(found)]


def test_people_are_told_no_physical_names_and_no_moved_positions() -> None:
    """A field more in the middle is one line, and so is a field that goes to the deleted ones."""
    first = replace(LEVEL, position=0, choices=())
    more = replace(
        CAR, fields=(NAME, replace(first, name="x", position=2), replace(LEVEL, position=3))
    )
    assert told(CAR, more) == ["+ car.x: {type: choice, label: {zh: 级别, en: Level}}"]
    gone = replace(CAR, fields=(NAME,), deleted_fields=(LEVEL,))
    assert told(CAR, gone) == ["- car.level"]


def test_people_are_told_a_new_order() -> None:
    """Of the fields that have another place."""
    moved = replace(CAR, fields=(replace(NAME, position=1), replace(LEVEL, position=0)))
    assert told(CAR, moved) == ["~ car.fields.(order): [name, level] → [level, name]"]
