"""Keeps a change of metadata waiting in the middle of its transaction for as long as a test likes.

A trigger waits there for a lock that the test has. It knows no `lock_timeout`: the change is not
begun again, as it would be behind a lock of the usual kind.
"""

import contextlib
from typing import Any

import psycopg2

from engine.db.quoting import quote
from tests.harness.company import TestCompany

# place → when the trigger fires: with the new version written, or with all that is to be committed
PLACES = {"written": "not deferrable", "complete": "deferrable initially deferred"}
_KEY = 20_261
_FUNCTION = f"""
create or replace function public.wait_for_a_test() returns trigger
language plpgsql set lock_timeout = 0 as
$$ begin perform pg_advisory_xact_lock_shared({_KEY}); return null; end $$
"""


class Hold:
    """Holds the changes of one company from `begin` until `release`; `end` leaves no trace."""

    def __init__(self, company: TestCompany, database_url: str) -> None:
        self._company, self._url = company, database_url
        self._owner: Any = None

    def begin(self, place: str) -> None:
        self._owner = psycopg2.connect(self._url)
        with self._owner.cursor() as cursor:
            cursor.execute(f"select pg_advisory_lock({_KEY})")
        self._owner.commit()
        self._company.sql(_FUNCTION)
        self._company.sql(
            "create constraint trigger held after update of metadata_version on {s}.state"
            f" {PLACES[place]} for each row execute function public.wait_for_a_test()"
        )

    def holds(self) -> bool:
        """Whether a change waits."""
        found: bool = self._company.value(
            "select exists (select 1 from pg_locks where locktype = 'advisory' and not granted"
            f" and classid = 0 and objid = {_KEY})"
        )
        return found

    def locks(self, table: str) -> bool:
        """Whether a change has the table to itself."""
        found: bool = self._company.value(
            "select exists (select 1 from pg_locks where mode = 'AccessExclusiveLock' and granted"
            " and relation = cast(:name as regclass))",
            name=f"{quote(self._company.company.schema)}.{quote(table)}",
        )
        return found

    def release(self) -> None:
        """Lets the change go on; also after the database went away."""
        if self._owner is not None:
            with contextlib.suppress(psycopg2.Error):
                self._owner.close()
            self._owner = None

    def end(self) -> None:
        self.release()
        self._company.sql("drop trigger if exists held on {s}.state")
        self._company.sql("drop function if exists public.wait_for_a_test()")
