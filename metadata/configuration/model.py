"""What a company's configuration is made of: objects, roles, scenes, without physical names.

Owns the shapes. Roles and scenes are those of the company's rows, so they know one name and a role
may have no key.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from metadata.model import ObjectDef


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldRight:
    """What a role may do with one field: `access` is HIDDEN, READ or WRITE."""

    access: str = "WRITE"
    masked: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanyRole:
    """One role. `key` is that of a role that ships, else its name: what finds it elsewhere.

    `actions` maps objects to sorted actions, `fields` has keys such as `customer.mobile`.
    """

    key: str
    name: str
    family: str = "CRM"
    data_scope: str = "OWN"
    is_super: bool = False
    custom: bool = False
    actions: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    fields: Mapping[str, FieldRight] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanyScene:
    """One scene that everybody has, whoever made it. `where` and `order_by` are JSON in the shape
    of the API's arguments."""

    name: str
    where: Mapping[str, Any] = field(default_factory=dict)
    search: str | None = None
    order_by: tuple[Mapping[str, Any], ...] = ()


Scenes = Mapping[str, tuple[CompanyScene, ...]]  # by object; one without scenes is not in it


@dataclass(frozen=True, slots=True)
class Configuration:
    """A whole CRM, as a file says it or as a company has it."""

    objects: tuple[ObjectDef, ...]
    roles: tuple[CompanyRole, ...]
    scenes: Scenes = field(default_factory=dict)
