"""Whether a table is gone through within a change, or left to what follows beside the traffic."""

from sqlalchemy import Connection, text

from engine.db.quoting import table

LARGE_TABLE_BYTES = 8_000_000
# a table of few rows is small however long former versions of them make it; its rows are
# counted as long as that is soon done
FEW_ROWS = 5_000
COUNTED_TIMES = 20


def is_small(connection: Connection, schema: str, table_name: str) -> bool:
    """Can the table be gone through within a change without keeping others waiting? One that is
    not there yet can."""
    rows = table(schema, table_name)
    size = connection.execute(
        text("select coalesce(pg_relation_size(to_regclass(:name)), 0)"), {"name": rows}
    ).scalar_one()
    if int(size) <= LARGE_TABLE_BYTES:
        return True
    if int(size) > LARGE_TABLE_BYTES * COUNTED_TIMES:
        return False
    found = connection.execute(
        text(f"select count(*) from (select 1 from {rows} limit :most) few"),
        {"most": FEW_ROWS + 1},
    ).scalar_one()
    return int(found) <= FEW_ROWS


def is_long(size: int) -> bool:
    """Is a table of so many bytes too long for an index to be made in its way?"""
    return size > LARGE_TABLE_BYTES
