"""Back to an earlier version: a new version whose objects are those of the old one.

What came since and holds values stands against it, and is told with its numbers of rows. Fields
deleted since come back with their values until they are purged. Rights of roles stay as they are;
what only a release can change stays as this release has it.
"""

from sqlalchemy import Engine

from engine.base.errors import Problem
from engine.db.companies import Company
from metadata.changes.change import Change, ChangeResult
from metadata.changes.replace_all import ReplaceAll
from metadata.configuration.history import objects_at
from metadata.snapshot import living
from metadata.store import load_version


def change_back(engine: Engine, company: Company, version: int) -> Change | ChangeResult:
    """The change that leads to the version, or the result that says why there is none."""
    with engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection:
        found = objects_at(connection, company.schema, version)
        if found is None:
            present = load_version(connection, company.schema)
            problem = Problem(("version",), "UNKNOWN_VERSION", {"value": version})
            return ChangeResult(False, present, (problem,))
    return ReplaceAll(living(found), kind="rollBack", going_back=True)
