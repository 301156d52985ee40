"""The demo company: loaded once, recognised when half loaded, loaded again."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine, text

from engine.base.errors import SetupError
from engine.db.companies import Company, find_company
from engine.db.platform import install_platform
from engine.db.quoting import quote

NAME = "千丝科技有限公司"
DOMAIN = "demo.localhost"
_LOCK = 0x64656D6F  # one process loads at a time


def ensure_demo_company(engine: Engine, size: str, *, load_again: bool) -> Company:
    """The demo company, complete; made when missing.

    `load_again` drops what is there first. Without it, a half-loaded company is an error.
    """
    with engine.begin() as connection:
        install_platform(connection)
    with _alone(engine):
        found = _found(engine)
        if found is not None and not load_again:
            if _is_complete(engine, found):
                return found
            raise HalfLoaded(
                "the demo company was left half loaded: load it again with `qiansi demo --reload`"
            )
        if found is not None:
            _drop(engine, found)
        made = make_filled_company(engine, NAME, DOMAIN, size)
        with engine.begin() as connection:
            connection.execute(
                text("insert into qiansi.demo_state (company_id) values (:id)"), {"id": made.id}
            )
        return made


def make_filled_company(engine: Engine, name: str, domain: str, size: str) -> Company:
    """A new company with invented data. Raises SetupError for an unknown size."""
    from demo.scale import SCALES
    from demo.seed import seed_company
    from metadata.provision import create_company

    if size not in SCALES:
        raise SetupError(f"--size is one of {', '.join(SCALES)}")
    made = create_company(engine, name, domain=domain, deferred_indexes=True)
    seed_company(engine, made, size)
    return made


class HalfLoaded(SetupError):
    """A former load did not come to its end."""


@contextmanager
def _alone(engine: Engine) -> Iterator[None]:
    """Holds a lock until the end; a transaction without a snapshot hinders no load."""
    with engine.begin() as connection:
        # as long as a load takes; maintenance engines bound only statements that run
        connection.execute(
            text("select set_config('idle_in_transaction_session_timeout', '0', true)")
        )
        locked = connection.execute(
            text("select pg_try_advisory_xact_lock(:key)"), {"key": _LOCK}
        ).scalar()
        if not locked:
            raise SetupError("another process is loading the demo company: wait until it is done")
        yield


def _found(engine: Engine) -> Company | None:
    with engine.connect() as connection:
        return find_company(connection, domain=DOMAIN)


def _is_complete(engine: Engine, company: Company) -> bool:
    with engine.connect() as connection:
        statement = text("select 1 from qiansi.demo_state where company_id = :id")
        return connection.execute(statement, {"id": company.id}).first() is not None


def _drop(engine: Engine, company: Company) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql(f"drop schema if exists {quote(company.schema)} cascade")
        connection.execute(text("delete from qiansi.company where id = :id"), {"id": company.id})
