"""What a hand-written operation says where a generated type belongs.

The builder replaces the placeholder by the generated type and loads the record that the
resolver names; see `schema/build.py`.
"""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NewType

import strawberry
from graphql import GraphQLScalarType
from strawberry.scalars import JSON as STRAWBERRY_JSON

from schema.scalars import DATE, DATE_TIME, DECIMAL, JSON

GeneratedRecord = NewType("GeneratedRecord", object)
"""A field of this type resolves to a `RecordId` (or a list of them)."""

SCALARS: Mapping[object, GraphQLScalarType] = {
    GeneratedRecord: GraphQLScalarType("GeneratedRecord"),
    datetime: DATE_TIME,
    date: DATE,
    Decimal: DECIMAL,
    STRAWBERRY_JSON: JSON,
}
"""What strawberry's part of the schema uses for Python types: the scalars of the API."""


def generated(object_name: str | None, description: str = "") -> Any:
    """A strawberry field that holds a record of `object_name`; None: of any object (Record).

    Write `user: GeneratedRecord | None = generated("user")` or `list[GeneratedRecord]`, and give
    it a RecordId when constructing. The viewer's rights decide what is shown.
    """
    return strawberry.field(metadata={"record": object_name or ""}, description=description or None)
