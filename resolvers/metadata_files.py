"""The company's configuration as a file, and its history, for those who may change metadata.

What they are is `metadata/configuration`, what becomes of a change `metadata/changes`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import Connection

from engine.access.principals import check_principal
from engine.base.errors import InvalidInput, Problem
from engine.base.identifiers import RecordId
from engine.db.write_engine import transaction
from metadata.changes.change import ChangeResult
from metadata.changes.go_back import change_back
from metadata.changes.replace_all import ReplaceAll
from metadata.configuration.compare import Difference, compare
from metadata.configuration.documents import configuration_document
from metadata.configuration.history import Version, load_versions
from metadata.configuration.load import load_configuration
from metadata.configuration.read import read_configuration
from metadata.configuration.telling import worth_telling
from metadata.configuration.write import write_configuration
from metadata.standard import RELEASE
from resolvers.context import RequestContext
from resolvers.metadata_changes import authorise_metadata, change_metadata
from resolvers.staleness import again_when_stale

MOST_VERSIONS = 50

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class VersionPage:
    versions: tuple[Version, ...]
    has_next_page: bool


async def metadata_file(context: RequestContext) -> str:
    """The whole configuration as text."""

    def read(connection: Connection) -> str:
        found = load_configuration(connection, context.company.schema)
        return write_configuration(found, RELEASE)

    return await _read(context, read)


async def metadata_difference(context: RequestContext, file: str) -> tuple[Difference, ...]:
    """What applying the file would change. Raises InvalidInput with all problems of the file."""

    def read(connection: Connection) -> tuple[Difference, ...]:
        present = load_configuration(connection, context.company.schema)
        wanted = read_configuration(file)
        documents = [configuration_document(each) for each in (present, wanted)]
        return worth_telling(compare(*documents))

    return await _read(context, read)


async def metadata_history(context: RequestContext, first: int, after: str | None) -> VersionPage:
    """Versions, the newest first. Raises InvalidInput."""
    if not 1 <= first <= MOST_VERSIONS:
        limits = {"minimum": 1, "maximum": MOST_VERSIONS}
        raise InvalidInput([Problem(("first",), "OUT_OF_RANGE", limits)])
    before = _version(after)

    def read(connection: Connection) -> VersionPage:
        schema = context.company.schema
        found = load_versions(connection, schema, first=first + 1, before=before)
        return VersionPage(found[:first], len(found) > first)

    return await _read(context, read)


async def apply_file(context: RequestContext, file: str, dry_run: bool) -> ChangeResult:
    """What is wrong with the text comes as problems, like what is wrong with the change."""
    viewer = context.viewer()
    authorise_metadata(context, viewer)
    try:
        wanted = await context.in_thread(read_configuration, file)
    except InvalidInput as error:
        return ChangeResult(False, context.snapshot.version, error.problems)
    may = viewer.profile.is_super
    change = ReplaceAll(wanted.objects, wanted.roles, wanted.scenes, may_write_roles=may)
    return await change_metadata(context, change, dry_run)


async def roll_back(context: RequestContext, version: int, dry_run: bool) -> ChangeResult:
    authorise_metadata(context, context.viewer())
    engine = context.services.engine
    change = await context.in_thread(change_back, engine, context.company, version)
    if isinstance(change, ChangeResult):
        return change
    return await change_metadata(context, change, dry_run)


def user_of(version: Version) -> RecordId | None:
    """Who made the version; None: a release, or the command line."""
    return None if version.user_id is None else RecordId("user", version.user_id)


async def _read(context: RequestContext, read: Callable[[Connection], _T]) -> _T:
    """What `read` gives for a viewer who may change metadata, as of now."""

    def in_transaction() -> _T:
        with transaction(context.services.engine) as connection:
            check_principal(connection, context.viewer())
            return read(connection)

    async def work() -> _T:
        authorise_metadata(context, context.viewer())
        return await context.in_thread(in_transaction)

    return await again_when_stale(context, work)


def _version(after: str | None) -> int | None:
    if after is None:
        return None
    if not (after.isascii() and after.isdigit() and len(after) < 19):
        raise InvalidInput([Problem(("after",), "BAD_CURSOR")])
    return int(after)
