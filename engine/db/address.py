"""From DATABASE_URL to the arguments of a connection, and whether its server will do.

Session settings travel as startup options, never as SET: they cannot leak and cannot be
forgotten after a reconnect (M20).
"""

from collections.abc import Mapping
from typing import Any

import psycopg2
import psycopg2.extensions

from engine.base.errors import SetupError

OLDEST_SERVER = 15
CONNECT_SECONDS = 5

_ALWAYS = {
    "TimeZone": "UTC",
    "jit": "off",  # compiling costs more than any statement of ours gains
    "client_connection_check_interval": "1000",  # a dead process's statement ends (M11)
}


def connect_arguments(database_url: str, options: Mapping[str, str]) -> dict[str, Any]:
    """Keyword arguments for `psycopg2.connect`. Raises SetupError when the URL is no address."""
    try:
        found = psycopg2.extensions.parse_dsn(database_url)
    except psycopg2.Error:
        raise SetupError(
            "DATABASE_URL cannot be read; it looks like postgresql://user:password@host:5432/name"
        ) from None
    settings = [f"-c {name}={value}" for name, value in {**_ALWAYS, **options}.items()]
    return {
        "application_name": "qiansi",
        "connect_timeout": CONNECT_SECONDS,
        **found,
        "options": " ".join([*filter(None, [found.get("options")]), *settings]),
    }


def check_server(database_url: str) -> int:
    """Connects once; returns the server's major version.

    Raises SetupError, one line that says what to do, when it cannot be reached or used.
    """
    try:
        connection = psycopg2.connect(**connect_arguments(database_url, {}))
    except psycopg2.OperationalError as error:
        reason = " ".join(str(error).split())
        raise SetupError(f"the database of DATABASE_URL does not answer: {reason}") from None
    try:
        encoding = connection.info.parameter_status("server_encoding")
        version: int = connection.info.server_version // 10_000
    finally:
        connection.close()
    if version < OLDEST_SERVER:
        raise SetupError(
            f"the database runs PostgreSQL {version}; use PostgreSQL {OLDEST_SERVER} or later"
        )
    if encoding != "UTF8":
        raise SetupError(f"the database is encoded in {encoding}; create it with encoding UTF8")
    return version
