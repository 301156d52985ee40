"""The configuration as a file, what differs from one, the history of versions, and the way back."""

from datetime import datetime

import strawberry

from metadata.configuration.compare import Difference
from metadata.configuration.history import Version
from metadata.configuration.telling import worth_telling
from metadata.configuration.write import in_a_line
from resolvers import metadata_files as resolvers
from schema.operations.metadata_changes import MetadataChange, MetadataProblem, payload, told
from schema.operations.requests import Info, operation
from schema.placeholders import GeneratedRecord, generated


@strawberry.type
class MetadataDifference:
    """One attribute of an object, field, role or scene; without an attribute the whole of it. Null
    is not there, or as by default. A role stands as the object, a scene as the field of its
    object: `role seller`, `scene Important`."""

    object: str
    field: str | None
    attribute: str | None
    before: str | None
    after: str | None


@strawberry.type
class MetadataVersion:
    """`kind` is what made it: release, createField … `user` is null for what no user did;
    `differences` is null where they were not kept. `problem` says why the version came about where
    nobody wanted it: a field gave up being unique."""

    version: int
    at: datetime
    kind: str
    differences: list[MetadataDifference] | None
    problem: MetadataProblem | None
    user: GeneratedRecord | None = generated("user")


@strawberry.type
class MetadataHistory:
    """The newest versions first; `endCursor` is for `after`."""

    nodes: list[MetadataVersion]
    has_next_page: bool
    end_cursor: str | None


@strawberry.type
class MetadataFileQueries:
    @operation("The whole configuration as a text that can be compared, changed and applied.")
    async def metadata_file(self, info: Info) -> str:
        return await resolvers.metadata_file(info.context)

    @operation("What differs between the company and a file, as applying it would change it.")
    async def metadata_difference(self, info: Info, file: str) -> list[MetadataDifference]:
        found = await resolvers.metadata_difference(info.context, file)
        return [_difference(each) for each in found]

    @operation("The versions of the metadata: who changed what, and when.")
    async def metadata_history(
        self, info: Info, first: int = 20, after: str | None = None
    ) -> MetadataHistory:
        page = await resolvers.metadata_history(info.context, first, after)
        nodes = [_version(each, info.context.language) for each in page.versions]
        cursor = str(nodes[-1].version) if nodes else None
        return MetadataHistory(nodes=nodes, has_next_page=page.has_next_page, end_cursor=cursor)


@strawberry.type
class MetadataFileMutations:
    @operation("Bring the configuration to what a file says.")
    async def apply_metadata_file(
        self, info: Info, file: str, dry_run: bool = False
    ) -> MetadataChange:
        result = await resolvers.apply_file(info.context, file, dry_run)
        return payload(result, info.context.language)

    @operation("Go back to an earlier version, unless values would be lost.")
    async def roll_back_metadata(
        self, info: Info, version: int, dry_run: bool = False
    ) -> MetadataChange:
        result = await resolvers.roll_back(info.context, version, dry_run)
        return payload(result, info.context.language)


def _version(version: Version, language: str) -> MetadataVersion:
    known = version.differences
    user = resolvers.user_of(version)
    return MetadataVersion(
        version=version.version,
        at=version.created_at,
        kind=version.kind,
        differences=None if known is None else [_difference(e) for e in worth_telling(known)],
        problem=None if version.problem is None else told(version.problem, language),
        user=None if user is None else GeneratedRecord(user),
    )


def _difference(difference: Difference) -> MetadataDifference:
    object_name, field, attribute = difference.place
    sides = (difference.before, difference.after)
    before, after = (None if each is None else in_a_line(each) for each in sides)
    return MetadataDifference(
        object=object_name,
        field=field or None,
        attribute=attribute or None,
        before=before,
        after=after,
    )
