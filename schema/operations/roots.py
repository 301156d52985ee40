"""The hand-written root types, which the builder joins with the generated fields."""

import strawberry

from schema.operations.accounts import AccountMutations, AccountQueries
from schema.operations.metadata import MetadataQueries
from schema.operations.organisation import OrganisationMutations
from schema.operations.team import TeamMutations


@strawberry.type
class Query(AccountQueries, MetadataQueries):
    """What is read beside the generated fields."""


@strawberry.type
class Mutation(AccountMutations, OrganisationMutations, TeamMutations):
    """What is written beside the generated fields."""
