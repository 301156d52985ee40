"""Inserts a row with the automatic numbers it lacks (FLD-07): counts are taken last, and held
until the commit, so that no number is given twice and one of a refused command is given again.

A number that a row has already, because somebody typed it, is skipped.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from engine.base.errors import InvalidInput
from engine.commands.change import Change
from engine.commands.rows import insert_record
from engine.commands.uniqueness import find_taken, unique_or_refused
from engine.commands.work import Work
from engine.db.quoting import table
from engine.rules.numbering import Clock, Stem, stem
from metadata.internal_tables import NUMBER_COUNTER
from metadata.model import FieldDef
from metadata.number_rule import NumberRule

AHEAD = 100  # how many numbers are looked at together when one is taken


@dataclass(frozen=True, slots=True)
class Series:
    """One counter: of a field, in a period."""

    object: str
    field: FieldDef
    rule: NumberRule
    stem: Stem


def insert_numbered(work: Work, change: Change) -> Change:
    """Writes the new row; the change returned has its id and its numbers.

    Raises InvalidInput with NOT_UNIQUE for values that were given.
    """
    wanted = _series(work, change)
    numbers = {each.field.name: each.stem.number(take(work, each)) for each in wanted}
    while True:
        numbered = change.with_values(numbers)
        try:
            return _insert(work, numbered)
        except InvalidInput as refused:
            taken = {str(problem.path[-1]) for problem in refused.problems} & numbers.keys()
            others = [each for each in refused.problems if each.path[-1] not in taken]
            if others or not taken:
                raise InvalidInput(others or refused.problems) from None
            numbers |= {n.field.name: _next_free(work, n) for n in wanted if n.field.name in taken}


def take(work: Work, series: Series, many: int = 1) -> int:
    """The last of `many` counts taken together; other commands wait for this one's end.

    A start that was raised since holds from now on, one that was lowered changes nothing.
    """
    rule = series.rule
    ((last,),) = work.statements.fetch(
        f"insert into {table(work.schema, NUMBER_COUNTER.name)} as c (object, field, period, last)"
        " values (%(object)s, %(field)s, %(period)s,"
        " cast(%(start)s as bigint) + cast(%(more)s as bigint))"
        " on conflict (object, field, period) do update set last ="
        " greatest(c.last + %(step)s, cast(%(start)s as bigint)) + cast(%(more)s as bigint)"
        " returning last",
        {
            "object": series.object,
            "field": series.field.name,
            "period": series.stem.period,
            "start": rule.start,
            "step": rule.step,
            "more": (many - 1) * rule.step,
        },
    )
    found: int = last
    return found


def _series(work: Work, change: Change) -> Sequence[Series]:
    """What has to be numbered, in an order that is the same for all commands."""
    clock = Clock(work.at, ZoneInfo(work.actor.company.time_zone))
    return [
        Series(
            change.index.name,
            field,
            field.number_rule,
            stem(field.number_rule, change.values, clock),
        )
        for name, field in sorted(change.index.fields.items())
        if field.number_rule is not None and change.values.get(name) is None
    ]


def _insert(work: Work, change: Change) -> Change:
    index = change.index
    with unique_or_refused(work, index, change.values):
        return change.with_id(insert_record(work, index.name, change.values))


def _next_free(work: Work, series: Series) -> str:
    """The first number from the next count on that no living row has, and its count taken."""
    first = take(work, series)
    counts = [first + at * series.rule.step for at in range(AHEAD)]
    numbers = [series.stem.number(count) for count in counts]
    taken = find_taken(work, series.object, series.field, numbers)
    free = next((at for at, number in enumerate(numbers) if number not in taken), AHEAD - 1)
    if free:
        take(work, series, free)
    return numbers[free]
