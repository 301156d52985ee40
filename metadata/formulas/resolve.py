"""What follows from the formulas and roll-ups of a company: checked, ordered, completed. Rules for
automatic numbers read fields as well, and are part of what a formula over a number reads.

Pure. Whoever changes objects gives them through here before they are stored.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from graphlib import CycleError, TopologicalSorter

from engine.base.errors import Problem
from metadata.formulas.functions import FUNCTIONS
from metadata.formulas.grammar import parse
from metadata.formulas.kinds import RESULTS, kinds_of
from metadata.formulas.roll_ups import check_roll_up, children_of, inputs_of
from metadata.formulas.sql import Expressions, zone_sql
from metadata.formulas.tree import FormulaProblem, calls_in, names_in
from metadata.formulas.types import check
from metadata.model import FieldDef, ObjectDef, ObjectKind
from metadata.snapshot import Snapshot, living

# what is measured with: as long as the longest that stands in a statement
ROW, ZONE = "row_1234", f"(select {zone_sql('t_123456789012')})"
Key = tuple[str, str]  # object, field; the field is "" for the records of the object themselves


@dataclass(frozen=True, slots=True)
class Resolved:
    """The objects with `reads`, `virtual` and `read_only` of every computed field, and `reads` of
    every numbered one, as they must be. With problems they are as they were."""

    objects: tuple[ObjectDef, ...]
    problems: tuple[Problem, ...] = ()


def resolve(objects: Sequence[ObjectDef]) -> Resolved:
    """Problems are told at (object, field): FORMULA_… and ROLL_UP_…"""
    given = tuple(objects)
    there = living(given)
    concerned = [(o, f) for o in there for f in o.fields if f.computed or f.number_rule or f.reads]
    if not concerned:
        return Resolved(given)
    snapshot, problems = Snapshot(0, there), list[Problem]()
    inputs: dict[Key, tuple[Key, ...]] = {}
    for item, field in concerned:
        try:
            inputs[item.name, field.name] = (
                _inputs(snapshot, item, field) if field.computed else _numbered_by(item, field)
            )
        except FormulaProblem as problem:
            problems.append(Problem((item.name, field.name), problem.code, problem.params))
    if problems:
        return Resolved(given, tuple(problems))
    try:
        order = tuple(TopologicalSorter(inputs).static_order())
    except CycleError as error:
        return Resolved(given, (_cycle(error.args[1]),))
    found, late = _completed(snapshot, inputs, order)
    late = late or tuple(_unbounded(found.values(), inputs, order))
    if late:
        return Resolved(given, late)
    return Resolved(tuple(found.get(item.table, item) for item in given))


def in_order(item: ObjectDef) -> tuple[FieldDef, ...]:
    """The object's stored formulas, each after those that it uses."""
    formulas = {each.name: each for each in item.fields if each.formula and not each.virtual}
    graph = {
        name: [each.name for each in names_in(parse(field.formula)) if each.name in formulas]
        for name, field in formulas.items()
    }
    return tuple(formulas[name] for name in TopologicalSorter(graph).static_order())


def _inputs(snapshot: Snapshot, item: ObjectDef, field: FieldDef) -> tuple[Key, ...]:
    if (field.formula and field.roll_up) or field.required or field.searchable or field.default:
        raise FormulaProblem("COMPUTED_ATTRIBUTE", 0)
    if field.type not in RESULTS:
        raise FormulaProblem("FORMULA_RESULT", 0, name=field.type)
    if field.roll_up is None:
        node = parse(field.formula)
        check(node, kinds_of(item.fields), RESULTS[field.type])
        return tuple(dict.fromkeys((item.name, each.name) for each in names_in(node)))
    children = children_of(snapshot, item, field.roll_up)
    check_roll_up(children, field)
    target = children.target
    found = tuple((target.name, name) for name in inputs_of(children, field.roll_up))
    # what hangs on a record is seen by whoever sees that; of others a role must have the object
    return ((target.name, ""), *found) if target.kind is ObjectKind.RECORD else found


def _numbered_by(item: ObjectDef, field: FieldDef) -> tuple[Key, ...]:
    """The fields whose values its numbers hold: those that the rule names, and those that former
    ones named, for numbers that were given stay. A computed field has no value yet when a record
    is numbered, so no circle goes through a number."""
    named = {part.field for part in field.number_rule.parts} if field.number_rule else set()
    named &= {each.name for each in item.fields if not each.computed}
    before = {each.partition(".")[2] for each in field.reads}
    return tuple((item.name, name) for name in sorted(named | before))


def _cycle(keys: Iterable[Key]) -> Problem:
    names = [f"{item}.{field}" for item, field in keys]
    item, _, field = names[0].partition(".")
    return Problem((item, field), "FORMULA_CYCLE", {"position": 1, "name": " → ".join(names)})


def _completed(
    snapshot: Snapshot, inputs: Mapping[Key, tuple[Key, ...]], order: Sequence[Key]
) -> tuple[Mapping[str, ObjectDef], tuple[Problem, ...]]:
    """The completed objects by their tables, and what only the order could tell."""
    reads: dict[Key, frozenset[Key]] = {}
    virtual: set[Key] = set()
    problems: list[Problem] = []
    for key in order:
        below = inputs.get(key, ())
        reads[key] = frozenset(below).union(*(reads[each] for each in below))
        field = snapshot.field(*key) if key in inputs else None
        if field is None or not field.computed or not (_timed(field) or virtual & set(below)):
            continue
        virtual.add(key)
        if field.roll_up or field.unique:
            problems.append(Problem(key, "FORMULA_TIMED", {"position": 1}))
    names = {name for name, _ in inputs}
    objects = {
        item.table: _object(item, reads, virtual) for item in snapshot.objects if item.name in names
    }
    return objects, tuple(problems)


def _unbounded(
    items: Iterable[ObjectDef], inputs: Mapping[Key, tuple[Key, ...]], order: Sequence[Key]
) -> Iterator[Problem]:
    """Formulas that are too much as SQL, with what is computed in place within them. Those that
    use one are not told: they may be right with it."""
    fields = {item.name: {each.name: each for each in item.fields} for item in items}
    written = {name: Expressions(each, ROW, ZONE) for name, each in fields.items()}
    wrong: set[Key] = set()
    for key in order:
        field = fields[key[0]][key[1]] if key in inputs else None
        if wrong & set(inputs.get(key, ())):
            wrong.add(key)
        elif field is not None and field.formula:
            try:
                written[key[0]].of(field)
            except FormulaProblem as problem:
                wrong.add(key)
                yield Problem(key, problem.code, problem.params)


def _timed(field: FieldDef) -> bool:
    if not field.formula:
        return False
    used = set(calls_in(parse(field.formula)))
    return any(function.timed for name in used for function in FUNCTIONS[name])


def _object(item: ObjectDef, reads: Mapping[Key, frozenset[Key]], virtual: set[Key]) -> ObjectDef:
    """The completed object; the very same one when nothing of it differs."""
    fields = tuple(_field(item, each, reads, virtual) for each in item.fields)
    return item if fields == item.fields else replace(item, fields=fields)


def _field(
    item: ObjectDef, field: FieldDef, reads: Mapping[Key, frozenset[Key]], virtual: set[Key]
) -> FieldDef:
    key = (item.name, field.name)
    read = sorted(f"{name}.{each}" if each else name for name, each in reads.get(key, ()))
    completed = replace(field, reads=tuple(read))
    if not field.computed:
        return completed
    return replace(completed, read_only=True, virtual=key in virtual)
