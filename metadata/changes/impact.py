"""What a change breaks or touches, beyond the metadata: a finder per feature that keeps rows.

A finder is `(connection, schema, snapshot, object, field or None) → impacts` in the module of
its feature; here they are only listed. Documents registered with the servers are in no row: who
runs the change says what they touch.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from metadata.changes.change import Change, Objects
from metadata.changes.client_operations import (
    Operation,
    documents_that_touch,
    operations_that_touch,
)
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


@dataclass(frozen=True, slots=True)
class Sources:
    """Where is looked: the rows of a company, and what registered documents touch."""

    connection: Connection
    schema: str
    documents: Sequence[Operation] = ()


def find_impact(sources: Sources, objects: Objects, change: Change) -> tuple[Impact, ...]:
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
            for each in find(sources.connection, sources.schema, snapshot, object_name, field)
        ),
        *documents_that_touch(sources.documents, object_name, field),
    )
