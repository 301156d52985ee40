"""Fills a fresh company with the demo: the same people, customers and deals at every run.

Times lie around the present day, everything else is fixed. The company must have been made
with `deferred_indexes=True`; indexes and foreign keys are made here at the end.
"""

from collections.abc import Callable, Iterator, Mapping

from sqlalchemy import Connection, Engine, text

from demo.accounts import ACCOUNTS, PASSWORD
from demo.catalogue import products
from demo.deck import Deck
from demo.factory import Factory, Lines
from demo.load import (
    analyze,
    build_indexes,
    copy_chunks,
    empty_anew,
    lift_limits,
    set_sequences,
)
from demo.moments import calendar
from demo.organisation import add_campaigns, add_catalogue, add_organisation, add_phrases
from demo.scale import SCALES
from demo.staff import Staff, hire
from demo.world import Block, World, choice_options
from engine.access.passwords import password_hashing
from engine.base.clock import now
from engine.db.companies import Company
from engine.db.quoting import table
from metadata.counters import raise_counters
from metadata.snapshot import Snapshot
from metadata.store import load_snapshot

Progress = Callable[[str], None]
_ORGANISATION = -1  # the number of the block that is made once, before the others


def seed_company(
    engine: Engine, company: Company, size: str = "small", progress: Progress | None = None
) -> None:
    """Loads the demo of a size: small, 100k or 1m (customers). KeyError for another.

    All rows come in one transaction; indexes and statistics after it. `progress` is told
    what is being done, in a few words. Needs two connections of the engine.
    """
    tell = progress or (lambda _: None)
    staff = hire(Deck("staff"))
    with engine.begin() as connection:
        lift_limits(connection)
        snapshot = load_snapshot(connection, company.schema)
        factory = Factory(_world(snapshot, company, size, staff), company.schema, snapshot.objects)
        _write_rows(connection, factory, staff, tell)
    tell("indexes")
    build_indexes(engine, company)
    tell("statistics")
    analyze(engine, factory.sheets.values())


def _world(snapshot: Snapshot, company: Company, size: str, staff: Staff) -> World:
    return World(
        calendar(now(), company.time_zone),
        SCALES[size],
        staff.sellers,
        products(),
        choice_options(snapshot),
    )


def _write_rows(connection: Connection, factory: Factory, staff: Staff, tell: Progress) -> None:
    department = table(factory.schema, "department")
    root = connection.execute(text(f"select min(id) from {department}")).scalar_one()
    first = Block(factory.world, _ORGANISATION)
    add_organisation(first, staff, _roles(connection, factory.schema), root)
    add_catalogue(first)
    add_campaigns(first)
    add_phrases(first, len(ACCOUNTS))
    cursor = connection.connection.cursor()
    empty_anew(cursor, factory.sheets.values())
    copy_chunks(cursor, factory.sheets, _chunks(first, factory, tell))
    set_sequences(cursor, factory.sheets.values())
    raise_counters(connection, factory.schema, (), factory.objects)
    connection.execute(
        text(f"update {department} set leader_id = :leader where id = :root"),
        {"root": root, "leader": staff.leaders["headquarters"]},
    )
    _write_passwords(connection, factory.schema)
    state = table(factory.schema, "state")
    connection.execute(text(f"update {state} set access_version = access_version + 1"))


def _chunks(first: Block, factory: Factory, tell: Progress) -> Iterator[Lines]:
    yield factory.encode(first.rows)
    blocks = factory.world.scale.blocks
    for number, lines in enumerate(factory.make_all()):
        if number * 10 % blocks == 0:
            tell(f"rows {number * 100 // blocks} %")
        yield lines


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


def _roles(connection: Connection, schema: str) -> Mapping[str, int]:
    rows = connection.execute(text(f"select key, id from {table(schema, 'role')}")).all()
    return {row.key: row.id for row in rows}
