"""Databases of a test's own, for what looks at every company of one."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import make_url, text

from engine.base.settings import Settings
from engine.db.platform import install_platform
from engine.db.write_engine import make_engine, unbounded


@contextmanager
def own_database(database_url: str, name: str) -> Iterator[str]:
    """The address of a new database on the same server, with the platform and no company."""
    server = make_engine(Settings(database_url=database_url))
    with unbounded(server) as connection:  # either waits for the disk
        connection.execute(text(f"create database {name}"))
    url = make_url(database_url).set(database=name).render_as_string(hide_password=False)
    made = make_engine(Settings(database_url=url))
    with made.begin() as connection:
        install_platform(connection)
    made.dispose()
    try:
        yield url
    finally:
        with unbounded(server) as connection:
            connection.execute(text(f"drop database {name} with (force)"))
        server.dispose()
