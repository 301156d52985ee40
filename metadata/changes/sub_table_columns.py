"""Columns of a sub-table change by the rules of fields: no value and no option is lost. Pure.

A column that is removed takes its values out of sight; how many records have some is told by
`broken_rules.py`.
"""

from collections.abc import Iterator
from dataclasses import replace

from engine.base.errors import Problem
from metadata.changes.conversions import cell_problem
from metadata.model import FieldDef


def changed_columns(old: FieldDef, new: FieldDef) -> Iterator[Problem]:
    """What is wrong with the columns of the new field, as those of the old one. Paths are
    input.rows.<position> …"""
    known = {each.name: each for each in old.rows}
    for at, column in enumerate(new.rows):
        before = known.get(column.name)
        if before is None:
            continue
        for each in (*cell_problem(before, column), *gone_options(before, column)):
            yield replace(each, path=("input", "rows", at, *each.path[1:]))


def gone_options(old: FieldDef, new: FieldDef) -> Iterator[Problem]:
    """An option may be retired, but stays: values may have it."""
    kept = {each.value for each in new.choices}
    gone = [each.value for each in old.choices if each.value not in kept]
    if gone and old.type == new.type:
        yield Problem(("input", "choices"), "OPTION_GONE", {"value": gone})


def gone_columns(old: FieldDef, new: FieldDef) -> tuple[FieldDef, ...]:
    kept = {each.name for each in new.rows}
    return tuple(each for each in old.rows if each.name not in kept)
