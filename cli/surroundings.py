"""What commands need before they begin: a database that will do, an engine, a free port."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from sqlalchemy import Engine

from engine.base.errors import SetupError
from engine.base.settings import Settings
from engine.db.address import check_server
from engine.db.embedded import start_embedded
from engine.db.replica import replica_address
from engine.db.write_engine import make_engine

MAINTENANCE_MS = 3_600_000  # migrations, loads: statements as long as they take


def require_database(settings: Settings) -> None:
    """Raises SetupError when DATABASE_URL is missing or its server will not do, or when
    DATABASE_READ_URL is no address; whether the replica is there shows in time."""
    if not settings.database_url:
        raise SetupError(
            "set DATABASE_URL, such as postgresql://user:password@host:5432/name,"
            " or start `qiansi demo`, which brings its own database"
        )
    check_server(settings.database_url, settings.database_pooler)
    if settings.database_read_url:
        replica_address(settings)


@contextmanager
def database(settings: Settings) -> Iterator[Engine]:
    """An engine for maintenance, on DATABASE_URL or else on the embedded server."""
    embedded = None
    if not settings.database_url:
        embedded = start_embedded(settings.data_dir)
        settings = replace(settings, database_url=embedded.database_url)
    try:
        engine = maintenance_engine(settings)
        yield engine
        engine.dispose()
    finally:
        if embedded is not None:
            embedded.stop()


def maintenance_engine(settings: Settings) -> Engine:
    """An engine whose statements and transactions may last."""
    check_server(settings.database_url, settings.database_pooler)
    return make_engine(replace(settings, request_deadline_ms=MAINTENANCE_MS))


def listen(settings: Settings) -> socket.socket:
    """A socket bound to host and port. Raises SetupError when that is not possible."""
    place = f"{settings.host}:{settings.port}"
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            settings.host, settings.port, type=socket.SOCK_STREAM
        )[0]
        bound = socket.socket(family, kind, protocol)
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind(address)
    except OSError as error:
        raise SetupError(
            f"cannot listen on {place} ({error.strerror}):"
            " choose another port with --port or QIANSI_PORT"
        ) from None
    return bound
