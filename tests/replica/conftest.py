"""A company on a primary with a streaming replica, served by two processes that know both.

For each PostgreSQL whose server programs are here; without any, nothing is collected.
"""

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import httpx
import pytest

from engine.base.settings import Settings
from engine.db.platform import install_platform
from engine.db.write_engine import make_engine
from metadata.provision import create_company
from tests.harness.company import TestCompany, open_company
from tests.harness.replication import Pair, binaries, pair
from tests.harness.servers import Server, start_server, wait_until

PROGRAMS = binaries()
collect_ignore_glob = [] if PROGRAMS else ["test_*.py"]

HOUR_MS = 3_600_000


@dataclass(frozen=True)
class Place:
    """Where a test runs: both databases and the folder of the logs."""

    pair: Pair
    folder: Path

    @contextmanager
    def serve(self, lag_limit_ms: int = HOUR_MS, *, usable: bool = True) -> Iterator[Server]:
        """One more server process; by default no lag is too much for it."""
        server = start_server(
            self.folder,
            self.pair.primary.url,
            "",
            {
                "DATABASE_READ_URL": self.pair.replica.url,
                "QIANSI_REPLICA_LAG_LIMIT_MS": str(lag_limit_ms),
            },
        )
        try:
            if usable:
                uses_replica([server])
            yield server
        finally:
            server.stop()


@pytest.fixture(scope="session", params=PROGRAMS, ids=lambda path: path.parent.name)
def place(request: pytest.FixtureRequest) -> Iterator[Place]:
    """A primary and its replica, both of this PostgreSQL."""
    folder = Path(tempfile.mkdtemp(prefix="qiansi-replica-"))
    folder.chmod(0o755)
    with pair(request.param, folder) as servers:
        yield Place(servers, folder)
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def replicated(place: Place, http: httpx.Client) -> Iterator[TestCompany]:
    """The company, and two processes that read from the replica."""
    engine = make_engine(Settings(database_url=place.pair.primary.url))
    with engine.begin() as connection:
        install_platform(connection)
    company = create_company(engine, "复制公司", domain="replica.test")
    with place.serve(usable=False) as first, place.serve(usable=False) as second:
        yield open_company(engine, company, [first, second], http)
    engine.dispose()


@pytest.fixture
def office(replicated: TestCompany, place: Place) -> TestCompany:
    """The company with fresh sessions, when the replica has everything and is used."""
    for person in replicated.people:
        replicated.sign_in(person)
    place.pair.caught_up()
    uses_replica(replicated.servers)
    return replace(replicated)


def metric(server: Server, name: str) -> float:
    """A figure of `/metrics`, 0 when it is not there."""
    for line in httpx.get(f"{server.url}/metrics").text.splitlines():
        if line.startswith(name + " "):
            return float(line.rsplit(" ", 1)[1])
    return 0.0


def reads(server: Server, place: str = "replica", reason: str = "") -> float:
    return metric(server, f'qiansi_reads_total{{place="{place}",reason="{reason}"}}')


def uses_replica(servers: Sequence[Server]) -> None:
    """Returns when each of the processes finds the replica fit."""
    for server in servers:
        wait_until(lambda: metric(server, "qiansi_replica_usable") == 1, "the replica is used")  # noqa: B023
