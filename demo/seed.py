"""Fills a fresh company with the demo: the same people, customers and deals at every run.

Times lie around the present day, everything else is fixed. The company should have been made
with `deferred_indexes=True`; missing indexes and foreign keys are made here at the end.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from sqlalchemy import Connection, Engine, text

from demo.accounts import ACCOUNTS, PASSWORD
from demo.blocks import add_block
from demo.catalogue import products
from demo.columns import Sheet
from demo.deck import Deck
from demo.load import Lines, copy_chunks, encode, set_sequences
from demo.moments import calendar
from demo.organisation import add_campaigns, add_catalogue, add_organisation, add_phrases
from demo.scale import SCALES
from demo.sheets import FIELDS
from demo.staff import Staff, hire
from demo.world import Block, World, choice_options
from engine.access.passwords import password_hashing
from engine.base.clock import now
from engine.db.companies import Company
from engine.db.quoting import table
from metadata.provision import add_deferred_indexes
from metadata.snapshot import Snapshot
from metadata.store import load_snapshot

Progress = Callable[[str], None]
_ORGANISATION = -1  # the number of the block that is made once, before the others


def seed_company(
    engine: Engine, company: Company, size: str = "small", progress: Progress | None = None
) -> None:
    """Loads the demo of a size: small, 100k or 1m (customers). KeyError for another.

    All rows come in one transaction; indexes and statistics after it. `progress` is told
    what is being done, in a few words.
    """
    tell = progress or (lambda _: None)
    with engine.begin() as connection:
        _lift_limits(connection)
        snapshot = load_snapshot(connection, company.schema)
        _write_rows(connection, company, _loading(snapshot, company, size), tell)
    tell("indexes")
    add_deferred_indexes(engine, company)
    tell("statistics")
    _analyze(engine, company.schema)


class _Loading:
    """What a run needs: the people, the world they live in, the sheets they are written on."""

    def __init__(self, world: World, staff: Staff, sheets: Mapping[str, Sheet]) -> None:
        self.world = world
        self.staff = staff
        self.sheets = sheets


def _loading(snapshot: Snapshot, company: Company, size: str) -> _Loading:
    staff = hire(Deck("staff"))
    world = World(
        calendar(now(), company.time_zone),
        SCALES[size],
        staff.sellers,
        products(),
        choice_options(snapshot),
    )
    sheets = {
        name: Sheet(company.schema, snapshot.object(name).definition, fields)
        for name, fields in FIELDS.items()
    }
    return _Loading(world, staff, sheets)


def _write_rows(
    connection: Connection, company: Company, loading: _Loading, tell: Progress
) -> None:
    roles = _numbers_by(connection, f"select key, id from {table(company.schema, 'role')}")
    department = table(company.schema, "department")
    root = connection.execute(text(f"select min(id) from {department}")).scalar_one()
    first = Block(loading.world, _ORGANISATION)
    add_organisation(first, loading.staff, roles, root)
    add_catalogue(first)
    add_campaigns(first)
    add_phrases(first, len(ACCOUNTS))
    cursor = connection.connection.cursor()
    copy_chunks(cursor, loading.sheets, _chunks(first, loading, tell))
    set_sequences(cursor, loading.sheets.values())
    leader = {"root": root, "leader": loading.staff.leaders["headquarters"]}
    connection.execute(
        text(f"update {department} set leader_id = :leader where id = :root"), leader
    )
    _write_passwords(connection, company.schema)
    state = table(company.schema, "state")
    connection.execute(text(f"update {state} set access_version = access_version + 1"))


def _chunks(first: Block, loading: _Loading, tell: Progress) -> Iterator[Lines]:
    yield encode(loading.sheets, first.rows)
    blocks = loading.world.scale.blocks
    for number in range(blocks):
        block = Block(loading.world, number)
        add_block(block)
        yield encode(loading.sheets, block.rows)
        if number * 10 % blocks == 0:
            tell(f"rows {number * 100 // blocks} %")


def _write_passwords(connection: Connection, schema: str) -> None:
    """The one documented password, hashed once: every hash costs tens of milliseconds."""
    hashed = password_hashing(1).hash(PASSWORD)
    rows = [{"user": number, "hash": hashed, "at": now()} for number in range(1, len(ACCOUNTS) + 1)]
    connection.execute(
        text(
            f"insert into {table(schema, 'credential')} (user_id, password_hash, changed_at)"
            " values (:user, :hash, :at)"
        ),
        rows,
    )


def _numbers_by(connection: Connection, statement: str) -> Mapping[str, int]:
    rows = connection.execute(text(statement)).all()
    return {row.key: row.id for row in rows}


def _lift_limits(connection: Connection) -> None:
    """For this transaction alone: a million rows take longer than any request may."""
    for name in ("statement_timeout", "idle_in_transaction_session_timeout", "lock_timeout"):
        connection.execute(text("select set_config(:name, '0', true)"), {"name": name})


def _analyze(engine: Engine, schema: str) -> None:
    with engine.begin() as connection:
        _lift_limits(connection)
        names: Any = connection.execute(
            text("select tablename from pg_tables where schemaname = :schema"), {"schema": schema}
        ).scalars()
        for name in names.all():
            connection.exec_driver_sql(f"analyze {table(schema, name)}")
