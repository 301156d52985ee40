"""The checker at the end of tests (E3): what any of them did to companies left nothing dangling.

After each test the companies whose metadata it moved are checked, after each module all of its
companies, at the end of the run those that no module has to itself.
"""

import time
from dataclasses import dataclass, field

from sqlalchemy import Engine, text

from metadata.check import check_company
from tests.harness.rows import CompanyRows

# what is made beside the traffic may still be under way
PATIENCE_SECONDS = 5


@dataclass
class Watched:
    """The companies of the running test module, with the versions that were checked last; `done`
    are those of modules before."""

    companies: list[CompanyRows] = field(default_factory=list)
    versions: dict[str, int] = field(default_factory=dict)
    done: set[str] = field(default_factory=set)

    def add(self, company: CompanyRows) -> None:
        self.companies.append(company)
        self.versions[company.company.schema] = version(company)

    def after_test(self) -> None:
        """Checks those that have another version than before."""
        for company in self.companies:
            now = version(company)
            if now != self.versions[company.company.schema]:
                self.versions[company.company.schema] = now
                check(company.engine, company.company.schema)

    def after_module(self) -> None:
        """Checks all, and forgets them."""
        companies, self.companies = self.companies, []
        for company in companies:
            check(company.engine, company.company.schema)
            self.done.add(company.company.schema)

    def after_all(self, engine: Engine) -> None:
        """Checks every other company of the database."""
        with engine.begin() as connection:
            names = connection.execute(text("select schema_name from qiansi.company order by id"))
            schemas = list(names.scalars())
        for schema in schemas:
            if schema not in self.done:
                check(engine, schema)


def version(company: CompanyRows) -> int:
    found: int = company.value("select metadata_version from {s}.state")
    return found


def check(engine: Engine, schema: str) -> None:
    """Fails with what the checker finds, unless that goes away by itself."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while found := _differences(engine, schema):
        assert time.monotonic() < deadline, f"the checker finds in {schema}: {found}"
        time.sleep(0.1)


def _differences(engine: Engine, schema: str) -> list[str]:
    with engine.begin() as connection:
        return check_company(connection, schema)
