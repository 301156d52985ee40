"""Which saved scenes and list settings name a field or an object: what a change would break.

Scenes are private: one that is shared with everyone is named, the others are counted.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import orjson
from sqlalchemy import Connection, text

from engine.db.quoting import table
from metadata.mentions import Mention, mentions_of_filter, mentions_of_order
from metadata.references import Impact
from metadata.snapshot import Snapshot

_BROKEN = "CONDITION_LEFT_OUT"


def scenes_that_name(
    connection: Connection, schema: str, snapshot: Snapshot, object_name: str, field: str | None
) -> Iterator[Impact]:
    """Scenes whose filter or order names the field, or anything of the object."""
    rows = connection.execute(
        text(
            "select object, name, everyone, cast(filter as text) as filter,"
            f" cast(order_by as text) as orders from {table(schema, 'scene')} order by id"
        )
    )
    private = 0
    for row in rows:
        if row.object not in snapshot.by_name:
            continue
        own = field is None and row.object == object_name
        named = _mentions(snapshot, row.object, row.filter, row.orders)
        if not own and not any(each.is_of(object_name, field) for each in named):
            continue
        if row.everyone:
            yield Impact("scene", f"{row.object}: {row.name}", _BROKEN)
        else:
            private += 1
    if private:
        yield Impact("scene", "", _BROKEN, {"count": private})


def list_settings_that_name(
    connection: Connection, schema: str, snapshot: Snapshot, object_name: str, field: str | None
) -> Iterator[Impact]:
    """How many users have the field as a column, and how many as a pinned filter."""
    rows = connection.execute(
        text(
            f"select cast(settings as text) from {table(schema, 'list_setting')}"
            " where object = :object"
        ),
        {"object": object_name},
    ).scalars()
    found = {"columns": 0, "pinned": 0}
    for settings in map(orjson.loads, rows):
        for part in found:
            names = {each["field"] for each in settings.get(part, ())}
            found[part] += bool(names) if field is None else field in names
    kinds = {"columns": "columns", "pinned": "pinned filters"}
    for part, number in found.items():
        if number:
            yield Impact(kinds[part], "", "COLUMN_LEFT_OUT", {"count": number})


def _mentions(snapshot: Snapshot, object_name: str, where: str, orders: str) -> Iterable[Mention]:
    conditions: Mapping[str, Any] = orjson.loads(where)
    yield from mentions_of_filter(snapshot, object_name, conditions, ())
    for order in orjson.loads(orders):
        yield from mentions_of_order(snapshot, object_name, order, ())
