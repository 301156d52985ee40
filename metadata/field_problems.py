"""Everything that is wrong with how an object numbers, shows and tabulates its fields.

For changes of metadata, before they are saved: one call for `metadata/numbering.py`,
`metadata/option_logic.py` and the columns of sub-tables, which are checked here.
"""

from collections.abc import Iterator

from engine.base.errors import Problem
from metadata import numbering, option_logic
from metadata.field_types.contract import ValueKind
from metadata.field_types.registry import FIELD_TYPES, field_type
from metadata.model import FieldDef, ObjectDef

MOST_COLUMNS = 30
AUTO_NUMBER = "autoNumber"
# What a row can hold by itself. Pictures, signatures, texts of the form and further tables are
# refused as elsewhere (peer fact 1.4); files hang on records, not on a row of JSON. People and
# departments everybody knows; in JSON no key would hold other records, and no right hide them.
_COLUMN_KINDS = frozenset(
    {
        ValueKind.TEXT,
        ValueKind.INTEGER,
        ValueKind.DECIMAL,
        ValueKind.BOOLEAN,
        ValueKind.DATE,
        ValueKind.DATE_TIME,
        ValueKind.DATE_RANGE,
        ValueKind.CHOICE,
        ValueKind.CHOICES,
        ValueKind.RELATION,
        ValueKind.RELATIONS,
        ValueKind.REGION,
        ValueKind.LOCATION,
    }
)
_NO_COLUMNS = frozenset({AUTO_NUMBER, "relation"})  # though their kinds can be
COLUMN_TYPES = tuple(
    sorted(
        n for n, each in FIELD_TYPES.items() if each.kind in _COLUMN_KINDS and n not in _NO_COLUMNS
    )
)


def problems_of(item: ObjectDef) -> tuple[Problem, ...]:
    """All problems of the object's definition; paths are fields.<name> …"""
    found = [
        Problem(("fields", field.name, *problem.path), problem.code, problem.params)
        for field in item.fields
        for problem in _field(item, field)
    ]
    return (*found, *option_logic.problems_of(item))


def _field(item: ObjectDef, field: FieldDef) -> Iterator[Problem]:
    if field.type == AUTO_NUMBER:
        yield from numbering.problems_of(item, field)
    elif field.number_rule is not None:
        yield Problem(("numberRule",), "FIELD_NOT_ALLOWED", {"field": field.label})
    if field_type(field.type).kind is ValueKind.ROWS:
        yield from _columns(field)


def _columns(field: FieldDef) -> Iterator[Problem]:
    """What a sub-table may not be made of."""
    if not field.rows:
        yield Problem(("rows",), "REQUIRED", {"field": field.label})
    if len(field.rows) > MOST_COLUMNS:
        yield Problem(("rows",), "TOO_LONG", {"field": field.label, "maximum": MOST_COLUMNS})
    known: set[str] = set()
    for column in field.rows:
        told = {"field": column.label}
        if column.type not in COLUMN_TYPES:
            yield Problem(("rows", column.name, "type"), "FIELD_NOT_ALLOWED", told)
        if column.unique or column.searchable:
            yield Problem(("rows", column.name), "FIELD_NOT_ALLOWED", told)
        if known & {column.name, column.label.zh}:
            yield Problem(("rows", column.name), "NOT_UNIQUE", told)
        known |= {column.name, column.label.zh}
