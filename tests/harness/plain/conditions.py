"""Filters: which records a condition matches, and random conditions over what there is.

Blank is different from everything: what compares with it by order is not met (decision 14).
"""

from collections.abc import Callable, Mapping
from random import Random
from typing import TYPE_CHECKING, Any

from tests.harness.plain.model import Field, Record
from tests.harness.plain.values import SAMPLES, given, parsed

if TYPE_CHECKING:
    from tests.harness.plain.computed import Values

Where = Mapping[str, Any]
AMONG = ("eq", "ne", "in", "notIn")
ORDERED = (*AMONG, "lt", "lte", "gt", "gte", "between", "isNull")
OPERATORS = {
    **dict.fromkeys(("integer", "number", "amount", "date"), ORDERED),
    "text": (*AMONG, "contains", "notContains", "startsWith", "isEmpty"),
    "choice": (*AMONG, "isNull"),
    "boolean": ("eq", "isNull"),
}
_MEANINGS: Mapping[str, Callable[[Any, Any], bool]] = {
    "eq": lambda value, wanted: bool(value == wanted),
    "ne": lambda value, wanted: bool(value != wanted),
    "in": lambda value, wanted: value in wanted,
    "notIn": lambda value, wanted: value not in wanted,
    "lt": lambda value, wanted: value is not None and value < wanted,
    "lte": lambda value, wanted: value is not None and value <= wanted,
    "gt": lambda value, wanted: value is not None and value > wanted,
    "gte": lambda value, wanted: value is not None and value >= wanted,
    "between": lambda value, wanted: value is not None and wanted[0] <= value <= wanted[1],
    "isNull": lambda value, wanted: (value is None) is wanted,
    "isEmpty": lambda value, wanted: (value is None) is wanted,
    "contains": lambda value, wanted: value is not None and wanted.lower() in value.lower(),
    "notContains": lambda value, wanted: value is None or wanted.lower() not in value.lower(),
    "startsWith": lambda value, wanted: (
        value is not None and value.lower().startswith(wanted.lower())
    ),
}


def matches(values: "Values", at: str, row: Record, where: Where) -> bool:
    """Does the record of the object `at` meet all of it?"""
    return all(_holds(values, at, row, named) for named in where.items())


def _holds(values: "Values", at: str, row: Record, named: tuple[str, Any]) -> bool:
    name, wanted = named
    if name == "and":
        return all(matches(values, at, row, each) for each in wanted)
    if name == "or":
        return any(matches(values, at, row, each) for each in wanted)
    if name == "not":
        return not matches(values, at, row, wanted)
    field = values.world.things[at].fields.get(name)
    if field is None:
        return _of_many(values, at, row, named)
    if field.kind == "relation":
        return _of_relation(values, at, row, named)
    value = values.of(at, row, name)
    return all(met(field.kind, value, each) for each in wanted.items())


def met(kind: str, value: Any, asked: tuple[str, Any]) -> bool:
    """Does the value meet one operator?"""
    operator, wanted = asked
    if isinstance(wanted, list):
        return _MEANINGS[operator](value, [parsed(kind, each) for each in wanted])
    flag = operator in ("isNull", "isEmpty")
    return _MEANINGS[operator](value, wanted if flag else parsed(kind, wanted))


def _of_many(values: "Values", at: str, row: Record, named: tuple[str, Any]) -> bool:
    relation, wanted = named
    other, children = values.children(at, row, relation)

    def met_by(where: Where) -> list[bool]:
        return [matches(values, other, each, where) for each in children]

    meanings: Mapping[str, Callable[[Any], bool]] = {
        "some": lambda where: any(met_by(where)),
        "none": lambda where: not any(met_by(where)),
        "every": lambda where: all(met_by(where)),
        "count": lambda asked: all(met("number", len(children), e) for e in asked.items()),
    }
    return all(meanings[quantifier](each) for quantifier, each in wanted.items())


def _of_relation(values: "Values", at: str, row: Record, named: tuple[str, Any]) -> bool:
    name, wanted = named
    target = values.world.things[values.world.things[at].fields[name].target]
    seen = values.target(at, row, name)
    id = None if seen is None else target.id(seen)
    meanings: Mapping[str, Callable[[Any], bool]] = {
        "eq": lambda asked: id == asked,
        "in": lambda asked: id in asked,
        "isNull": lambda asked: (id is None) is asked,
        "is": lambda where: seen is not None and matches(values, target.name, seen, where),
    }
    return all(meanings[operator](each) for operator, each in wanted.items())


def some_where(chance: Random, values: "Values", at: str, depth: int = 2) -> Where:
    """A random condition about records of the object, as a client writes it."""
    way = chance.randrange(8) if depth else 7
    if way == 0:
        return {"not": some_where(chance, values, at, depth - 1)}
    if way in (1, 2):
        parts = [some_where(chance, values, at, depth - 1) for _ in range(2)]
        return {("and", "or")[way - 1]: parts}
    relations = values.relations(at)
    if way == 3 and relations:
        return _some_of_many(chance, values, at, chance.choice(sorted(relations)))
    leading = [each for each in values.world.things[at].fields.values() if each.target]
    if way in (4, 5) and leading:
        return _some_of_relation(chance, values, at, chance.choice(leading))
    return some_plain(chance, values, at)


def some_plain(chance: Random, values: "Values", at: str) -> Where:
    """Of one or two plain fields: what the filter of a roll-up may be, too."""
    plain = [f for f in values.world.things[at].fields.values() if not f.target]
    chosen = chance.sample(plain, min(len(plain), chance.choice((1, 1, 2))))
    return {each.name: some_operator(chance, each, held(values, at, each)) for each in chosen}


def held(values: "Values", at: str, field: Field) -> list[Any]:
    """What the field holds in records, or else might."""
    found = [values.of(at, row, field.name) for row in values.world.things[at].rows]
    return [each for each in found if each is not None] or list(SAMPLES[field.type])


def some_operator(chance: Random, field: Field, among: list[Any]) -> Where:
    operator = chance.choice(OPERATORS[field.type])
    value: Any = chance.choice(among)
    if operator in ("isNull", "isEmpty"):
        return {operator: chance.random() < 0.5}
    if operator in ("in", "notIn"):
        return {operator: [given(field, each) for each in (value, chance.choice(among))]}
    if operator == "between":
        low, high = sorted((value, chance.choice(among)))
        return {operator: [given(field, low), given(field, high)]}
    if operator in ("contains", "notContains", "startsWith"):
        return {operator: value[: chance.randint(1, 3)]}
    blank = operator in ("eq", "ne") and field.type != "boolean" and chance.random() < 0.15
    return {operator: None if blank else given(field, value)}


def _some_of_many(chance: Random, values: "Values", at: str, relation: str) -> Where:
    other, _ = values.relations(at)[relation]
    quantifier = chance.choice(("some", "none", "every", "count"))
    if quantifier == "count":
        return {relation: {"count": {chance.choice(("eq", "gte", "lt")): chance.randrange(3)}}}
    return {relation: {quantifier: some_plain(chance, values, other)}}


def _some_of_relation(chance: Random, values: "Values", at: str, field: Field) -> Where:
    target = values.world.things[field.target]
    way = chance.randrange(4) if target.rows else 0
    if way == 0:
        return {field.name: {"isNull": chance.random() < 0.5}}
    if way == 1:
        return {field.name: {"is": some_plain(chance, values, target.name)}}
    id = target.id(chance.choice(target.rows))
    return {field.name: {"eq": id} if way == 2 else {"in": [id]}}
