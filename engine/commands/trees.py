"""Objects that refer to their own kind stay trees: nobody is above himself (CUS-07, ADM-01)."""

from sqlalchemy import select

from engine.base.errors import violated
from engine.commands.change import Change
from engine.commands.work import Work
from engine.db.locks import lock_tree
from engine.rules.organisation import makes_cycle
from metadata.model import FieldDef


def check_tree(work: Work, change: Change) -> None:
    """The new `parent` is not the record itself or below it. Raises RuleViolated."""
    check_no_cycle(work, change, "parent")


def check_reports_to(work: Work, change: Change) -> None:
    """The same for whom a contact reports to (CON-01)."""
    check_no_cycle(work, change, "reportsTo")


def check_no_cycle(work: Work, change: Change, field: str) -> None:
    """The same for any field; walks up from the new parent, one row at a time."""
    if change.before is None or change.values.get(field) is None:
        return
    lock_tree(work.connection, work.schema, change.index.name)
    child, parent = change.before.id.number, change.values[field]
    relation = change.index.fields[field]
    if makes_cycle(_ancestors(work, change.index.name, relation, parent), child, parent):
        raise violated("cycle", field=relation.label, extensions={"field": field})


def _ancestors(
    work: Work, object_name: str, relation: FieldDef, start: int
) -> dict[int, int | None]:
    table = work.table(object_name)
    column = table.c[relation.column]
    found: dict[int, int | None] = {}
    current: int | None = start
    while current is not None and current not in found:
        found[current] = work.connection.execute(
            select(column).where(table.c.id == current)
        ).scalar()
        current = found[current]
    return found
