"""A value without a type of its own: what JSON can say, bounded."""

import json
from typing import Any

from engine.base.text import BadText, normalize_text
from metadata.field_types.contract import FieldProblem, ValueKind
from metadata.field_types.single_column import SingleColumn
from metadata.model import FieldDef, Label

LONGEST = 64_000
DEEPEST = 20


class Json(SingleColumn):
    key = "json"
    label = Label("JSON", "JSON")
    kind = ValueKind.JSON
    sql_type = "jsonb"
    operators = ("isNull",)

    def parse(self, field: FieldDef, value: Any) -> Any:
        if value is None:
            return None
        _check(value, DEEPEST)
        if len(json.dumps(value, ensure_ascii=False)) > LONGEST:
            raise FieldProblem("TOO_LONG", maximum=LONGEST)
        return value

    def export(self, field: FieldDef, value: Any) -> str:
        return "" if value is None else json.dumps(value, ensure_ascii=False)

    def from_text(self, field: FieldDef, text: str) -> Any:
        if not text.strip():
            return None
        try:
            return json.loads(text)
        except (ValueError, RecursionError):
            raise FieldProblem("BAD_FORMAT") from None


def _check(value: Any, depth: int) -> None:
    """Raises BAD_FORMAT for what JSON or the database cannot hold, or too deep nesting."""
    if depth == 0:
        raise FieldProblem("BAD_FORMAT")
    if isinstance(value, dict):
        for name, each in value.items():
            _check_scalar(name if isinstance(name, str) else None)
            _check(each, depth - 1)
    elif isinstance(value, list | tuple):
        for each in value:
            _check(each, depth - 1)
    elif value is not None:
        _check_scalar(value)


def _check_scalar(value: Any) -> None:
    if isinstance(value, str):
        try:
            normalize_text(value)
        except BadText:
            raise FieldProblem("BAD_FORMAT") from None
    elif not isinstance(value, bool | int | float) or value != value or abs(value) > 1e300:
        raise FieldProblem("BAD_FORMAT")
