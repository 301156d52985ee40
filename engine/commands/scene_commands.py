"""The commands on scenes and list settings, as frozen values; see `command.py`.

Filters and orders are JSON whose types were checked against the object's input types
(`resolvers/scene_writes.py`); whether they still are is found each time a scene is used.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from engine.base.identifiers import RecordId


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateScene:
    """`values` has `name`, and may have `where`, `search` and `orderBy`."""

    object: str
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateScene:
    """The values given; `version` is the one the client saw."""

    id: RecordId
    values: Mapping[str, Any]
    version: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteScene:
    id: RecordId


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareScene:
    """Replaces whom the scene is shared with; nobody ends sharing (SCN-05)."""

    id: RecordId
    everyone: bool = False
    users: tuple[RecordId, ...] = ()
    departments: tuple[RecordId, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderScenes:
    """Ids of scenes: those shown, in order, and those hidden (SCN-02)."""

    object: str
    shown: tuple[str, ...]
    hidden: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SetDefaultScene:
    """None: the first one shown."""

    object: str
    scene: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SetListSettings:
    """Replaces the parts given: `pinned`, `columns`, `page_size`, `guide_lines` (SCN-03, 04)."""

    object: str
    values: Mapping[str, Any]


SceneCommand: TypeAlias = (
    CreateScene
    | UpdateScene
    | DeleteScene
    | ShareScene
    | OrderScenes
    | SetDefaultScene
    | SetListSettings
)
