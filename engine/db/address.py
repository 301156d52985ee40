"""From DATABASE_URL to the arguments of a connection, and whether its server will do.

Session settings travel as startup options, never as SET: they cannot leak and cannot be
forgotten after a reconnect (M20). A pooler takes no startup options: behind one they are set
when a connection opens (session pooling), or for each transaction alone (transaction pooling).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import psycopg2
import psycopg2.extensions

from engine.base.errors import SetupError
from engine.base.settings import Pooler, Settings
from engine.db.pooler import find_pooler

OLDEST_SERVER = 15
CONNECT_SECONDS = 5

_ALWAYS = {
    "TimeZone": "UTC",
    "jit": "off",  # compiling costs more than any statement of ours gains
    "client_connection_check_interval": "1000",  # a dead process's statement ends (M11)
}
# within a transaction its default comes too late
_WITHIN = {"default_transaction_read_only": "transaction_read_only"}


@dataclass(frozen=True, slots=True)
class Address:
    """Where to connect, and what to say when.

    `arguments` are those of `psycopg2.connect`; `opening` is run once on a new connection,
    `each_time` at the beginning of every transaction. Either may be empty.
    """

    arguments: Mapping[str, Any]
    opening: str = ""
    each_time: str = ""


def address_of(settings: Settings, options: Mapping[str, str]) -> Address:
    """The address for connections with these session settings, pooled or not."""
    plain = plain_arguments(settings.database_url)
    wanted = {**_ALWAYS, **options}
    match settings.database_pooler:
        case Pooler.NONE:
            return Address(connect_arguments(settings.database_url, options))
        case Pooler.SESSION:
            return Address(plain, opening=_set("set", wanted))
        case Pooler.TRANSACTION:
            within = {_WITHIN.get(name, name): value for name, value in wanted.items()}
            return Address(plain, each_time=_set("set local", within))


def connect_arguments(database_url: str, options: Mapping[str, str]) -> dict[str, Any]:
    """Keyword arguments for `psycopg2.connect`. Raises SetupError when the URL is no address."""
    plain = plain_arguments(database_url)
    settings = [f"-c {name}={value}" for name, value in {**_ALWAYS, **options}.items()]
    return {**plain, "options": " ".join([*filter(None, [plain.get("options")]), *settings])}


def plain_arguments(database_url: str) -> dict[str, Any]:
    """The same without session settings of ours."""
    try:
        found = psycopg2.extensions.parse_dsn(database_url)
    except psycopg2.Error:
        raise SetupError(
            "DATABASE_URL cannot be read; it looks like postgresql://user:password@host:5432/name"
        ) from None
    return {"application_name": "qiansi", "connect_timeout": CONNECT_SECONDS, **found}


def check_server(database_url: str, pooler: Pooler = Pooler.NONE) -> int:
    """Connects once or twice; returns the server's major version.

    Raises SetupError, one line that says what to do, when it cannot be reached or used, or
    when `pooler` promises more of a session than what is in front of the server keeps.
    """
    arguments = plain_arguments(database_url)
    try:
        connection = psycopg2.connect(**arguments)
    except psycopg2.OperationalError as error:
        raise _silent(error) from None
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
    if pooler is not Pooler.TRANSACTION:
        _check_pooler(arguments, pooler)
    return version


def _check_pooler(arguments: Mapping[str, Any], pooler: Pooler) -> None:
    try:
        found = find_pooler(arguments)
    except psycopg2.OperationalError as error:
        raise _silent(error) from None
    if found not in (Pooler.NONE, pooler):
        raise SetupError(
            f"DATABASE_URL leads to a pooler in {found} mode, where QIANSI_DATABASE_POOLER={pooler}"
            f" would lose its session settings: set QIANSI_DATABASE_POOLER={found}"
        )


def _silent(error: psycopg2.Error) -> SetupError:
    reason = " ".join(str(error).split())
    return SetupError(f"the database of DATABASE_URL does not answer: {reason}")


def _set(how: str, wanted: Mapping[str, str]) -> str:
    return "".join(f"{how} {name} = '{value}'; " for name, value in wanted.items())
