"""What hangs on records of many objects, and which objects those are. Pure."""

from dataclasses import replace

from metadata.changes.change import Objects
from metadata.model import ObjectDef
from metadata.standard.collaboration import CAPABILITY_OF


def with_satellites(objects: Objects, target: ObjectDef) -> Objects:
    """Follow-ups, teams, files and so on may hang on records of `target` as far as it can that."""
    return tuple(
        _with_target(item, target.name)
        if item.name in CAPABILITY_OF and target.can(CAPABILITY_OF[item.name])
        else item
        for item in objects
    )


def without_satellites(objects: Objects, name: str) -> Objects:
    """Nothing may hang on records of the object `name` any more; the rows stay."""
    return tuple(_without_target(item, name) for item in objects)


def _with_target(item: ObjectDef, name: str) -> ObjectDef:
    return replace(
        item,
        fields=tuple(
            replace(field, targets=(*field.targets, name))
            if field.type == "record" and name not in field.targets
            else field
            for field in item.fields
        ),
    )


def _without_target(item: ObjectDef, name: str) -> ObjectDef:
    if not any(name in field.targets for field in item.fields):
        return item
    return replace(
        item,
        fields=tuple(
            replace(field, targets=tuple(each for each in field.targets if each != name))
            for field in item.fields
        ),
    )
