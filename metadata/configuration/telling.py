"""Differences as people are told them: without what belongs to one company, moves as an order.

Pure. What is left out matters to going back alone (`history.py`).
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from metadata.configuration.compare import ORDER, Difference
from metadata.configuration.documents import OWN, SCENES, Document, camel_case
from metadata.configuration.write import BLOCKS

_OWN = frozenset(camel_case(each) for each in OWN)
_POSITION = "position"


def worth_telling(differences: Sequence[Difference]) -> tuple[Difference, ...]:
    """Where something was added or taken away, that the rest moved up or down is not told."""
    told = [
        replace(each, before=_shareable(each.before), after=_shareable(each.after))
        if _is_whole(each)
        else each
        for each in _singly(differences)
        # attributes are every other step: objects, a name, an attribute, a name …
        if not _OWN & {*each.path[2::2]} and (each.path[-1:] != (ORDER,) or _is_moved(each))
    ]
    return (*told, *_moves(differences))


def _singly(differences: Sequence[Difference]) -> Iterator[Difference]:
    """The first scenes of an object, and its last ones, one by one."""
    for each in differences:
        if len(each.path) != len(("objects", "name", SCENES)) or each.path[2] != SCENES:
            yield each
            continue
        sides = (each.before, each.after)
        before, after = (side if isinstance(side, dict) else {} for side in sides)
        for name in before | after:
            yield Difference((*each.path, name), before.get(name), after.get(name))


def _is_whole(difference: Difference) -> bool:
    """Whether a whole object, role, field or scene is there on one side only."""
    return len(difference.path) > 1 and difference.path[-2] in BLOCKS


def _shareable(thing: Document) -> Document:
    if not isinstance(thing, dict):
        return thing
    return {
        name: {key: _shareable(each) for key, each in value.items()}
        if name in BLOCKS and isinstance(value, dict)
        else value
        for name, value in thing.items()
        if name not in _OWN
    }


def _is_moved(order: Difference) -> bool:
    assert isinstance(order.before, list) and isinstance(order.after, list)
    kept = [each for each in order.before if each in order.after]
    return kept != [each for each in order.after if each in order.before]


def _moves(differences: Sequence[Difference]) -> Iterator[Difference]:
    """Per object the fields with another position, in their order before and after."""
    resized = {each.path[:-1] for each in differences if _is_whole(each)}
    moved: dict[tuple[str, ...], list[Difference]] = {}
    for each in differences:
        place = each.path[:-2]
        if each.path[4::2] == (_POSITION,) and place not in resized:
            moved.setdefault(place, []).append(each)
    for place, found in moved.items():
        before = [each.path[-2] for each in sorted(found, key=lambda each: _number(each.before))]
        after = [each.path[-2] for each in sorted(found, key=lambda each: _number(each.after))]
        if before != after:
            yield Difference((*place, ORDER), [*before], [*after])


def _number(position: Document) -> int:
    return position if isinstance(position, int) else 0
