"""What a hand-written operation says where a generated type belongs.

The builder replaces the placeholder by the generated type and loads the record that the
resolver names; see `schema/build.py`.
"""

from typing import Any, NewType

import strawberry

GeneratedRecord = NewType("GeneratedRecord", object)
"""A field of this type resolves to a `RecordId` (or a list of them)."""

RECORD_SCALAR = strawberry.scalar(
    name="GeneratedRecord",
    serialize=lambda value: value,
    parse_value=lambda value: value,
)
"""Configures the placeholder in strawberry's own part of the schema."""


def generated(object_name: str | None, description: str = "") -> Any:
    """A strawberry field that holds a record of `object_name`; None: of any object (Record).

    Write `user: GeneratedRecord | None = generated("user")` or `list[GeneratedRecord]`, and give
    it a RecordId when constructing. The viewer's rights decide what is shown.
    """
    return strawberry.field(metadata={"record": object_name or ""}, description=description or None)
