"""Labels tell the fields of an object apart for people (peer fact 1.2). Pure.

Looked at once a change is done, so that a file may exchange two of them; what was alike before
is left alone.
"""

from collections.abc import Iterator

from engine.base.errors import Problem
from metadata.model import FieldDef, ObjectDef

_LANGUAGES = ("zh", "en")


def taken_labels(before: ObjectDef | None, item: ObjectDef) -> Iterator[Problem]:
    """New labels that another field of the object has, told at fields.<name>.label.<language>;
    `before` is the object before the change."""
    known = {} if before is None else {each.name: each for each in before.fields}
    for field in item.fields:
        if field.name not in known or known[field.name].label != field.label:
            yield from _taken(item, field)


def _taken(item: ObjectDef, field: FieldDef) -> Iterator[Problem]:
    for language in _LANGUAGES:
        for other in item.fields:
            if other is not field and _folded(other, language) == _folded(field, language):
                told = {"value": field.label.of(language), "name": other.name}
                yield Problem(("fields", field.name, "label", language), "LABEL_TAKEN", told)
                return


def _folded(field: FieldDef, language: str) -> str:
    return field.label.of(language).strip().casefold()
