"""The query for what of the metadata can be brought back; `metadata` has what is there."""

from datetime import datetime, timedelta

import strawberry

from metadata.changes.absent import Absent, AbsentField
from resolvers.context import RequestContext
from resolvers.metadata_absent import metadata_absent
from schema.operations.requests import Info, operation


@strawberry.type
class MetadataAbsentField:
    """A field that is hidden, to be shown again by `updateField`, or deleted, to be restored by
    `restoreField` until it is purged; one that went with an object comes back with that."""

    object: str
    name: str
    label: str
    type: str
    deleted_at: datetime | None
    purged_at: datetime | None
    deleted_with: str | None


@strawberry.type
class MetadataAbsentObject:
    """A deleted object; `restoreObject` brings it back until it is purged."""

    name: str
    label: str
    deleted_at: datetime
    purged_at: datetime


@strawberry.type
class MetadataAbsent:
    """What is hidden or deleted and can be brought back; what is deleted the newest first."""

    hidden_fields: list[MetadataAbsentField]
    deleted_fields: list[MetadataAbsentField]
    deleted_objects: list[MetadataAbsentObject]


@strawberry.type
class MetadataAbsentQueries:
    @operation("The hidden and deleted fields and the deleted objects, for administrators.")
    async def metadata_absent(self, info: Info) -> MetadataAbsent:
        return _payload(await metadata_absent(info.context), info.context)


def _payload(found: Absent, context: RequestContext) -> MetadataAbsent:
    kept = timedelta(days=context.services.settings.trash_days)
    return MetadataAbsent(
        hidden_fields=[_field(each, context.language, kept) for each in found.hidden_fields],
        deleted_fields=[_field(each, context.language, kept) for each in found.deleted_fields],
        deleted_objects=[
            MetadataAbsentObject(
                name=each.object.name,
                label=each.object.label.of(context.language),
                deleted_at=each.deleted_at,
                purged_at=each.deleted_at + kept,
            )
            for each in found.deleted_objects
        ],
    )


def _field(absent: AbsentField, language: str, kept: timedelta) -> MetadataAbsentField:
    return MetadataAbsentField(
        object=absent.object.name,
        name=absent.field.name,
        label=absent.field.label.of(language),
        type=absent.field.type,
        deleted_at=absent.deleted_at,
        purged_at=None if absent.deleted_at is None else absent.deleted_at + kept,
        deleted_with=absent.deleted_with or None,
    )
