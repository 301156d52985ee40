"""How much an administrator may add to one company (E2). PostgreSQL ends at 1,600 columns."""

from collections.abc import Sequence

from engine.base.errors import Problem
from metadata.model import ObjectDef

CUSTOM_FIELDS = 200  # per object
CUSTOM_OBJECTS = 200
OPTIONS = 200  # per field
DELETED_FIELDS = 50  # kept for restoring; the oldest is purged when there are more
COLUMNS = 1_200  # of one table, with those of deleted and purged fields


def no_room(objects: Sequence[ObjectDef], argument: str) -> list[Problem]:
    """Whether one more custom object would be too many, told at the argument."""
    if sum(item.custom and item.deleted_at is None for item in objects) < CUSTOM_OBJECTS:
        return []
    return [Problem((argument,), "TOO_MANY_OBJECTS", {"limit": CUSTOM_OBJECTS})]
