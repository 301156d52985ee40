"""The hand-written root types, which the builder joins with the generated fields."""

import strawberry

from schema.operations.accounts import AccountMutations, AccountQueries
from schema.operations.metadata import MetadataQueries
from schema.operations.metadata_absent import MetadataAbsentQueries
from schema.operations.metadata_changes import FieldMutations, MetadataWorkQueries, ObjectMutations
from schema.operations.metadata_files import MetadataFileMutations, MetadataFileQueries
from schema.operations.organisation import OrganisationMutations
from schema.operations.scene_writes import SceneMutations
from schema.operations.scenes import SceneQueries
from schema.operations.team import TeamMutations


@strawberry.type
class Query(
    AccountQueries,
    MetadataQueries,
    MetadataAbsentQueries,
    MetadataWorkQueries,
    MetadataFileQueries,
    SceneQueries,
):
    """What is read beside the generated fields."""


@strawberry.type
class Mutation(
    AccountMutations,
    OrganisationMutations,
    SceneMutations,
    TeamMutations,
    FieldMutations,
    ObjectMutations,
    MetadataFileMutations,
):
    """What is written beside the generated fields."""
