"""The scenes of a list as one user arranged them: five on the bar, others in a menu (SCN-02)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from engine.access.model import Principal
from engine.base.identifiers import RecordId
from engine.scenes.stored import SCENE, ListSettings, StoredScene, scenes_for, settings_for
from metadata.model import ObjectDef, Scene
from metadata.scenes import scenes_of

BAR_SIZE = 5
BAR, MENU, HIDDEN = "BAR", "MENU", "HIDDEN"


@dataclass(frozen=True, slots=True)
class Arranged:
    """A scene and where it is shown; `default` is the one that the list begins with."""

    id: str
    scene: Scene | StoredScene
    place: str
    default: bool


def arranged(
    definition: ObjectDef, stored: Sequence[StoredScene], settings: ListSettings
) -> list[Arranged]:
    """Shown scenes in the user's order, then those he did not order, then the hidden ones.

    What was ordered, hidden or chosen and is not there any more is passed over, and when all
    that is left was hidden, the first is shown.
    """
    by_id: Mapping[str, Scene | StoredScene] = {
        **{each.key: each for each in scenes_of(definition)},
        **{str(RecordId(SCENE, each.id)): each for each in stored},
    }
    hidden = [id for id in settings.hidden if id in by_id]
    shown = [id for id in settings.shown if id in by_id and id not in hidden]
    shown += [id for id in by_id if id not in shown and id not in hidden]
    if not shown:
        shown, hidden = hidden[:1], hidden[1:]
    default = settings.default if settings.default in shown else shown[0]
    places = [BAR if at < BAR_SIZE else MENU for at in range(len(shown))]
    return [
        Arranged(id, by_id[id], place, id == default)
        for id, place in zip([*shown, *hidden], [*places, *[HIDDEN] * len(hidden)], strict=True)
    ]


def arranged_for(
    connection: Connection, viewer: Principal, definition: ObjectDef
) -> list[Arranged]:
    """All scenes of the object that the viewer may use, as he arranged them."""
    stored = scenes_for(connection, viewer, definition.name)
    return arranged(definition, stored, settings_for(connection, viewer, definition.name))


def ids_for(connection: Connection, viewer: Principal, definition: ObjectDef) -> list[str]:
    """The ids of all scenes of the object that the viewer may use."""
    stored = scenes_for(connection, viewer, definition.name)
    return [each.id for each in arranged(definition, stored, ListSettings())]
