"""Which computed values a change of objects changes, by the SQL that computes them. Pure."""

from collections.abc import Iterator, Sequence

from metadata.formulas.sql import formula_sql
from metadata.formulas.triggers import ZONE, roll_up_sql
from metadata.model import FieldDef, ObjectDef
from metadata.snapshot import Snapshot, living, same_values

Key = tuple[str, str]  # object, field


def changed_values(before: Sequence[ObjectDef], after: Sequence[ObjectDef]) -> frozenset[Key]:
    """The stored computed fields of `after` that were not computed, or otherwise. What is computed
    from them in turn is not among them."""
    same = same_values(before, after)
    known = {(item.table, field.column): sql for item, field, sql in _computing(before, same)}
    return frozenset(
        (item.name, field.name)
        for item, field, sql in _computing(after, same)
        if known.get((item.table, field.column)) != sql
    )


def with_followers(objects: Sequence[ObjectDef], keys: frozenset[Key]) -> frozenset[Key]:
    """The fields, and every computed one of living objects that reads one of them, however far."""
    names = {f"{item}.{field}" for item, field in keys}
    return keys | {
        (item.name, field.name)
        for item in living(objects)
        for field in item.fields
        if field.computed and not names.isdisjoint(field.reads)
    }


def _computing(
    objects: Sequence[ObjectDef], same: frozenset[int]
) -> Iterator[tuple[ObjectDef, FieldDef, str]]:
    snapshot = Snapshot(0, living(objects))
    for item in snapshot.objects:
        if id(item) in same:
            continue
        fields = {each.name: each for each in item.fields}
        for field in item.fields:
            if field.roll_up is not None:
                yield item, field, roll_up_sql(snapshot, item, field)
            elif field.formula and not field.virtual:
                yield item, field, formula_sql(fields, field, "new", ZONE)
