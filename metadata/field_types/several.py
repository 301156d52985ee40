"""What types that hold several things in one column share: files, options, rows, users.

No type of its own: `registry.py` lists those.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from metadata.field_types.contract import FieldProblem
from metadata.field_types.single_column import SingleColumn
from metadata.model import FieldDef


class Several(SingleColumn):
    """The parsed value is a tuple, never an empty one; the column holds a list, or null."""

    def store(self, field: FieldDef, value: Any) -> Mapping[str, Any]:
        return {field.column: None if value is None else list(value)}

    def load(self, field: FieldDef, row: Mapping[str, Any]) -> Any:
        found = row[field.column]
        return None if found is None else tuple(found)

    def log(self, field: FieldDef, value: Any) -> Any:
        return None if value is None else list(value)


def check_list(value: Any, most: int | None = None) -> Sequence[Any]:
    """The list itself. Raises BAD_FORMAT for anything else, TOO_LONG for more than `most`."""
    if not isinstance(value, list | tuple):
        raise FieldProblem("BAD_FORMAT")
    if most is not None and len(value) > most:
        raise FieldProblem("TOO_LONG", maximum=most)
    return value
