"""What all tests share: one database, one Redis, two server processes; companies apart.

`DATABASE_URL` and `REDIS_URL` choose existing servers, else embedded ones are started. Tests
that change rows take `company` (one per module); nothing is shared between companies.
"""

import itertools
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import httpx
import pytest
from hypothesis import HealthCheck, settings
from sqlalchemy import Engine

from engine.base.settings import Settings
from engine.db.platform import install_platform
from engine.db.write_engine import make_engine
from metadata.provision import create_company
from tests.harness.beside import Beside
from tests.harness.checker import Watched
from tests.harness.company import TestCompany, open_company
from tests.harness.servers import Server, start_server

# how long an example takes says something of the machine, and how large one is of chance
# the suite says the same of the same code; `--hypothesis-profile=search` looks further every time
_search = settings(deadline=None, suppress_health_check=list(HealthCheck))
settings.register_profile("search", _search)
settings.register_profile("suite", _search, derandomize=True)
settings.load_profile("suite")


class Services(NamedTuple):
    database_url: str
    redis_url: str
    folder: Path


@pytest.fixture(scope="session")
def services() -> Iterator[Services]:
    """Addresses of a PostgreSQL and a Redis for this run, and a folder for its files."""
    folder = Path(tempfile.mkdtemp(prefix="qiansi-tests-"))
    folder.chmod(0o755)
    database_url = os.environ.get("DATABASE_URL", "")
    redis_url = os.environ.get("REDIS_URL", "")
    embedded = None
    if not (database_url and redis_url):
        from engine.db.embedded import start_embedded

        embedded = start_embedded(folder / "embedded")
    yield Services(
        database_url or (embedded.database_url if embedded else ""),
        redis_url or (embedded.redis_url if embedded else ""),
        folder,
    )
    if embedded is not None:
        embedded.stop()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def engine(services: Services) -> Iterator[Engine]:
    """A write engine on the database of this run, with the platform installed."""
    made = make_engine(Settings(database_url=services.database_url))
    with made.begin() as connection:
        install_platform(connection)
    yield made
    _watched.after_all(made)
    made.dispose()


@pytest.fixture(scope="session")
def servers(services: Services, engine: Engine) -> Iterator[list[Server]]:
    """Two server processes on one database: half of the bugs need the second."""
    started = [
        start_server(services.folder, services.database_url, services.redis_url) for _ in range(2)
    ]
    yield started
    for server in started:
        server.stop()


@pytest.fixture(scope="session")
def http() -> Iterator[httpx.Client]:
    with httpx.Client(timeout=30) as client:
        yield client


_names = itertools.count(1)
_watched = Watched()


@pytest.fixture(autouse=True)
def _checked_after_each_test() -> Iterator[None]:
    yield
    _watched.after_test()


@pytest.fixture(scope="module", autouse=True)
def _checked_after_each_module() -> Iterator[None]:
    yield
    _watched.after_module()


@pytest.fixture(scope="session")
def make_company(
    engine: Engine, servers: list[Server], http: httpx.Client
) -> Callable[[], TestCompany]:
    """Makes further companies, each with its own cast."""

    def make() -> TestCompany:
        number = next(_names)
        made = create_company(engine, f"测试公司 {number}", domain=f"c{number}-{os.getpid()}.test")
        opened = open_company(engine, made, servers, http)
        _watched.add(opened)
        return opened

    return make


@pytest.fixture(scope="module")
def company(make_company: Callable[[], TestCompany]) -> TestCompany:
    """A company of the test module's own."""
    return make_company()


@pytest.fixture
def beside() -> Iterator[Beside]:
    made = Beside()
    yield made
    made.end()
