"""What all reads of a document cost together, known before the first of them runs.

Each plan is limited by itself when it is made; thirty of them side by side would still be thirty
times the limit.
"""

from collections.abc import Mapping
from typing import Any

from graphql import GraphQLSchema

from engine.base.errors import AppError
from engine.query.cost import Cost
from engine.query.run import plan_for
from resolvers.context import RequestContext
from resolvers.documents import Document, selecting
from resolvers.reads import RootRead, place_read
from resolvers.selection import Selecting


async def check_together(
    context: RequestContext, document: Document, schema: GraphQLSchema, variables: Mapping[str, Any]
) -> None:
    """Raises TooComplex for generated reads that are too much together; makes their plans."""
    if len(document.generated) < 2 or context.principal is None:
        return
    below = selecting(document, schema, context.snapshot, variables)
    total = Cost()
    for root in document.generated:
        if any(below.included(node) for node in root.nodes):
            total += await _cost(context, root, below)
    total.check(context.services.settings)


async def _cost(context: RequestContext, root: RootRead, below: Selecting) -> Cost:
    try:
        placed = await place_read(context, root, lambda: below, below.variables)
        plan = plan_for(placed.request, context.reader(), placed.key, below.variables)
    except AppError:
        return Cost()  # its field will tell, and runs nothing
    return Cost(plan.nodes, plan.rows)
