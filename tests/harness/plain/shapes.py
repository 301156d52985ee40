"""Random formulas and roll-ups over the fields that there are."""

import re
from collections.abc import Sequence
from random import Random

from tests.harness.plain.computed import Values
from tests.harness.plain.conditions import some_plain
from tests.harness.plain.model import Field, RollUp

NUMBERS = ("number", "amount", "integer")
# type of the result → what its formulas look like: {n} is a number, {t} a text, {b} {d} likewise
_NUMERIC = (
    *("{n} + {n}", "{n} * {n} - 1", "{n} / {n}", "ROUND({n}, 1) * 2", "MAX({n}, {n})", "-{n}"),
    *("IF({n} > {n}, {n}, 0)", "NULLVALUE({n}, 0) + LEN({t})", "SUM({n}, {n}, 1.5)", "{n} / 3"),
)
PATTERNS: dict[str, Sequence[str]] = {
    **dict.fromkeys(NUMBERS, _NUMERIC),
    "text": (
        "{t} & {n}",
        "LEFT({t}, 3) & {d}",
        'IF(ISNULL({t}), "空", {t} & "。")',
        "MID({t}, 2, 2)",
    ),
    "boolean": ("{n} >= {n}", "{t} = {t}", "ISNULL({n})", 'CONTAINS({t}, "O")', "NOT({b})"),
    "date": ("IF({b}, {d}, DATE(2024, 2, 1))", "MAX({d}, {d})", "NULLVALUE({d}, {d})"),
}
MOVING: dict[str, Sequence[str]] = {
    **dict.fromkeys(NUMBERS, ("IF(TODAY() > DATE(2024, 1, 1), {n}, 0)",)),
    "text": ("IF({d} > TODAY(), {t}, LEFT({t}, 1))",),
    "boolean": ("{d} < TODAY()",),
    "date": ("IF({d} < TODAY(), {d}, DATE(2001, 2, 3))",),
}
_LITERALS = {"n": "2", "t": '"甲O"', "b": "TRUE", "d": "DATE(2020, 5, 17)"}
_KINDS = {"n": "number", "t": "text", "b": "boolean", "d": "date"}


def some_formula(chance: Random, fields: Sequence[Field], name: str, type: str = "") -> Field:
    """A field with a formula; with a type one of that type."""
    type = type or chance.choice((*NUMBERS, *PATTERNS))
    patterns = (MOVING if chance.random() < 0.12 else PATTERNS)[type]
    uses: list[str] = []

    def fill(hole: re.Match[str]) -> str:
        fitting = [each for each in fields if each.kind == _KINDS[hole[1]]]
        if not fitting or chance.random() < 0.1:
            return _LITERALS[hole[1]]
        uses.append(_some_input(chance, fitting))
        return uses[-1]

    formula = re.sub(r"\{(\w)\}", fill, chance.choice(patterns))
    return Field(name, type, formula=formula, uses=tuple(dict.fromkeys(uses)))


def _some_input(chance: Random, fields: Sequence[Field]) -> str:
    """The name of one of them; half the time of a computed one, so that chains grow."""
    computed = [each for each in fields if each.computed]
    return chance.choice(computed if computed and chance.random() < 0.5 else fields).name


def some_roll_up(
    chance: Random, values: Values, at: str, name: str, type: str = ""
) -> Field | None:
    """A field that rolls up one of the object's relations; none where it has none."""
    relations = values.relations(at)
    if not relations:
        return None
    relation = chance.choice(sorted(relations))
    other, _ = relations[relation]
    fields = values.world.things[other].fields.values()
    wanted = "date" if type == "date" else "number" if type else chance.choice(("number", "date"))
    over = [each for each in fields if each.kind == wanted]
    functions = ["min", "max"] if wanted == "date" else ["count", "sum", "avg", "min", "max"]
    function = chance.choice(functions if over else ["count"])
    if wanted == "date" and not over and type:
        return None
    where = some_plain(chance, values, other) if chance.random() < 0.5 else {}
    field = "" if function == "count" else _some_input(chance, over)
    type = type or ("date" if wanted == "date" and over else chance.choice(NUMBERS))
    return Field(name, type, roll_up=RollUp(relation, function, field, where))
