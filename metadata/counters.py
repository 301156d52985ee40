"""Counters of automatic numbers against the numbers that rows have: raised to them, and compared.

Taking the next count is `engine/commands/numbering.py`.
"""

from collections.abc import Iterator, Mapping, Sequence

from sqlalchemy import Connection, text

from engine.db.quoting import quote, table
from metadata.internal_tables import NUMBER_COUNTER
from metadata.model import FieldDef, ObjectDef
from metadata.number_rule import NumberRule
from metadata.numbering import number_pattern


def raise_counters(
    connection: Connection, schema: str, before: Sequence[ObjectDef], after: Sequence[ObjectDef]
) -> None:
    """Lets the counters of rules that are new or changed begin after the numbers that rows have.

    A counter never goes back: of a number given twice the second would be refused. A new field
    of an object that was there has no numbers yet, and its rows are not looked at.
    """
    known = {item.name: {each.name: each for each in item.fields} for item in before}
    for item, field in _numbering(after):
        old = known.get(item.name, {}).get(field.name)
        is_new = item.name in known and old is None
        if not is_new and (old is None or old.number_rule != field.number_rule):
            _raise(connection, schema, (item, field), _highest(connection, schema, item, field))


def behind(connection: Connection, schema: str, objects: Sequence[ObjectDef]) -> Iterator[str]:
    """A sentence for every counter that is behind a number that it gave.

    Where people may type numbers of their own these may be ahead: the counter skips them.
    """
    counted = _counted(connection, schema)
    for item, field in _numbering(objects):
        if not field.is_numbered:
            continue
        for period, number in _highest(connection, schema, item, field).items():
            last = counted.get((item.name, field.name, period), 0)
            if last < number:
                place = f"{item.name}.{field.name} {period}".strip()
                yield f"the counter of {place} is at {last}, behind number {number}"


def _numbering(objects: Sequence[ObjectDef]) -> Iterator[tuple[ObjectDef, FieldDef]]:
    for item in objects:
        yield from ((item, field) for field in item.fields if field.number_rule is not None)


def _counted(connection: Connection, schema: str) -> Mapping[tuple[str, str, str], int]:
    rows = connection.execute(
        text(f"select object, field, period, last from {table(schema, NUMBER_COUNTER.name)}")
    )
    return {(row.object, row.field, row.period): row.last for row in rows}


def _highest(
    connection: Connection, schema: str, item: ObjectDef, field: FieldDef
) -> Mapping[str, int]:
    """The highest count among the field's numbers, by period; the trash counts too."""
    rule = field.number_rule
    assert isinstance(rule, NumberRule)
    pattern = number_pattern(rule)
    period = f"left(found[{pattern.period}], {pattern.period_length})" if pattern.period else "''"
    rows = connection.execute(
        text(
            f"select {period} as period, max(cast(found[{pattern.counter}] as bigint)) as number"
            f" from (select regexp_match({quote(field.column)}, :pattern) as found"
            f" from {table(schema, item.table)}) numbers where found is not null group by 1"
        ),
        {"pattern": pattern.expression},
    )
    return {row.period: row.number for row in rows}


def _raise(
    connection: Connection,
    schema: str,
    place: tuple[ObjectDef, FieldDef],
    highest: Mapping[str, int],
) -> None:
    item, field = place
    name = table(schema, NUMBER_COUNTER.name)
    for period, number in highest.items():
        connection.execute(
            text(
                f"insert into {name} as c (object, field, period, last)"
                " values (:object, :field, :period, :last) on conflict (object, field, period)"
                " do update set last = greatest(c.last, excluded.last)"
            ),
            {"object": item.name, "field": field.name, "period": period, "last": number},
        )
