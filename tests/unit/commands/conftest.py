"""A company of its own for each module of command tests."""

import itertools
from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from metadata.provision import create_company
from metadata.store import load_snapshot
from tests.unit.commands.company import Office, open_office

_numbers = itertools.count(1)


@pytest.fixture(scope="module")
def office(engine: Engine) -> Iterator[Office]:
    company = create_company(engine, f"命令公司 {next(_numbers)}")
    with engine.begin() as connection:
        snapshot = load_snapshot(connection, company.schema)
    yield open_office(engine, company, snapshot)
