"""Two documents → what differs, attribute by attribute; and one of them from the other.

Pure. A difference is told to people, written into the history, and undone from there. The order
of names in a mapping is told as a difference of its own, at a path that ends in ORDER.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from metadata.configuration.documents import ORDERED, SCENES, Document
from metadata.configuration.write import BLOCKS, in_a_line

ORDER = "(order)"
_SCENE_PART = 5  # steps to an attribute of a scene: objects, a name, scenes, a name, where


@dataclass(frozen=True, slots=True)
class Difference:
    """One attribute, or a whole thing that one side lacks: None there."""

    path: tuple[str, ...]
    before: Document
    after: Document

    @property
    def place(self) -> tuple[str, str, str]:
        """(object or role, field or scene, attribute) as people name them; "" where there is
        none."""
        kind, name, *rest = (*self.path, "")
        owner = name if kind == "objects" else f"role {name}"
        if len(rest) > 2 and rest[0] in BLOCKS and rest[1] != ORDER:
            named = f"scene {rest[1]}" if rest[0] == SCENES else rest[1]
            return owner, named, ".".join(each for each in rest[2:] if each)
        return owner, "", ".".join(each for each in rest if each)

    def __str__(self) -> str:
        owner, field, attribute = self.place
        named = f"{owner}.{field}" if field else owner
        if self.before is None and not attribute:
            return f"+ {named}: {in_a_line(self.after)}"
        if self.after is None and not attribute:
            return f"- {named}"
        shown = [_shown(each) for each in (self.before, self.after)]
        return f"~ {named}.{attribute}: {shown[0]} → {shown[1]}"


def compare(before: Document, after: Document) -> tuple[Difference, ...]:
    """What has to change for `before` to become `after`, in the order of `after`."""
    return tuple(_differences(before, after, ()))


def apply_differences(document: Document, differences: Sequence[Difference]) -> Document:
    """`after` of a `before`. Differences from an equal document give an equal document."""
    for each in sorted(differences, key=lambda each: each.path[-1:] == (ORDER,)):
        document = _changed(document, each.path, each.after)
    return document


def undo(document: Document, differences: Sequence[Difference]) -> Document:
    """`before` of an `after`."""
    turned = [replace(each, before=each.after, after=each.before) for each in differences]
    return apply_differences(document, turned)


def _differences(before: Document, after: Document, path: tuple[str, ...]) -> Iterator[Difference]:
    if _is_json(path) or not (isinstance(before, dict) and isinstance(after, dict)):
        if before != after:
            yield Difference(path, before, after)
        return
    for name in (*after, *(each for each in before if each not in after)):
        yield from _differences(before.get(name), after.get(name), (*path, name))
    ordered = path[-1:] and path[-1] in ORDERED and path[0] != "roles"
    if ordered and _is_reordered(list(before), list(after)):
        yield Difference((*path, ORDER), [*before], [*after])


def _is_json(path: tuple[str, ...]) -> bool:
    """The filter of a scene is one value: a null in it is not the same as nothing."""
    return path[:1] == ("objects",) and path[2:3] == (SCENES,) and len(path) == _SCENE_PART


def _is_reordered(before: list[str], after: list[str]) -> bool:
    """Whether adding at the end and taking away does not lead from each one to the other."""
    added = [each for each in after if each not in before]
    gone = [each for each in before if each not in after]
    kept = [each for each in before if each in after]
    return after != kept + added or before != [each for each in after if each in before] + gone


def _changed(document: Document, path: tuple[str, ...], value: Document) -> Document:
    if not path:
        return value
    entries: dict[str, Document] = dict(document) if isinstance(document, Mapping) else {}
    name, *rest = path
    if name == ORDER:
        assert isinstance(value, list)
        return {each: entries[each] for each in value if isinstance(each, str)}
    if not rest and value is None:
        entries.pop(name, None)
    else:
        entries[name] = _changed(entries.get(name), tuple(rest), value)
    return entries


def _shown(value: Document) -> str:
    return "not set" if value is None else in_a_line(value)
