"""The `metadata` field: strawberry types for the values of `resolvers/metadata.py`.

Each type declares the attributes of the value of the same name there; a test holds them equal.
"""

from decimal import Decimal
from typing import cast

import strawberry

from resolvers import metadata as metadata_resolvers
from schema.operations.requests import Info, operation


@strawberry.type
class MetadataChoice:
    """One option; `value` never changes, the label may. A retired one is no longer offered.
    `shows` are fields that appear once it is chosen: one that options show is hidden until then,
    and what is hidden is neither required nor kept. `group` is the heading of a tag."""

    value: str
    label: str
    color: str | None
    retired: bool
    group: str | None
    shows: list[str]


@strawberry.type
class MetadataNumberPart:
    """A piece of a number. `kind` is counter, text, date (of `field`, else of the creation,
    written as `format`) or field."""

    kind: str
    text: str | None
    format: str | None
    field: str | None


@strawberry.type
class MetadataNumberRule:
    """How records are numbered. `reset` is never, daily, monthly or yearly; `manual`: people may
    type a number of their own."""

    parts: list[MetadataNumberPart]
    start: int
    step: int
    digits: int
    reset: str
    manual: bool


@strawberry.type
class MetadataRollUp:
    """What a field rolls up over a relation to many; `where` is JSON of a filter."""

    relation: str
    function: str
    field: str
    where: str


@strawberry.type
class MetadataField:
    """One field as the viewer may use it. `access` is READ or WRITE; a masked field is shown
    in part and takes part in no filter, order, group or aggregate."""

    name: str
    type: str
    type_label: str
    kind: str
    label: str
    help: str | None
    placeholder: str | None
    group: str | None
    width: int | None
    required: bool
    unique: bool
    read_only: bool
    custom: bool
    access: str
    masked: bool
    default: str | None
    position: int
    max_length: int | None
    minimum: Decimal | None
    maximum: Decimal | None
    scale: int | None
    choices: list[MetadataChoice]
    target: str | None
    targets: list[str]
    inverse: str | None
    operators: list[str]
    searchable: bool
    sortable: bool
    groupable: bool
    aggregates: list[str]
    rows: list["MetadataField"]
    number_rule: MetadataNumberRule | None
    formula: str | None
    roll_up: MetadataRollUp | None


@strawberry.type
class MetadataRelation:
    """A relation to many."""

    name: str
    label: str
    target: str


@strawberry.type
class MetadataObject:
    """One object; `actions` are those that the viewer's roles allow at all."""

    name: str
    plural: str
    type_name: str
    label: str
    kind: str
    title: str
    custom: bool
    capabilities: list[str]
    totals: list[str]
    actions: list[str]
    fields: list[MetadataField]
    relations: list[MetadataRelation]


@strawberry.type
class Metadata:
    """The company's objects and fields, at one version, labelled in the viewer's language."""

    version: int
    language: str
    objects: list[MetadataObject]


@strawberry.type
class MetadataQueries:
    @operation("What a client needs to draw forms, lists and filters.")
    async def metadata(self, info: Info) -> Metadata:
        return cast(Metadata, await metadata_resolvers.metadata(info.context))
