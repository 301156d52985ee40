"""Ids of records in inputs, checked for form and object; whether they exist is asked elsewhere."""

from typing import Any

from engine.base.errors import InvalidInput
from engine.base.identifiers import RecordId, parse_id
from metadata.field_types.contract import FieldProblem


def check_target(value: Any, objects: tuple[str, ...]) -> RecordId:
    """The record that a global id names, of one of `objects`. Raises FieldProblem (BAD_ID)."""
    try:
        found = value if isinstance(value, RecordId) else parse_id(value)
    except InvalidInput:
        raise FieldProblem("BAD_ID") from None
    if found.object not in objects:
        raise FieldProblem("BAD_ID")
    return found
