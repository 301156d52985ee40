"""Unique fields: the index decides, when the row is written; duplicates are looked for where it
refuses, or where other problems are told already, so that all come at once.

Compares as the unique index does: `qiansi.unique_key` of texts, the trash and blanks aside (F4).
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Column, Text

from engine.base.errors import Conflict, InvalidInput, Problem
from engine.commands.work import Work
from engine.db.quoting import quote, table
from engine.db.sqlstate import ConstraintViolated
from metadata.field_types.registry import field_type
from metadata.model import Capability, FieldDef
from metadata.snapshot import ObjectIndex


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
    rows = work.table(index.name)
    bound: dict[str, Any] = {}
    for name, value in values.items():
        bound.update(_stored(index.fields[name], value))
    same = [_equal(rows.c[name]) for name in bound]
    if index.definition.can(Capability.TRASHABLE):
        same.append("deleted_at is null")
    if except_number is not None:
        same.append("id <> %(id)s")
    found = work.statements.fetch(
        f"select id from {table(work.schema, rows.name)} where {' and '.join(same)} limit 1",
        {**bound, "id": except_number},
    )
    return found[0][0] if found else None


def find_taken(
    work: Work, object_name: str, field: FieldDef, values: Sequence[str]
) -> frozenset[str]:
    """Those of the texts that a living row has in the unique field."""
    rows, definition = work.table(object_name), work.definition(object_name)
    alive = " and deleted_at is null" if definition.can(Capability.TRASHABLE) else ""
    found = work.statements.fetch(
        "select v from unnest(cast(%(values)s as text[])) v where exists"
        f" (select 1 from {table(work.schema, rows.name)} where"
        f" qiansi.unique_key({quote(field.column)}) = qiansi.unique_key(v){alive})",
        {"values": list(values)},
    )
    return frozenset(value for (value,) in found)


@contextmanager
def unique_or_refused(
    work: Work,
    index: ObjectIndex,
    values: Mapping[str, Any],
    except_number: int | None = None,
    written: Collection[str] | None = None,
) -> Iterator[None]:
    """Runs a write of a row that then has these values; turns the index's refusal into
    NOT_UNIQUE at the field's path. `written` are the fields that it writes, if not all: when
    none of them is unique the index cannot refuse."""
    if not _may_collide(index, values if written is None else written):
        yield
        return
    work.statements.flush_writes()  # a refusal of anything else is not this write's
    try:
        with work.savepoint():
            yield
            work.statements.flush()
    except ConstraintViolated as error:
        if error.kind != "unique":
            raise
        problems = find_duplicates(work, index, values, except_number)
        if not problems:
            # the other row went away in between: the same command may succeed now
            raise Conflict("busy") from error
        raise InvalidInput(problems) from error


def _may_collide(index: ObjectIndex, written: Collection[str]) -> bool:
    alone = any(index.fields[name].unique for name in written)
    return alone or any(set(group) & set(written) for group in index.definition.unique_together)


def _stored(field: FieldDef, value: Any) -> Mapping[str, Any]:
    """The value by column, without the companions of texts."""
    stored = field_type(field.type).store(field, value)
    return stored if field.column not in stored else {field.column: stored[field.column]}


def _equal(column: Column[Any]) -> str:
    name = quote(column.name)
    if isinstance(column.type, Text):
        return f"qiansi.unique_key({name}) = qiansi.unique_key(%({column.name})s)"
    return f"{name} = %({column.name})s"
