"""The company of the golden cases: provisioned once, never written to by a test."""

from collections.abc import Iterator

import httpx
import pytest
from sqlalchemy import Engine

from metadata.provision import create_company
from tests.golden.company import Crm, fill
from tests.harness.company import open_company


@pytest.fixture(scope="session")
def crm(engine: Engine) -> Iterator[Crm]:
    """The small company with fixed rows."""
    made = create_company(engine, "金标公司")
    with httpx.Client() as http:
        yield fill(open_company(engine, made, (), http))
