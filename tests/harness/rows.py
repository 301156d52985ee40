"""A company seen past the product: direct SQL, rows by field name, sessions as rows."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Engine, text

from engine.base.clock import now
from engine.db.companies import Company
from engine.db.quoting import quote
from metadata.rows import insert_rows
from metadata.snapshot import Snapshot


@dataclass
class CompanyRows:
    """In a statement `{s}` stands for the company's schema."""

    engine: Engine
    company: Company
    snapshot: Snapshot

    def sql(self, statement: str, **parameters: Any) -> list[dict[str, Any]]:
        """The rows of a statement; [] for one that gives none."""
        with self.engine.begin() as connection:
            result = connection.execute(
                text(statement.replace("{s}", quote(self.company.schema))), parameters
            )
            return [dict(row) for row in result.mappings()] if result.returns_rows else []

    def value(self, statement: str, **parameters: Any) -> Any:
        """The single value of a statement."""
        (row,) = self.sql(statement, **parameters)
        return next(iter(row.values()))

    def insert(self, object_name: str, **values: Any) -> int:
        """Inserts a row past the product, companions included; returns its number."""
        index = self.snapshot.object(object_name)
        moment = now()
        stamps = {"version": 1, "createdAt": moment, "updatedAt": moment}
        known = {name: value for name, value in stamps.items() if name in index.fields}
        with self.engine.begin() as connection:
            (number,) = insert_rows(connection, self.company.schema, index, [{**known, **values}])
        return number

    def open_session(self, user: int, token_hash: bytes) -> None:
        """A session of a day for the user, with a token of this hash."""
        moment = now()
        self.sql(
            "insert into {s}.session (token_hash, user_id, created_at, last_used_at, expires_at,"
            " idle_expires_at, address, agent, cookie)"
            " values (:hash, :user, :now, :now, :later, :later, '127.0.0.1', 'tests', false)",
            hash=token_hash,
            user=user,
            now=moment,
            later=moment + timedelta(days=1),
        )
