"""What a change breaks or touches, beyond the metadata: a finder per feature that keeps rows.

A finder is `(connection, schema, snapshot, object, field or None) → impacts` in the module of
its feature; here they are only listed.
"""

from collections.abc import Callable, Iterable

from sqlalchemy import Connection

from metadata.changes.change import Change, Objects
from metadata.changes.client_operations import operations_that_touch
from metadata.references import Impact, users_of
from metadata.roles import roles_that_name
from metadata.scene_impact import list_settings_that_name, scenes_that_name
from metadata.snapshot import Snapshot, living

Finder = Callable[[Connection, str, Snapshot, str, str | None], Iterable[Impact]]

FINDERS: tuple[Finder, ...] = (
    roles_that_name,
    operations_that_touch,
    scenes_that_name,
    list_settings_that_name,
)


def find_impact(
    connection: Connection, schema: str, objects: Objects, change: Change
) -> tuple[Impact, ...]:
    """Who uses what the change is about, as it is before the change."""
    object_name, field_name = change.concerns
    if not object_name or not change.breaks:
        return ()
    field = field_name or None
    snapshot = Snapshot(0, living(objects))
    return (
        *users_of(objects, object_name, field),
        *(
            each
            for find in FINDERS
            for each in find(connection, schema, snapshot, object_name, field)
        ),
    )
