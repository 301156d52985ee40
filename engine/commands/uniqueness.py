"""Unique fields: likely duplicates are told together with all other problems; the index decides.

Compares as the unique index does: `qiansi.unique_key` of texts, the trash and blanks aside (F4).
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from sqlalchemy import ColumnElement, Text, and_, func, literal, select
from sqlalchemy.exc import IntegrityError

from engine.base.errors import Conflict, InvalidInput, Problem
from engine.commands.work import Work
from metadata.field_types.registry import field_type
from metadata.model import Capability, FieldDef
from metadata.snapshot import ObjectIndex

UNIQUE_VIOLATION = "23505"


def find_duplicates(
    work: Work, index: ObjectIndex, values: Mapping[str, Any], except_number: int | None = None
) -> list[Problem]:
    """NOT_UNIQUE for every unique field, or last field of a group that must be unique together,
    whose value another living row has. Groups are asked only when all their fields are given."""
    groups: list[tuple[str, ...]] = [(n,) for n in values if index.fields[n].unique]
    groups += [each for each in index.definition.unique_together if set(each) <= set(values)]
    return [
        Problem(("input", names[-1]), "NOT_UNIQUE", {"field": index.fields[names[-1]].label})
        for names in groups
        if all(values[name] is not None for name in names)
        and find_by_unique(work, index, {n: values[n] for n in names}, except_number) is not None
    ]


def find_by_unique(
    work: Work, index: ObjectIndex, values: Mapping[str, Any], except_number: int | None = None
) -> int | None:
    """The living row that has these values in its unique fields, whoever may see it."""
    table = work.table(index.name)
    same = [_same(table.c, index.fields[name], value) for name, value in values.items()]
    statement = select(table.c.id).where(*same)
    if index.definition.can(Capability.TRASHABLE):
        statement = statement.where(table.c.deleted_at.is_(None))
    if except_number is not None:
        statement = statement.where(table.c.id != except_number)
    return work.connection.execute(statement.limit(1)).scalar()


@contextmanager
def unique_or_refused(
    work: Work, index: ObjectIndex, values: Mapping[str, Any], except_number: int | None = None
) -> Iterator[None]:
    """Runs a write; turns the index's refusal into NOT_UNIQUE at the field's path."""
    try:
        with work.savepoint():
            yield
    except IntegrityError as error:
        if getattr(error.orig, "pgcode", None) != UNIQUE_VIOLATION:
            raise
        problems = find_duplicates(work, index, values, except_number)
        if not problems:
            # the other row went away in between: the same command may succeed now
            raise Conflict("busy") from error
        raise InvalidInput(problems) from error


def _same(columns: Any, field: FieldDef, value: Any) -> ColumnElement[bool]:
    """The field has this value, by its columns without the companions of texts."""
    stored = field_type(field.type).store(field, value)
    names = stored if field.column not in stored else (field.column,)
    return and_(*(_equal(columns[name], stored[name]) for name in names))


def _equal(column: Any, bound: Any) -> ColumnElement[bool]:
    if isinstance(column.type, Text):
        key = func.qiansi.unique_key
        same: ColumnElement[bool] = key(column) == key(literal(bound, Text))
        return same
    found: ColumnElement[bool] = column == bound
    return found
