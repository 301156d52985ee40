"""Field definitions for tests of single types."""

from typing import Any

from metadata.field_types.contract import FieldProblem, FieldType
from metadata.field_types.registry import field_type
from metadata.model import Choice, FieldDef, Label

CHOICES = (
    Choice("A", Label("甲", "First")),
    Choice("B", Label("乙", "Second"), color="#f00"),
    Choice("OLD", Label("旧", "Old"), retired=True),
)


def a_field(type: str, **options: Any) -> FieldDef:
    """A field of the type whose column is `value`."""
    return FieldDef(name="value", type=type, label=Label("值", "Value"), column="value", **options)


def parsed(field: FieldDef, value: Any) -> Any:
    return of(field).parse(field, value)


def refusal(field: FieldDef, value: Any) -> str:
    """The code of the problem that the value must be refused with."""
    try:
        found = parsed(field, value)
    except FieldProblem as problem:
        return problem.code
    raise AssertionError(f"taken as {found!r}")


def of(field: FieldDef) -> FieldType:
    return field_type(field.type)
