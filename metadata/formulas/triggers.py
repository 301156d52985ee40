"""The functions and triggers that write computed columns, so that every way in has them right.

Formulas: before each row. Roll-ups: after each statement over the children, for the parents it
touched, whose rows are locked in the order of their ids and read anew behind the locks; what a
parent's own formulas make of that follows by its own trigger. Whoever writes a roll-up by hand
gets the true value instead.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from engine.db.quoting import quote
from metadata.field_types.registry import field_type
from metadata.formulas.resolve import in_order
from metadata.formulas.roll_ups import Children, aggregates, children_of, inputs_of
from metadata.formulas.sql import formula_sql
from metadata.model import Capability, FieldDef, ObjectDef, RollUpDef
from metadata.physical import PhysicalTable, Routine, Trigger, constraint_name
from metadata.snapshot import Snapshot, living

ZONE = "qiansi.company_zone('{name}')"
_EVENTS = {
    "insert": "referencing new table as new_rows",
    "update": "referencing old table as old_rows new table as new_rows",
    "delete": "referencing old table as old_rows",
}


@dataclass(frozen=True, slots=True)
class RolledUp:
    """All roll-ups of one object over one of its relations."""

    parent: ObjectDef
    children: Children
    fields: tuple[FieldDef, ...]

    @property
    def routine(self) -> str:
        relation = self.children.relation.name.lower()
        return constraint_name(self.parent.table, relation, "roll_up")


def with_triggers(
    tables: Sequence[PhysicalTable], objects: Sequence[ObjectDef]
) -> tuple[PhysicalTable, ...]:
    """The tables with what the computed columns need; deleted objects compute nothing."""
    there = {item.table: item for item in living(objects)}
    if not any(field.computed for item in there.values() for field in item.fields):
        return tuple(tables)
    rolled_up = tuple(all_rolled_up(tuple(there.values())))
    return tuple(
        _with_triggers(each, there[each.name], rolled_up) if each.name in there else each
        for each in tables
    )


def all_rolled_up(objects: Sequence[ObjectDef]) -> Iterator[RolledUp]:
    snapshot = Snapshot(0, tuple(objects))
    for item in objects:
        groups: dict[str, list[FieldDef]] = {}
        for field in item.fields:
            if field.roll_up is not None:
                groups.setdefault(field.roll_up.relation, []).append(field)
        for fields in groups.values():
            yield RolledUp(item, children_of(snapshot, item, _roll_up(fields[0])), tuple(fields))


def _with_triggers(
    made: PhysicalTable, item: ObjectDef, rolled_up: Sequence[RolledUp]
) -> PhysicalTable:
    routines: list[Routine] = []
    triggers: list[Trigger] = []
    own = [each for each in rolled_up if each.parent.name == item.name]
    if own or in_order(item):
        name = constraint_name(item.table, "compute")
        routines.append(Routine(name, _compute(item, own), computes=True))
        triggers.append(Trigger("compute", name, "before insert or update", "for each row"))
    routines += [Routine(e.routine, _roll_up_body(e), "ids bigint[]", "void") for e in own]
    above = [each for each in rolled_up if each.children.target.name == item.name]
    if above:
        name = constraint_name(item.table, "tell")
        routines.append(Routine(name, _tell(above)))
        triggers += [
            Trigger(f"tell_{event}", name, f"after {event}", f"{rows} for each statement")
            for event, rows in _EVENTS.items()
        ]
    return replace(made, routines=tuple(routines), triggers=tuple(triggers))


def _compute(item: ObjectDef, own: Sequence[RolledUp]) -> str:
    fields = {each.name: each for each in item.fields}
    lines = [line for each in own for line in _guarded(each)]
    lines += [
        f"new.{_column(each)} := {formula_sql(fields, each, 'new', ZONE)};"
        for each in in_order(item)
    ]
    return f"begin {' '.join(lines)} return new; end"


def _guarded(each: RolledUp) -> Iterator[str]:
    """A roll-up that a statement of its own writes, and not the children's trigger."""
    columns = ", ".join(f"new.{_column(field)}" for field in each.fields)
    changed = " or ".join(
        f"new.{_column(field)} is distinct from old.{_column(field)}" for field in each.fields
    )
    yield (
        f"if tg_op = 'INSERT' or pg_trigger_depth() = 1 and ({changed}) then"
        f" {_values(each, 'new.id')} into {columns}; end if;"
    )


def roll_up_sql(snapshot: Snapshot, item: ObjectDef, field: FieldDef) -> str:
    """What gives the roll-up `field` of a record of `item`."""
    children = children_of(snapshot, item, _roll_up(field))
    return _values(RolledUp(item, children, (field,)), "new.id")


def _values(each: RolledUp, parent: str) -> str:
    children = each.children
    return (
        f"select {aggregates(children, each.fields, ZONE)}"
        f" from {{schema}}.{quote(children.target.table)} c"
        f" where c.{children.parent_column} = {parent} and {children.counted('c')}"
    )


def _roll_up_body(each: RolledUp) -> str:
    """Locks the parents and writes those whose values differ."""
    parent = f"{{schema}}.{quote(each.parent.table)}"
    columns = [_column(field) for field in each.fields]
    names = [f"value_{at}" for at, _ in enumerate(columns)]
    assignments = ", ".join(f"{c} = found.{n}" for c, n in zip(columns, names, strict=True))
    mine, theirs = ", ".join(f"p.{c}" for c in columns), ", ".join(f"found.{n}" for n in names)
    return (
        f"begin perform 1 from {parent} where id = any(ids) order by id for no key update;"
        f" update {parent} p set {assignments} from (select q.id, {', '.join(names)}"
        f" from {parent} q cross join lateral ({_values(each, 'q.id')}) v({', '.join(names)})"
        f" where q.id = any(ids)) found"
        f" where p.id = found.id and ({mine}) is distinct from ({theirs}); end"
    )


def _tell(above: Sequence[RolledUp]) -> str:
    """After a statement over children: which parents it touched, and that they shall follow."""
    parts = "".join(_tell_one(each) for each in above)
    return f"declare ids bigint[]; begin {parts} return null; end"


def _tell_one(each: RolledUp) -> str:
    children, column = each.children, each.children.parent_column
    touched = f"select {{row}}.{column} as parent from {{rows}} where {children.belongs('{row}')}"
    inserted = touched.replace("{row}", "n").replace("{rows}", "new_rows n")
    deleted = touched.replace("{row}", "o").replace("{rows}", "old_rows o")
    both = "old_rows o join new_rows n on n.id = o.id"
    columns = _watched(each)
    old, new = (", ".join(f"{row}.{name}" for name in columns) for row in ("o", "n"))
    moved = f"({old}) is distinct from ({new})"
    updated = " union all ".join(
        f"{touched.replace('{row}', row).replace('{rows}', both)} and {moved}" for row in ("o", "n")
    )
    gather = "ids := array(select distinct parent from ({}) t where parent is not null);"
    return (
        f"if tg_op = 'INSERT' then {gather.format(inserted)}"
        f" elsif tg_op = 'DELETE' then {gather.format(deleted)}"
        f" else {gather.format(updated)} end if;"
        f" if cardinality(ids) > 0 then perform {{schema}}.{quote(each.routine)}(ids); end if; "
    )


def _watched(each: RolledUp) -> tuple[str, ...]:
    """The columns of a child whose change a parent must hear of."""
    children = each.children
    names = [name for field in each.fields for name in inputs_of(children, _roll_up(field))]
    columns = [
        quote(column.name)
        for name in dict.fromkeys(names)
        for column in field_type(children.fields[name].type).columns(children.fields[name])
    ]
    if children.target.can(Capability.TRASHABLE):
        columns.append(quote("deleted_at"))
    return tuple(columns)


def _roll_up(field: FieldDef) -> RollUpDef:
    assert field.roll_up is not None
    return field.roll_up


def _column(field: FieldDef) -> str:
    return quote(field_type(field.type).columns(field)[0].name)
