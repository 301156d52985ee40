"""A real PgBouncer in front of a database, for the tests that are run through it.

`WAYS` are the values of QIANSI_DATABASE_POOLER that can be tested here: `none` always, the
others where the program is installed.
"""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import psycopg2
import psycopg2.extensions

from engine.base.settings import Pooler
from tests.harness.servers import free_port, wait_until

BINARY = shutil.which("pgbouncer", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
POOLED = (Pooler.SESSION, Pooler.TRANSACTION) if BINARY else ()
WAYS = (Pooler.NONE, *POOLED)


@contextmanager
def reached(folder: Path, database_url: str, way: Pooler, size: int = 30) -> Iterator[str]:
    """The address that leads to the database this way; a pooler uses at most `size` connections."""
    if way is Pooler.NONE:
        yield database_url
        return
    assert BINARY is not None
    target = psycopg2.extensions.parse_dsn(database_url)
    name, user = target.get("dbname", "postgres"), target.get("user", "postgres")
    port = free_port()
    place = folder / f"pgbouncer-{port}.ini"
    place.write_text(_configuration(name, target, port, {"mode": way, "size": size}))
    log = place.with_suffix(".log")
    # it refuses to run as root
    user_option = ["-u", "nobody"] if os.geteuid() == 0 else []
    with log.open("wb") as output:
        process = subprocess.Popen(
            [BINARY, *user_option, str(place)], stdout=output, stderr=subprocess.STDOUT
        )
    url = f"postgresql://{quote(user)}@127.0.0.1:{port}/{quote(name)}"
    try:
        wait_until(lambda: _answers(url), f"PgBouncer, log {log}")
        yield url
    finally:
        process.terminate()
        process.wait()


def _configuration(name: str, target: dict[str, str], port: int, pool: dict[str, str | int]) -> str:
    known = {key: target[key] for key in ("host", "port", "user", "password") if key in target}
    where = " ".join(f"{key}='{value}'" for key, value in known.items())
    return "\n".join(
        (
            "[databases]",
            f"{name} = {where}",
            "[pgbouncer]",
            "listen_addr = 127.0.0.1",
            f"listen_port = {port}",
            "unix_socket_dir =",
            "auth_type = any",
            "max_client_conn = 500",
            f"pool_mode = {pool['mode']}",
            f"default_pool_size = {pool['size']}",
            # 15 seconds of refusals after a restart of the server otherwise
            "server_login_retry = 1",
            "",
        )
    )


def _answers(url: str) -> bool:
    try:
        psycopg2.connect(url, connect_timeout=2).close()
    except psycopg2.OperationalError:
        return False
    return True
