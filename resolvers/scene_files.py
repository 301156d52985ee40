"""Whether the scenes of a metadata file work with the metadata that the file gives, for whoever
applies it: as a scene of his own would be checked, and whether the records are there that it names.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from graphql import GraphQLSchema
from sqlalchemy import Connection

from engine.access.scopes import Scopes
from engine.base.errors import Problem
from engine.base.identifiers import RecordId, parse_id
from engine.query.sql import Shape
from engine.scenes.usable import Eyes, Path
from metadata.changes.replace_scenes import PlacedScene, missing_records
from resolvers.scene_checks import scene_problems
from resolvers.scene_types import ids_within, typing_of


@dataclass(frozen=True, slots=True)
class SceneTrial:
    """The metadata that are to come, with their schema, and who applies the file; `connection` is
    in the transaction of the change."""

    connection: Connection
    eyes: Eyes
    schema: GraphQLSchema

    def problems(self, scenes: Sequence[PlacedScene]) -> Iterator[Problem]:
        """Everything that is wrong, where the file says it."""
        eyes = self.eyes
        scopes = Scopes(eyes.snapshot, eyes.profile, eyes.place.schema, Shape())
        for each in scenes:
            definition = eyes.snapshot.object(each.object).definition
            if not scopes.may(each.object):
                yield Problem(each.path, "OBJECT_FORBIDDEN", {"value": definition.label})
                continue
            values = {"where": each.scene.where, "orderBy": [*each.scene.order_by]}
            typing = typing_of(self.schema, definition)
            found = scene_problems((each.object, values), each.path, eyes, typing)
            yield from found or self._missing(each)

    def _missing(self, each: PlacedScene) -> Iterator[Problem]:
        """Ids of no record: the file may come from another company."""
        named = list(self._named(each))
        numbers: dict[str, list[int]] = {}
        for _, id in named:
            numbers.setdefault(id.object, []).append(id.number)
        place = (self.eyes.place.schema, self.eyes.snapshot)
        missing = missing_records(self.connection, place, numbers)
        for path, id in named:
            if (id.object, id.number) in missing:
                yield Problem(path, "BAD_REFERENCE")

    def _named(self, each: PlacedScene) -> Iterator[tuple[Path, RecordId]]:
        """Every id in the filter, which is known to work."""
        definition = self.eyes.snapshot.object(each.object).definition
        for path, given in ids_within(self.schema, definition, each.scene.where):
            place = (*each.path, "where", *path)
            yield place, parse_id(given, place)
