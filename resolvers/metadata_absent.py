"""What of the metadata can be brought back, for those who may change it."""

from engine.access.principals import check_principal
from engine.db.write_engine import transaction
from metadata.changes.absent import Absent, absent
from metadata.store import load_written
from resolvers.context import RequestContext
from resolvers.metadata_changes import authorise_metadata
from resolvers.staleness import again_when_stale


async def metadata_absent(context: RequestContext) -> Absent:
    """Hidden and deleted fields, and deleted objects. Raises Forbidden."""

    async def work() -> Absent:
        authorise_metadata(context, context.viewer())
        return await context.in_thread(_load, context)

    return await again_when_stale(context, work)


def _load(context: RequestContext) -> Absent:
    with transaction(context.services.engine) as connection:
        check_principal(connection, context.viewer())
        return absent(load_written(connection, context.company.schema).objects())
