"""The type check: a formula's tree and the kinds of its fields give a typed tree, or a problem.

Picks among the functions of one name and puts conversions in; makes no SQL itself.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from metadata.formulas.functions import (
    ANY,
    DAY,
    FUNCTIONS,
    PRINTED,
    SAME,
    VALUES,
    Function,
    Parameter,
    Sql,
    case,
)
from metadata.formulas.kinds import Kind, misfit
from metadata.formulas.tree import Call, FormulaProblem, Literal, Name, Node


@dataclass(frozen=True, slots=True)
class Typed:
    """A node and its kind: a literal, a field, or what `sql` makes of `arguments`."""

    kind: Kind
    node: Node
    arguments: tuple["Typed", ...] = ()
    sql: Sql | None = None


_CONVERSIONS: Mapping[tuple[Kind, Parameter], tuple[Kind, str]] = {
    (Kind.DATE, Kind.DATE_TIME): (Kind.DATE_TIME, "({0}::timestamp at time zone {z})"),
    (Kind.DATE_TIME, DAY): (Kind.DATE, "({0} at time zone {z})::date"),
    (Kind.NUMBER, PRINTED): (Kind.TEXT, "qiansi.number_text({0})"),
    (Kind.DATE, PRINTED): (Kind.TEXT, "to_char({0}, 'YYYY-MM-DD')"),
    (Kind.DATE_TIME, PRINTED): (Kind.TEXT, "to_char({0} at time zone {z}, 'YYYY-MM-DD HH24:MI')"),
}
_LITERALS: tuple[tuple[Kind, type], ...] = (
    (Kind.BOOLEAN, bool),
    (Kind.NUMBER, Decimal),
    (Kind.TEXT, str),
    (Kind.DATE_TIME, datetime),
    (Kind.DATE, date),
)
_PLAIN: Mapping[str, Kind] = {DAY: Kind.DATE, PRINTED: Kind.TEXT}


def check(node: Node, kinds: Mapping[str, Kind], wanted: Kind) -> Typed:
    """The tree, typed, as a value of the kind `wanted`.

    Raises FormulaProblem: FORMULA_UNKNOWN_FIELD, FORMULA_UNKNOWN_FUNCTION, FORMULA_ARGUMENTS,
    FORMULA_TYPE.
    """
    found = _typed(node, kinds)
    try:
        return _fitted(found, wanted, "")
    except FormulaProblem as problem:
        raise FormulaProblem(problem.code, node.at, **misfit(found.kind, wanted)) from None


def _typed(node: Node, kinds: Mapping[str, Kind]) -> Typed:
    if isinstance(node, Literal):
        return Typed(_kind_of(node), node)
    if isinstance(node, Name):
        if node.name not in kinds:
            raise FormulaProblem("FORMULA_UNKNOWN_FIELD", node.at, name=node.name)
        return Typed(kinds[node.name], node)
    given: list[Typed] = []
    for each in node.arguments:  # no comprehension: a frame per level would become two
        given.append(_typed(each, kinds))
    make = _case if node.function == "CASE" else _call
    return make(node, tuple(given))


def _kind_of(literal: Literal) -> Kind:
    # bool before what it is a kind of, and so is datetime
    for kind, types in _LITERALS:
        if isinstance(literal.value, types):
            return kind
    return Kind.BLANK


def _call(node: Call, given: tuple[Typed, ...]) -> Typed:
    if node.function not in FUNCTIONS:
        raise FormulaProblem("FORMULA_UNKNOWN_FUNCTION", node.at, name=node.function)
    fitting = [
        (each, parameters)
        for each in FUNCTIONS[node.function]
        if (parameters := _parameters(each, len(given))) is not None
    ]
    if not fitting:
        raise FormulaProblem("FORMULA_ARGUMENTS", node.at, name=node.function)
    for function, parameters in fitting[:-1]:
        try:
            return _bound(node, function, parameters, given)
        except FormulaProblem:
            continue
    function, parameters = fitting[-1]
    return _bound(node, function, parameters, given)


def _parameters(function: Function, count: int) -> tuple[Parameter, ...] | None:
    """One parameter per argument, None when there are too many or too few."""
    known = function.parameters
    if function.repeated and count > len(known):
        return (*known, *[known[-1]] * (count - len(known)))
    return known[:count] if len(known) - function.optional <= count <= len(known) else None


def _bound(
    node: Call, function: Function, parameters: Sequence[Parameter], given: Sequence[Typed]
) -> Typed:
    alike = [each for each, kind in zip(given, parameters, strict=True) if kind == SAME]
    same = _same(node, alike, function.of) if alike else None
    arguments = tuple(
        _fitted(each, same if kind == SAME and same else kind, node.function)
        for each, kind in zip(given, parameters, strict=True)
    )
    kind = function.result or same
    assert kind is not None
    return Typed(kind, node, arguments, function.sql)


def _case(node: Call, given: tuple[Typed, ...]) -> Typed:
    """CASE(value, case, result, …, else): cases are like the value, results like one another."""
    if len(given) < 3:
        raise FormulaProblem("FORMULA_ARGUMENTS", node.at, name="CASE")
    tested = {0, *range(1, len(given) - 1, 2)}
    compared = _same(node, [given[at] for at in tested], VALUES)
    results = [each for at, each in enumerate(given) if at not in tested]
    kind = _same(node, results, VALUES)
    arguments = tuple(
        _fitted(each, compared if at in tested else kind, "CASE") for at, each in enumerate(given)
    )
    return Typed(kind, node, arguments, case)


def _same(node: Call, alike: Sequence[Typed], allowed: frozenset[Kind]) -> Kind:
    kinds = {each.kind for each in alike} - {Kind.BLANK}
    if kinds == {Kind.DATE, Kind.DATE_TIME}:
        kinds = {Kind.DATE_TIME}
    if len(kinds) != 1 or not kinds <= allowed:
        raise FormulaProblem("FORMULA_TYPE", _first_other(alike), name=node.function)
    return kinds.pop()


def _first_other(alike: Sequence[Typed]) -> int:
    """Where the first argument is that is not like the one before it."""
    others = [each for each in alike if each.kind is not alike[0].kind]
    return (others or alike)[0].node.at


def _fitted(value: Typed, wanted: Parameter, function: str) -> Typed:
    """The value as one of the wanted kind, converted where that loses nothing."""
    kind = _PLAIN.get(wanted, wanted)
    if wanted == ANY or value.kind == kind:
        return value
    if value.kind is Kind.BLANK and isinstance(kind, Kind):
        return Typed(kind, value.node)
    conversion = _CONVERSIONS.get((value.kind, wanted))
    if conversion is None:
        raise FormulaProblem("FORMULA_TYPE", value.node.at, name=function)
    result, pattern = conversion
    return Typed(result, value.node, (value,), lambda a, z: pattern.format(*a, z=z))
