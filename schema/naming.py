"""The types shared by all generated objects, and the register that makes each type once.

What a single object's types hold is in the modules beside; how they are put together is
`schema/build.py`.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLID,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLNonNull,
    GraphQLObjectType,
)

from metadata.field_types.contract import FieldType
from metadata.field_types.registry import field_type
from metadata.model import FieldDef
from metadata.snapshot import ObjectIndex, Snapshot
from schema.scalars import DATE_TIME

N = TypeVar("N", bound=GraphQLNamedType)
ENUM_VALUE = re.compile(r"(?!(?:true|false|null)$)(?!__)[A-Za-z_][A-Za-z0-9_]*", re.ASCII)

SORT_DIRECTION = GraphQLEnumType(
    "SortDirection",
    {"ASC": "ASC", "DESC": "DESC"},
    description="Nulls come last either way.",
)
DATE_BUCKET = GraphQLEnumType(
    "DateBucket",
    {each: each for each in ("DAY", "WEEK", "MONTH", "QUARTER", "HALF_YEAR", "YEAR")},
    description="A period in the company's time zone; weeks begin on Monday.",
)
NODE = GraphQLInterfaceType("Node", lambda: {"id": GraphQLField(GraphQLNonNull(GraphQLID))})
RECORD = GraphQLInterfaceType(
    "Record",
    lambda: {
        "id": GraphQLField(GraphQLNonNull(GraphQLID)),
        "createdAt": GraphQLField(DATE_TIME),
    },
    interfaces=[NODE],
    description="What satellites such as follow-ups may belong to.",
)


@dataclass
class Register:
    """The generated types of one snapshot, by name; fields come by thunks, so cycles are fine."""

    snapshot: Snapshot
    types: dict[str, GraphQLNamedType] = field(default_factory=dict)

    def once(self, name: str, make: Callable[[], N]) -> N:
        """The type `name`, made at the first call."""
        found = self.types.get(name)
        if found is None:
            found = self.types[name] = make()
        return found  # type: ignore[return-value]

    def object(self, name: str) -> ObjectIndex:
        return self.snapshot.object(name)


def shown_fields(index: ObjectIndex) -> Iterator[tuple[FieldDef, FieldType]]:
    """The fields that the API has at all, each with its type."""
    for each in index.definition.fields:
        if not each.hidden:
            yield each, field_type(each.type)


def input_type(
    register: Register, name: str, fields: Callable[[], Mapping[str, GraphQLInputField]], text: str
) -> GraphQLInputObjectType:
    return register.once(
        name, lambda: GraphQLInputObjectType(name, fields, description=text or None)
    )


def object_type(
    register: Register, name: str, fields: Callable[[], Mapping[str, GraphQLField]], text: str
) -> GraphQLObjectType:
    return register.once(name, lambda: GraphQLObjectType(name, fields, description=text or None))


def described(each: FieldDef) -> str:
    """Label and help of a field, in both languages."""
    text = f"{each.label.zh} · {each.label.en}"
    return f"{text}: {each.help.zh} · {each.help.en}" if each.help is not None else text


def required(kind: Any) -> GraphQLNonNull[Any]:
    return GraphQLNonNull(kind)
