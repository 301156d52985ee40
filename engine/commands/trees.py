"""Objects that refer to their own kind stay trees: nobody is above himself (CUS-07, ADM-01)."""

from sqlalchemy import select

from engine.base.errors import RuleViolated
from engine.commands.change import Change
from engine.commands.work import Work
from engine.db.locks import lock_tree
from engine.rules.organisation import makes_cycle


def check_tree(work: Work, change: Change) -> None:
    """The new `parent` is not the record itself or below it. Raises RuleViolated."""
    check_no_cycle(work, change, "parent")


def check_no_cycle(work: Work, change: Change, field: str) -> None:
    """The same for any field; walks up from the new parent, one row at a time."""
    if change.before is None or change.values.get(field) is None:
        return
    lock_tree(work.connection, work.schema, change.index.name)
    child, parent = change.before.id.number, change.values[field]
    if makes_cycle(_ancestors(work, change.index.name, field, parent), child, parent):
        label = change.index.fields[field].label
        raise RuleViolated("cycle", field=label, extensions={"rule": "cycle", "field": field})


def _ancestors(work: Work, object_name: str, field: str, start: int) -> dict[int, int | None]:
    table = work.table(object_name)
    column = table.c[f"{field}_id"]
    found: dict[int, int | None] = {}
    current: int | None = start
    while current is not None and current not in found:
        found[current] = work.connection.execute(
            select(column).where(table.c.id == current)
        ).scalar()
        current = found[current]
    return found
